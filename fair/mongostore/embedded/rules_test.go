package embedded

// rules say for which cases a disagreement with mingo is understood.
var rules = map[string]func(c mingoCase, ours, theirs string) bool{}
