package mail

import (
	"time"

	"salon/fair"
)

// Address is what is written about a change of mail address.
type Address struct {
	Kind     string // "confirm", "taken", "changed", "back"
	From, To string
	Token    string
	Until    time.Time
}

// addressTexts are the keys of its texts.
var addressTexts = []string{
	"address.confirm.subject", "address.confirm.text", "address.confirm.until", "address.confirm.ignore",
	"address.taken.subject", "address.taken.text", "address.confirm.ignore",
	"address.changed.subject", "address.changed.text", "address.changed.undo", "address.changed.until",
	"address.back.subject", "address.back.text", "address.back.look",
}

// Address writes a message about a change of address.
func (c *Composer) Address(to fair.Account, in Address) (fair.Mail, error) {
	l := c.locale(to)
	text := func(key string) string {
		return l.T("mail.address."+in.Kind+"."+key, "from", singleLine(in.From), "to", singleLine(in.To), "when", l.When(in.Until.In(c.zone)))
	}
	parts := []paragraph{{Text: text("text")}}
	switch in.Kind {
	case "confirm":
		parts[0].Link = c.page(l, "account", "mail", in.Token)
		parts = append(parts, paragraph{Text: text("until")}, paragraph{Text: text("ignore")})
	case "taken":
		parts = append(parts, paragraph{Text: l.T("mail.address.confirm.ignore")})
	case "changed":
		parts = append(parts, paragraph{Text: text("undo"), Link: c.page(l, "account", "undo", in.Token)}, paragraph{Text: text("until")})
	case "back":
		parts = append(parts, paragraph{Text: text("look"), Link: c.page(l, "account")})
	}
	return c.write(to, text("subject"), parts)
}
