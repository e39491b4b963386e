package fair

import (
	"slices"
	"time"
)

// Thread is what a stand and somebody write to each other: a candidate or, when
// Candidate is empty, the organisers of the fair. Everything its rules read is
// in this one document. ID follows from the two sides, so there is one of them.
type Thread struct {
	ID        ID        `bson:"_id"`
	Fair      ID        `bson:"fair"`
	Stand     ID        `bson:"stand"`
	Candidate ID        `bson:"candidate,omitempty"`
	Messages  []Message `bson:"messages"` // at most MaxMessages, oldest first
	At        time.Time `bson:"at"`       // of the last message
	// Owes is the side that owes an answer, AskedAt since when. Level says who has
	// been told so far, DueAt when the next ones are.
	Owes    Side        `bson:"owes,omitempty"`
	AskedAt *time.Time  `bson:"askedAt,omitempty"`
	Level   ThreadLevel `bson:"level"`
	DueAt   *time.Time  `bson:"dueAt,omitempty"`
	Seen    ThreadSeen  `bson:"seen"`
	Blocked []Block     `bson:"blocked,omitempty"` // who may not write here any more; at most MaxBlocks
	Meta    `bson:",inline"`
}

// Message is one message of a thread: plain text.
type Message struct {
	ID   ID        `bson:"id"` // the sender's own: sent twice, it is recognised
	By   ID        `bson:"by"` // account
	Side Side      `bson:"side"`
	Text string    `bson:"text"` // at most MessageLength characters
	At   time.Time `bson:"at"`
}

// Side is one side of a thread.
type Side string

// The sides of threads. A thread has the stand on one side.
const (
	SideStand     Side = "stand"
	SideCandidate Side = "candidate"
	SideOrganiser Side = "organiser"
)

// ThreadLevel is how far an unanswered request has gone.
type ThreadLevel int

// The levels of an unanswered request.
const (
	ToldOnDuty    ThreadLevel = iota // whoever is on duty
	ToldTeam                         // all colleagues of the stand
	ToldOrganiser                    // the organisers of the fair
)

// ThreadSeen is how many of the messages each side has read.
type ThreadSeen struct {
	Stand int `bson:"stand"`
	Other int `bson:"other"`
}

// The limits of a thread.
const (
	MaxMessages       = 200
	MessageLength     = 1000 // characters
	MessagesPerMinute = 10   // of one person in one thread
)

// ThreadID is the id of the thread of a stand with a candidate, or with the
// organisers when candidate is empty.
func ThreadID(stand, candidate ID) ID { return DeriveID("thread", string(stand), string(candidate)) }

// Other is the side that is not the stand.
func (t Thread) Other() Side {
	if t.Candidate == "" {
		return SideOrganiser
	}
	return SideCandidate
}

// Has reports whether a message is there already.
func (t Thread) Has(message ID) bool {
	return slices.ContainsFunc(t.Messages, func(m Message) bool { return m.ID == message })
}

// Unread counts what a side has not read of the other's messages.
func (t Thread) Unread(side Side) (n int) {
	seen := t.Seen.Other
	if side == SideStand {
		seen = t.Seen.Stand
	}
	for _, m := range t.Messages[min(seen, len(t.Messages)):] {
		if m.Side != side {
			n++
		}
	}
	return n
}

// Say adds a message, of which side, author, id, text and time are given. Who
// writes answers what their side owed; else a request begins, except for a
// candidate, who owes the stand nothing. A request not answered within escalate
// goes further. Errors: Forbidden "person.blocked"; Invalid; Conflict "thread.full"; TooMany.
func (t Thread) Say(m Message, escalate time.Duration) (Thread, error) {
	switch {
	case t.Blocks(m.By):
		return t, E(Forbidden, "person.blocked")
	case m.Text == "":
		return t, Refuse("text", "text.missing")
	case TooLong(m.Text, MessageLength):
		return t, Refuse("text", "text.long")
	case len(t.Messages) >= MaxMessages:
		return t, E(Conflict, "thread.full")
	}
	recent := 0
	for _, before := range t.Messages {
		if before.By == m.By && m.At.Sub(before.At) < time.Minute {
			recent++
		}
	}
	if recent >= MessagesPerMinute {
		e := E(TooMany, "thread.fast")
		e.RetryAfter = time.Minute
		return t, e
	}
	t.Messages = append(slices.Clone(t.Messages), m)
	t.At = m.At
	t = t.Read(m.Side, len(t.Messages))
	switch {
	case t.Owes == m.Side:
		t = t.Settled()
	case t.Owes != "": // the other side owes an answer already, since before
	case m.Side == SideStand && t.Candidate != "":
	case m.Side == SideStand:
		t.Owes, t.AskedAt, t.Level, t.DueAt = SideOrganiser, &m.At, ToldOrganiser, nil
	default:
		due := m.At.Add(escalate)
		t.Owes, t.AskedAt, t.Level, t.DueAt = SideStand, &m.At, ToldOnDuty, &due
	}
	return t, nil
}

// Read notes that a side has read so many messages.
func (t Thread) Read(side Side, count int) Thread {
	seen := &t.Seen.Other
	if side == SideStand {
		seen = &t.Seen.Stand
	}
	*seen = max(*seen, min(count, len(t.Messages)))
	return t
}

// Settled is the thread with nothing owed: answered, or nothing to answer.
func (t Thread) Settled() Thread {
	t.Owes, t.AskedAt, t.Level, t.DueAt = "", nil, ToldOnDuty, nil
	return t
}

// Escalate takes an unanswered request one level further when its time has
// come, and reports whether it did.
func (t Thread) Escalate(now time.Time, every time.Duration) (Thread, bool) {
	if t.Owes != SideStand || t.DueAt == nil || now.Before(*t.DueAt) || t.Level >= ToldOrganiser {
		return t, false
	}
	t.Level++
	if t.DueAt = nil; t.Level < ToldOrganiser {
		due := now.Add(every)
		t.DueAt = &due
	}
	return t, true
}
