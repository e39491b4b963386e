package mail

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"salon/fair"
	"salon/frontend"
)

// Telling is what somebody is told whose page may be closed.
type Telling struct {
	Kind    fair.EffectKind
	Side    fair.Side // of the reader, where words are told of
	Topic   fair.ID
	Stand   fair.Stand
	Fair    fair.Fair
	Since   *time.Time
	Minutes int
	When    time.Time // of an appointment
	Until   time.Time
}

// Told is a telling in words: a title, a line, the page to open, and the same
// as a text message and as a mail.
type Told struct {
	Title, Text, Path, SMS string
	Mail                   fair.Mail
}

// tellings are the kinds of telling that have words, and on which page of whose
// they are about.
var tellings = map[fair.EffectKind][]string{
	fair.EffectPushTurn:        {"me"},
	fair.EffectPushNear:        {"me"},
	fair.EffectPushMissed:      {"me"},
	fair.EffectPushMessage:     {"me"},
	fair.EffectPushApplication: {"me"},
	fair.EffectPushMeet:        {"me"},
	fair.EffectPushReminder:    {"me"},
	fair.EffectPushSeat:        {"me"},
	fair.EffectPushPhone:       {"me"},
	fair.EffectPushFirst:       {"desk"},
	fair.EffectPushSoon:        {"desk"},
	fair.EffectPushAsked:       {"desk"},
	fair.EffectPushUnanswered:  {"desk"},
	fair.EffectPushNobody:      {"organise"},
}

// Telling writes one. It names the stand, and nothing of a person: it may show
// on a locked screen.
func (c *Composer) Telling(to fair.Account, in Telling) (Told, error) {
	place, known := tellings[in.Kind]
	if !known {
		return Told{}, fmt.Errorf("tell somebody: unknown kind %q", in.Kind)
	}
	l := c.locale(to)
	if in.Kind == fair.EffectPushMessage && in.Side == fair.SideOrganiser {
		place = []string{"organise"}
	}
	key := wordsOf(in.Kind)
	stand := singleLine(in.Stand.Name)
	when := ""
	if !in.When.IsZero() {
		when = l.When(in.When.In(in.Fair.Location()))
	}
	told := Told{
		Title: l.T(key+".title", "stand", stand, "when", when),
		Text:  l.T(key+".text", "stand", stand, "when", when, "minutes", in.Minutes),
		Path:  frontend.Path(l.Lang(), place...),
	}
	told.SMS = told.Title + " " + told.Text + " " + c.page(l, place...)
	var err error
	told.Mail, err = c.write(to, told.Title+" · "+stand, []paragraph{{Text: told.Text, Link: c.page(l, place...)}})
	return told, err
}

// wordsOf is where the words of a kind stand: "told.turn".
func wordsOf(kind fair.EffectKind) string { return "told." + strings.TrimPrefix(string(kind), "push.") }

// toldTexts are the keys of every telling.
func toldTexts() []string {
	var keys []string
	for kind := range tellings {
		keys = append(keys, wordsOf(kind)+".title", wordsOf(kind)+".text")
	}
	slices.Sort(keys)
	return keys
}
