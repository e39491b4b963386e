package mail

import (
	"bytes"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	ical "github.com/emersion/go-ical"

	"salon/fair"
	"salon/frontend"
)

// The methods of a calendar entry (RFC 5546): REQUEST makes or moves it, CANCEL
// takes it away. PUBLISH would make some programs keep a copy of every version.
const (
	methodRequest = "REQUEST"
	methodCancel  = "CANCEL"
)

// product names us in calendar files (RFC 5545, 3.7.3).
const product = "-//Salon//Salon//FR"

// calendar writes the interview as a file of one event for the programs of those
// who get the message.
func (c *Composer) calendar(l *frontend.Locale, to fair.Account, in Interview, method, summary string) ([]byte, error) {
	event, err := c.event(l, to, in, summary, method == methodCancel)
	if err != nil {
		return nil, err
	}
	event.Props.Set(party(ical.PropOrganizer, in.Fair.Organiser, c.from))
	attendee := party(ical.PropAttendee, to.Name, to.Email)
	attendee.Params.Set(ical.ParamParticipationStatus, "ACCEPTED")
	event.Props.Set(attendee)

	calendar := newCalendar()
	calendar.Props.SetText(ical.PropMethod, method)
	calendar.Children = append(calendar.Children, event.Component)
	return encode(calendar)
}

func newCalendar() *ical.Calendar {
	calendar := ical.NewCalendar()
	calendar.Props.SetText(ical.PropVersion, "2.0")
	calendar.Props.SetText(ical.PropProductID, product)
	return calendar
}

func encode(calendar *ical.Calendar) ([]byte, error) {
	var b bytes.Buffer
	if err := ical.NewEncoder(&b).Encode(calendar); err != nil {
		return nil, fmt.Errorf("write a calendar: %w", err)
	}
	return fold(b.Bytes()), nil
}

// feedEvery is how often a program should read a feed again (RFC 7986, 5.7).
const feedEvery = "PT15M"

// Feed writes all interviews of an account as a calendar to subscribe to. It has
// no METHOD: it is not a message, and a program that subscribes replaces what it
// read before. Each event has the UID of its invitation.
func (c *Composer) Feed(to fair.Account, all []Interview) ([]byte, error) {
	l := c.locale(to)
	calendar := newCalendar()
	calendar.Props.SetText(ical.PropName, l.T("mail.feed.name"))
	every := ical.NewProp(ical.PropRefreshInterval)
	every.Params.Set(ical.ParamValue, string(ical.ValueDuration)) // required, RFC 7986, 5.7
	every.Value = feedEvery
	calendar.Props.Set(every)
	for name, value := range map[string]string{"X-WR-CALNAME": l.T("mail.feed.name"), "X-PUBLISHED-TTL": feedEvery} {
		known := ical.NewProp(name) // what programs knew before RFC 7986
		known.Value = value
		calendar.Props.Set(known)
	}
	for _, in := range all {
		in.With = withWhom(l, in)
		when := l.When(in.Interview.StartsAt.In(in.Fair.Location()))
		key, cancelled := "mail.booked.subject", in.Interview.State == fair.InterviewCancelled
		if cancelled {
			key = "mail.cancelled.subject"
		}
		event, err := c.event(l, to, in, l.T(key, "with", in.With, "when", when), cancelled)
		if err != nil {
			return nil, err
		}
		calendar.Children = append(calendar.Children, event.Component)
	}
	if len(all) > 0 {
		return encode(calendar)
	}
	return []byte("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:" + product + "\r\nX-PUBLISHED-TTL:" + feedEvery + "\r\nEND:VCALENDAR\r\n"), nil
}

// event is an interview as an entry of a calendar. Its UID is the interview's and
// the reader's, so that it stays the same over every change and differs between
// the two parties, whose entries say different things.
func (c *Composer) event(l *frontend.Locale, to fair.Account, in Interview, summary string, cancelled bool) (*ical.Event, error) {
	i := in.Interview
	link, err := url.Parse(c.page(l, "interviews", string(i.ID)))
	if err != nil {
		return nil, fmt.Errorf("write the calendar entry of interview %s: %w", i.ID, err)
	}
	event := ical.NewEvent()
	event.Props.SetText(ical.PropUID, string(i.ID)+"."+string(to.ID)+"@"+c.site.Hostname())
	event.Props.SetDateTime(ical.PropDateTimeStamp, i.UpdatedAt.UTC())
	event.Props.SetDateTime(ical.PropDateTimeStart, i.StartsAt.UTC())
	event.Props.SetDateTime(ical.PropDateTimeEnd, i.EndsAt.UTC())
	event.Props.SetText(ical.PropSummary, summary)
	event.Props.SetText(ical.PropDescription, l.T("mail.booked."+how(in))+"\n"+link.String())
	event.Props.SetURI(ical.PropURL, link)
	event.Props.SetText(ical.PropLocation, c.place(l, i, link))

	sequence := ical.NewProp(ical.PropSequence)
	sequence.SetValueType(ical.ValueInt)
	sequence.Value = strconv.Itoa(i.Sequence)
	event.Props.Set(sequence)

	event.SetStatus(ical.EventConfirmed)
	if cancelled {
		event.SetStatus(ical.EventCancelled)
	}
	return event, nil
}

// place is the room's page, or the word for "by phone": never a number.
func (c *Composer) place(l *frontend.Locale, i fair.Interview, link *url.URL) string {
	if i.Channel == fair.Phone {
		return l.T("mail.booked.place.phone")
	}
	return link.String()
}

// party names somebody with an address. A double quote cannot stand in a
// parameter (RFC 5545, 3.2).
func party(property, name, address string) *ical.Prop {
	prop := ical.NewProp(property)
	prop.Value = "mailto:" + address
	if name = strings.ReplaceAll(singleLine(name), `"`, "'"); name != "" {
		prop.Params.Set(ical.ParamCommonName, name)
	}
	return prop
}

// longestLine is the length, in bytes and without its end, beyond which a line
// of a calendar file should be folded (RFC 5545, 3.1).
const longestLine = 75

// fold breaks long lines; the library does not. Characters stay whole.
func fold(calendar []byte) []byte {
	var folded bytes.Buffer
	for line := range bytes.Lines(calendar) {
		room := longestLine
		for len(bytes.TrimRight(line, "\r\n")) > room {
			cut := room
			for !utf8.RuneStart(line[cut]) {
				cut--
			}
			folded.Write(line[:cut])
			folded.WriteString("\r\n ")
			line, room = line[cut:], longestLine-1 // the space counts
		}
		folded.Write(line)
	}
	return folded.Bytes()
}
