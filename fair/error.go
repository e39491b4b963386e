package fair

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what sort of refusal an error is. It is set where the fact is
// known and mapped to an HTTP status in one function of the web package.
type Kind uint8

// The kinds of refusal. The zero Kind is Internal: what nobody classified is
// our fault and is told to nobody.
const (
	Internal        Kind = iota // our fault
	Invalid                     // understood, but not acceptable as it is
	Unauthenticated             // who are you?
	Forbidden                   // not for you
	NotFound                    // there is no such thing, or not for your eyes
	Gone                        // there was, it has ended
	Conflict                    // somebody or something was there first
	TooLarge                    // more bytes than we take
	TooMany                     // more often than we allow; see RetryAfter
	Unavailable                 // a part of us is down; see RetryAfter
)

// Error is a refusal that a person or a program can act upon.
type Error struct {
	Kind       Kind
	Code       string            // names the text shown to a person, "slot.taken"; texts live in the locale files under "error."
	Field      string            // for Invalid: the field refused, in the API's spelling
	Args       map[string]string // fills the placeholders of the text; never personal data
	RetryAfter time.Duration     // for TooMany and Unavailable
	Err        error             // the cause, for the log only
}

// E returns an *Error of that kind and code.
func E(kind Kind, code string) *Error { return &Error{Kind: kind, Code: code} }

// Refuse returns an Invalid error about one field.
func Refuse(field, code string) *Error { return &Error{Kind: Invalid, Code: code, Field: field} }

// Because returns a copy of e that carries its cause.
func (e *Error) Because(err error) *Error {
	c := *e
	c.Err = err
	return &c
}

// With returns a copy of e whose text is filled with key = value.
func (e *Error) With(key, value string) *Error {
	c := *e
	c.Args = map[string]string{key: value}
	for k, v := range e.Args {
		if k != key {
			c.Args[k] = v
		}
	}
	return &c
}

// Error is for logs and tests; people are shown the text of Code.
func (e *Error) Error() string {
	s := e.Code
	if e.Field != "" {
		s += " (" + e.Field + ")"
	}
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", s, e.Err)
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is an *Error of the same kind and code, so that
// errors.Is(err, fair.ErrSlotTaken) reads as it should.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Kind == e.Kind && t.Code == e.Code
}

// KindOf tells the kind of err: that of the first *Error in its chain, else
// Internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}
