package fair

import "time"

// Invitation asks somebody, by mail, to take a role in a fair. It is good once,
// for that address and that role. The secret of its link is not kept: it follows
// from Seed and the house's secret.
type Invitation struct {
	ID        ID              `bson:"_id"`
	Fair      ID              `bson:"fair"`
	Email     string          `bson:"email"`
	Role      Role            `bson:"role"`
	By        ID              `bson:"by"`
	Locale    Lang            `bson:"locale"`
	Seed      []byte          `bson:"seed"`
	State     InvitationState `bson:"state"`
	Open      bool            `bson:"open,omitempty"` // while it waits: one for each address and role
	At        time.Time       `bson:"at"`
	SentAt    time.Time       `bson:"sentAt"`
	ExpiresAt time.Time       `bson:"expiresAt"`
	Account   ID              `bson:"account,omitempty"` // who took it
	Meta      `bson:",inline"`
}

// InvitationState is what became of an invitation.
type InvitationState string

// The states.
const (
	InvitationOpen      InvitationState = "open"
	InvitationTaken     InvitationState = "taken"
	InvitationWithdrawn InvitationState = "withdrawn"
)

// InvitationTime is how long an invitation waits after its last mail.
const InvitationTime = 7 * 24 * time.Hour

// The limits of invitations: mails to one address, and by one organiser, whatever
// the fair.
var (
	InvitationsTo = Allowance{3, 24 * time.Hour}
	InvitationsBy = Allowance{200, 24 * time.Hour}
)

// Invitable are the roles an organiser gives.
func Invitable(k RoleKind) bool {
	return k == Recruiter || k == Organiser || k == Adviser || k == Speaker
}

// Waits reports whether it can still be taken.
func (i Invitation) Waits(now time.Time) bool {
	return i.State == InvitationOpen && now.Before(i.ExpiresAt)
}
