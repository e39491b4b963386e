package embedded

import (
	"regexp"
	"regexp/syntax"
	"strings"

	"go.mongodb.org/mongo-driver/bson"
)

// regex holds for strings that a pattern matches. MongoDB runs PCRE and this
// engine Go's RE2; a pattern is taken only where both say the same.
type regex struct {
	re *regexp.Regexp
	// dollar: the pattern ends in $, which in PCRE also matches before a
	// final line feed.
	dollar bool
	source value
}

func (regex) expands() bool { return true }

func (r regex) holds(v value) bool {
	switch v.Type {
	case bson.TypeRegex:
		return identical(v, r.source)
	case bson.TypeString:
		s := v.StringValue()
		if r.re.MatchString(s) {
			return true
		}
		cut, had := strings.CutSuffix(s, "\n")
		return r.dollar && had && r.re.MatchString(cut)
	}
	return false
}

func parseRegexOperator(v, options value) (expr, error) {
	var pattern, flags string
	switch v.Type {
	case bson.TypeString:
		pattern = v.StringValue()
	case bson.TypeRegex:
		pattern, flags = v.Regex()
	default:
		return nil, fail(codeBadValue, "$regex has to be a string")
	}
	if !isMissing(options) {
		if options.Type != bson.TypeString {
			return nil, fail(codeBadValue, "$options has to be a string")
		}
		if flags != "" {
			return nil, fail(codeBadValue, "options set in both $regex and $options")
		}
		flags = options.StringValue()
	}
	return parseRegex(pattern, flags)
}

func parseRegex(pattern, options string) (expr, error) {
	flags := ""
	for _, o := range options {
		switch o {
		case 'i', 's':
			flags += string(o)
		case 'm', 'x':
			return nil, notHeld("the regular expression option %c", o)
		default:
			return nil, fail(codeBadValue, "invalid flag in regex options: %c", o)
		}
	}
	translated, err := translate(pattern)
	if err != nil {
		return nil, err
	}
	if flags != "" {
		translated = "(?" + flags + ")" + translated
	}
	tree, err := syntax.Parse(translated, syntax.Perl)
	if err != nil {
		return nil, notHeld("the regular expression %q (%v)", pattern, err)
	}
	total, atEnd, multiline := dollars(tree, true)
	if multiline {
		return nil, notHeld("multi-line anchors in the regular expression %q", pattern)
	}
	if total != atEnd {
		return nil, notHeld("$ before the end of the regular expression %q", pattern)
	}
	re, err := regexp.Compile(translated)
	if err != nil {
		return nil, notHeld("the regular expression %q (%v)", pattern, err)
	}
	source := value{Type: bson.TypeRegex, Data: append([]byte(pattern+"\x00"+options), 0)}
	return test{regex{re, total > 0, source}}, nil
}

// translate rewrites \s, which in PCRE takes the vertical tab and in RE2 does
// not, and refuses escapes that mean something else.
func translate(pattern string) (string, error) {
	var out strings.Builder
	class := false
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch {
		case c == '\\' && i+1 < len(pattern):
			i++
			switch e := pattern[i]; {
			case e == 's' && class:
				out.WriteString(`\t-\r\x20`)
			case e == 's':
				out.WriteString(`[\t-\r\x20]`)
			case e == 'S' && !class:
				out.WriteString(`[^\t-\r\x20]`)
			case e == 'S' || e == 'v' || e == 'C' || e == 'Q' || e == 'p' || e == 'P' || e == 'z':
				return "", notHeld("\\%c in the regular expression %q", e, pattern)
			default:
				out.WriteByte('\\')
				out.WriteByte(e)
			}
			continue
		case class && c == ']':
			class = false
		case !class && c == '[':
			class = true
			out.WriteByte(c)
			// A bracket first in a class is one of its members.
			if strings.HasPrefix(pattern[i+1:], "^") {
				i++
				out.WriteByte('^')
			}
			if strings.HasPrefix(pattern[i+1:], "]") {
				i++
				out.WriteString(`\]`)
			}
			continue
		case class && c == '[':
			return "", notHeld("[ inside a class of the regular expression %q", pattern)
		}
		out.WriteByte(c)
	}
	return out.String(), nil
}

// dollars counts the $ of a pattern and those of them that nothing follows.
func dollars(re *syntax.Regexp, tail bool) (total, atEnd int, multiline bool) {
	switch re.Op {
	case syntax.OpBeginLine, syntax.OpEndLine:
		return 0, 0, true
	case syntax.OpEndText:
		if re.Flags&syntax.WasDollar == 0 {
			return 0, 0, false
		}
		if tail {
			return 1, 1, false
		}
		return 1, 0, false
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		tail = false
	}
	for i, sub := range re.Sub {
		inTail := tail && (re.Op != syntax.OpConcat || i == len(re.Sub)-1)
		t, e, m := dollars(sub, inTail)
		total, atEnd, multiline = total+t, atEnd+e, multiline || m
	}
	return total, atEnd, multiline
}
