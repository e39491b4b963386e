package mail

import (
	"time"

	"salon/fair"
)

// Invitation is what somebody is written who is asked to take a role.
type Invitation struct {
	Fair  fair.Fair
	Stand fair.Stand
	Role  fair.RoleKind
	Token string
	Until time.Time
}

// invitationTexts are the keys of its texts.
var invitationTexts = []string{
	"invited.subject", "invited.recruiter", "invited.organiser", "invited.adviser", "invited.speaker", "invited.until", "invited.ignore",
}

// Invitation writes the message whose link takes a role.
func (c *Composer) Invitation(to fair.Account, in Invitation) (fair.Mail, error) {
	l := c.locale(to)
	name := singleLine(in.Fair.Name.In(fair.Lang(l.Lang())))
	return c.write(to, l.T("mail.invited.subject", "fair", name), []paragraph{
		{Text: l.T("mail.invited."+string(in.Role), "fair", name, "stand", singleLine(in.Stand.Name)), Link: c.page(l, "invitations", in.Token)},
		{Text: l.T("mail.invited.until", "when", l.When(in.Until.In(c.zone)))},
		{Text: l.T("mail.invited.ignore")},
	})
}
