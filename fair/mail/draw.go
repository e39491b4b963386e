package mail

import (
	"strings"

	"salon/fair"
	"salon/frontend"
)

// Draw is what a message about somebody's wishes in a draw is made of.
type Draw struct {
	Kind   fair.EffectKind // mail.draw, mail.closing
	Fair   fair.Fair
	Draw   fair.Draw
	Number string // the lottery number
	Wishes []Wish
}

// Wish is one wish and what became of it.
type Wish struct {
	Stand  fair.Stand
	Result fair.WishResult
}

// Draw writes the message that says what became of somebody's wishes: what was
// given, what was not, and where to look it up; or, while it is open, that it
// closes later.
func (c *Composer) Draw(to fair.Account, in Draw) (fair.Mail, error) {
	l := c.locale(to)
	if in.Kind == fair.EffectMailClosing {
		return c.write(to, l.T("mail.draw.closing.subject", "fair", in.Fair.Name.In(fair.Lang(l.Lang()))), []paragraph{
			{Text: l.T("mail.draw.closing.text", "when", l.When(in.Draw.ClosesAt.In(in.Fair.Location()))), Link: c.page(l, "me")},
		})
	}
	kind := "none"
	var given, missed []string
	for _, w := range in.Wishes {
		if w.Result.State == fair.WishGiven {
			kind = "given"
			given = append(given, l.T("mail.draw.place", "stand", singleLine(w.Stand.Name), "when", l.When(w.Result.Start.In(in.Fair.Location()))))
		} else {
			missed = append(missed, singleLine(w.Stand.Name))
		}
	}
	if in.Draw.State == fair.DrawCancelled {
		return c.write(to, l.T("mail.draw.cancelled.subject", "fair", in.Fair.Name.In(fair.Lang(l.Lang()))), []paragraph{
			{Text: l.T("mail.draw.cancelled.text"), Link: c.page(l, "fairs", in.Fair.Slug)},
		})
	}
	body := []paragraph{{Text: l.T("mail.draw."+kind+".text", "count", len(given))}}
	for _, place := range given {
		body = append(body, paragraph{Text: place})
	}
	if len(missed) > 0 && len(given) > 0 {
		body = append(body, paragraph{Text: l.T("mail.draw.missed", "stands", strings.Join(missed, ", "))})
	}
	if len(missed) > 0 {
		body = append(body, paragraph{Text: l.T("mail.draw.rest"), Link: c.page(l, "fairs", in.Fair.Slug)})
	}
	body = append(body, paragraph{
		Text: l.T("mail.draw.number", "number", frontend.LotteryNumber(in.Number)),
		Link: c.page(l, "fairs", in.Fair.Slug, "draws", string(in.Draw.ID)),
	})
	return c.write(to, l.T("mail.draw."+kind+".subject", "fair", in.Fair.Name.In(fair.Lang(l.Lang())), "count", len(given)), body)
}
