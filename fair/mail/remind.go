package mail

import (
	"fmt"
	"time"

	"salon/fair"
	"salon/frontend"
)

// guest invites an interpreter, or tells that the interview is off. With is the
// candidate.
func (c *Composer) guest(l *frontend.Locale, in Interview, when string) (kind string, body []paragraph) {
	if in.Interview.State == fair.InterviewCancelled {
		return "guest.off", []paragraph{{Text: l.T("mail.guest.off.text", "with", in.With, "when", when)}}
	}
	return "guest", []paragraph{
		{Text: l.T("mail.guest.text", "with", in.With, "stand", singleLine(in.Stand.Name), "when", when)},
		{Text: l.T("mail.guest.how"), Link: c.page(l, "interviews", string(in.Interview.ID))},
	}
}

// Answers is what a reminder of answers is made of.
type Answers struct {
	Kind  fair.EffectKind // mail.answer to the recruiter, mail.late to an organiser
	Fair  fair.Fair
	Stand fair.Stand
	Count int       // answers meant
	Due   time.Time // the day of the first of them
}

// Answers reminds a recruiter of answers that are due, or tells an organiser of
// those that are late. Nobody who was met is named in it.
func (c *Composer) Answers(to fair.Account, in Answers) (fair.Mail, error) {
	l := c.locale(to)
	kind, page := "answer", c.page(l, "desk")
	switch in.Kind {
	case fair.EffectMailAnswer:
	case fair.EffectMailLate:
		kind, page = "late", c.page(l, "organise")
	default:
		return fair.Mail{}, fmt.Errorf("compose a reminder of answers: unknown kind %q", in.Kind)
	}
	stand := singleLine(in.Stand.Name)
	when := l.When(in.Due.In(in.Fair.Location()))
	return c.write(to, l.T("mail."+kind+".subject", "count", in.Count, "stand", stand), []paragraph{
		{Text: l.T("mail."+kind+".text", "count", in.Count, "stand", stand, "when", when), Link: page},
	})
}

// Companion asks an adviser to act beside a candidate.
func (c *Composer) Companion(to fair.Account, candidate string) (fair.Mail, error) {
	l := c.locale(to)
	name := singleLine(candidate)
	return c.write(to, l.T("mail.companion.subject", "name", name), []paragraph{
		{Text: l.T("mail.companion.text", "name", name), Link: c.page(l, "advise")},
		{Text: l.T("mail.companion.next", "name", name)},
	})
}

// Report is what a mail about a report is made of: to who made it when Kind is
// EffectMailReport, to who is warned or barred when it is EffectMailWarned; when a
// bar is lifted, EffectMailLiftedBy and EffectMailLifted.
type Report struct {
	Kind     fair.EffectKind
	Fair     fair.Fair
	Stand    fair.Stand
	Decision fair.Decision
	Answer   string
}

// Report tells what organisers decided. Neither side is named to the other.
func (c *Composer) Report(to fair.Account, in Report) (fair.Mail, error) {
	l := c.locale(to)
	kind := "report." + string(in.Decision)
	switch in.Kind {
	case fair.EffectMailWarned:
		kind = "warned." + string(in.Decision)
	case fair.EffectMailLifted:
		kind = "warned.lift"
	case fair.EffectMailLiftedBy:
		kind = "report.lift"
	}
	name, stand := singleLine(in.Fair.Name.In(fair.Lang(l.Lang()))), singleLine(in.Stand.Name)
	body := []paragraph{{Text: l.T("mail."+kind+".text", "fair", name, "stand", stand)}}
	if in.Answer != "" {
		body = append(body, paragraph{Text: l.T("mail.report.answer", "text", in.Answer)})
	}
	return c.write(to, l.T("mail."+kind+".subject", "fair", name), body)
}
