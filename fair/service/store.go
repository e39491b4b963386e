package service

import (
	"context"
	"time"

	"salon/fair"
)

// Stores are the stores the use cases need; mongostore implements all. Each
// method that decides who wins is atomic and says in its result whether its
// condition was met; a document that is not there is an error of kind
// NotFound, a store that is down one of kind Unavailable.
type Stores struct {
	Accounts       accountStore
	Persons        personStore
	Logins         loginStore
	Codes          codeStore
	Credentials    credentialStore
	Ceremonies     ceremonyStore
	Quotas         quotaStore
	Invitations    invitationStore
	Keys           keyStore
	Addresses      addressStore
	Fairs          fairStore
	Companies      companyStore
	Stands         standStore
	Offers         offerStore
	Slots          slotStore
	SlotRules      slotRuleStore
	Draws          drawStore
	Wishes         wishStore
	Interviews     interviewStore
	Standbys       standbyStore
	Webconferences webconferenceStore
	Tickets        ticketStore
	Lines          lineStore
	Threads        threadStore
	Applications   applicationStore
	Favourites     favouriteStore
	Pockets        pocketStore
	CVs            cvStore
	Imports        importStore
	Watches        watchStore
	Companions     companionStore
	Mails          mailStore
	Audits         auditStore
	Reports        reportStore
	Papers         paperStore
	Erasures       erasureStore
	Effects        effectStore
}

type accountStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Account, error)
	ByEmail(ctx context.Context, email string) (fair.Account, error)
	SetEmail(ctx context.Context, id fair.ID, from, to string) (a fair.Account, moved bool, err error)
	Insert(ctx context.Context, a fair.Account) error
	Save(ctx context.Context, a fair.Account) (fair.Account, error)
	SaveObjections(ctx context.Context, a fair.Account) (fair.Account, error)
	SetFeed(ctx context.Context, a fair.Account) (fair.Account, error)
	Grant(ctx context.Context, id fair.ID, role fair.Role) (fair.Account, error)
	Seen(ctx context.Context, a fair.Account) error
	OfFair(ctx context.Context, fairID fair.ID, words string, page, limit int) ([]fair.Account, int, error)
	Revoke(ctx context.Context, id fair.ID, role fair.Role) (fair.Account, error)
	Organisers(ctx context.Context, fairID fair.ID, limit int) ([]fair.Account, error)
	retentionStore
	Erase(ctx context.Context, id fair.ID, at time.Time) error
	Blank(ctx context.Context, id fair.ID, until time.Time) error
}

type personStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Person, error)
	Calendars(ctx context.Context, ids []fair.ID) ([]fair.Person, error)
	Insert(ctx context.Context, p fair.Person) error
	Keep(ctx context.Context, id fair.ID, until time.Time) error
	Came(ctx context.Context, id fair.ID, at time.Time) (p fair.Person, came bool, err error)
	Gone(ctx context.Context, id fair.ID, at time.Time) (p fair.Person, gone bool, err error)
	Present(ctx context.Context, after fair.ID, limit int) ([]fair.ID, error)
	Claim(ctx context.Context, id fair.ID, b fair.Busy, beside ...fair.ID) (p fair.Person, claimed bool, err error)
	ClaimSeat(ctx context.Context, id fair.ID, c fair.SeatClaim) (p fair.Person, claimed bool, err error)
	Drop(ctx context.Context, id fair.ID, b fair.Busy, rev int64) (dropped bool, err error)
	Prune(ctx context.Context, id fair.ID, before time.Time) error
	Enter(ctx context.Context, id fair.ID, live fair.Live, now time.Time) (entered bool, err error)
	Leave(ctx context.Context, id, interview fair.ID) error
	Engage(ctx context.Context, id fair.ID, live fair.Live, now time.Time) (engaged bool, err error)
	Queue(ctx context.Context, id, fairID fair.ID, t fair.OpenTicket, limit int) (queued bool, err error)
	Unqueue(ctx context.Context, id, fairID, ticket fair.ID) error
	DropTicket(ctx context.Context, id, fairID, ticket fair.ID, rev int64) (dropped bool, err error)
	Extend(ctx context.Context, id fair.ID, live fair.Live, own []fair.ID, now, before time.Time) (extended bool, err error)
	Shorten(ctx context.Context, id fair.ID, live fair.Live, ask fair.ID) error
	Prolong(ctx context.Context, id fair.ID, live fair.Live) error
	Blank(ctx context.Context, id fair.ID, until time.Time) error
	Bar(ctx context.Context, id, fairID fair.ID) error
	Unbar(ctx context.Context, id, fairID fair.ID, rev int64) (lifted bool, err error)
}

type loginStore interface {
	Get(ctx context.Context, id fair.ID) (fair.LoginSession, error)
	Insert(ctx context.Context, l fair.LoginSession) error
	End(ctx context.Context, id fair.ID, effects ...fair.Effect) error
	Touch(ctx context.Context, id fair.ID, at time.Time) error
	SetBrowser(ctx context.Context, id fair.ID, browser string) error
	Of(ctx context.Context, account fair.ID, now time.Time, limit int) ([]fair.LoginSession, error)
}

type codeStore interface {
	Get(ctx context.Context, id fair.ID) (fair.SignInCode, error)
	Issue(ctx context.Context, c fair.SignInCode, now time.Time, effects ...fair.Effect) (sent bool, err error)
	Attempt(ctx context.Context, id fair.ID, now time.Time) (c fair.SignInCode, allowed bool, err error)
	Use(ctx context.Context, c fair.SignInCode, now time.Time) (won bool, err error)
}

type fairStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Fair, error)
	BySlug(ctx context.Context, slug string) (fair.Fair, error)
	List(ctx context.Context) ([]fair.Fair, error)
	Insert(ctx context.Context, f fair.Fair) error
	SaveRules(ctx context.Context, f fair.Fair, effects ...fair.Effect) (fair.Fair, error)
	Owe(ctx context.Context, id fair.ID, effects ...fair.Effect) error
	Ended(ctx context.Context, now time.Time) ([]fair.Fair, error)
	Erased(ctx context.Context, id fair.ID, at time.Time) error
}

type companyStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Company, error)
	Insert(ctx context.Context, c fair.Company) error
}

type standStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Stand, error)
	BySlug(ctx context.Context, fairID fair.ID, slug string) (fair.Stand, error)
	ByNumber(ctx context.Context, fairID fair.ID, number int) (fair.Stand, error)
	ByIDs(ctx context.Context, ids []fair.ID) ([]fair.Stand, error)
	List(ctx context.Context, fairID fair.ID, page, limit int) ([]fair.Stand, int, error)
	Count(ctx context.Context, fairID fair.ID) (int, error)
	LastNumber(ctx context.Context, fairID fair.ID) (int, error)
	Insert(ctx context.Context, s fair.Stand) error
	Save(ctx context.Context, s fair.Stand) (fair.Stand, error)
	AddHost(ctx context.Context, id fair.ID, h fair.Host, limit int) error
	RemoveHost(ctx context.Context, id, account fair.ID) error
	SetOffers(ctx context.Context, id fair.ID, offers int, counted int64) (written bool, err error)
}

type offerStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Offer, error)
	ByIDs(ctx context.Context, ids []fair.ID) ([]fair.Offer, error)
	Open(ctx context.Context, fairID fair.ID, page, limit int) ([]fair.Offer, int, error)
	OfStand(ctx context.Context, stand fair.ID) ([]fair.Offer, error)
	CountOpen(ctx context.Context, fairID, stand fair.ID) (int, error)
	Occupations(ctx context.Context, fairID fair.ID, limit int) ([]fair.OccupationFigure, error)
	ChangedSince(ctx context.Context, at time.Time, after fair.ID, limit int) ([]fair.Revision, error)
	OpenAfter(ctx context.Context, fairID, after fair.ID, limit int) ([]fair.Offer, error)
	Expired(ctx context.Context, now time.Time, limit int) ([]fair.Offer, error)
	Insert(ctx context.Context, o fair.Offer) error
	Save(ctx context.Context, o fair.Offer, effects ...fair.Effect) (fair.Offer, error)
	Rewrite(ctx context.Context, o fair.Offer, change fair.OfferChange, effects ...fair.Effect) (fair.Offer, error)
	Waiting(ctx context.Context, fairID fair.ID, limit int) ([]fair.Offer, error)
}

type slotStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Slot, error)
	Insert(ctx context.Context, s fair.Slot) error
	List(ctx context.Context, fairID fair.ID, q fair.SlotQuery, now time.Time) ([]fair.Slot, int, error)
	Shared(ctx context.Context, stand fair.ID, a, b fair.Channel, now time.Time) (bool, error)
	CountFree(ctx context.Context, fairID fair.ID, now time.Time) (int, error)
	NextFree(ctx context.Context, fairID fair.ID, now time.Time) (map[fair.ID]time.Time, error)
	Hold(ctx context.Context, id fair.ID, h fair.Hold, now time.Time, effects ...fair.Effect) (slot fair.Slot, held bool, err error)
	Unhold(ctx context.Context, id fair.ID, h fair.Hold, effects ...fair.Effect) error
	Confirm(ctx context.Context, id fair.ID, b fair.Booking, beyond time.Time, effects ...fair.Effect) (slot fair.Slot, booked bool, err error)
	Free(ctx context.Context, id, booking fair.ID, keep *fair.Hold, effects ...fair.Effect) error
	SetExtra(ctx context.Context, id, booking fair.ID, was, to *fair.Extra, effects ...fair.Effect) (slot fair.Slot, changed bool, err error)
	Close(ctx context.Context, id, interview fair.ID, effects ...fair.Effect) error
	Pass(ctx context.Context, id fair.ID, from, to fair.Hold, now time.Time, effects ...fair.Effect) (slot fair.Slot, held bool, err error)
	Hand(ctx context.Context, id, booking fair.ID, h fair.Handover, now time.Time) (slot fair.Slot, handed bool, err error)
	Unhand(ctx context.Context, id fair.ID, h fair.Handover) error
	Give(ctx context.Context, id, booking, to fair.ID, beyond time.Time, effects ...fair.Effect) (slot fair.Slot, given bool, err error)
	Handed(ctx context.Context, now time.Time, limit int) ([]fair.Slot, error)
	Open(ctx context.Context, id fair.ID, beyond time.Time, effects ...fair.Effect) (slot fair.Slot, opened bool, err error)
	Withdraw(ctx context.Context, id fair.ID, now time.Time, effects ...fair.Effect) (slot fair.Slot, withdrawn bool, err error)
	Lapsed(ctx context.Context, now time.Time, limit int) ([]fair.Slot, error)
	Booked(ctx context.Context, ids []fair.ID) ([]fair.ID, error)
	Reopen(ctx context.Context, id fair.ID, lapsed time.Time, h fair.Hold) (slot fair.Slot, mine bool, err error)
	OfRule(ctx context.Context, rule fair.ID, after time.Time) ([]fair.Slot, error)
	Unreleased(ctx context.Context, fairID fair.ID, after time.Time) ([]fair.Slot, error)
	Untaken(ctx context.Context, fairID fair.ID, after time.Time) ([]fair.Slot, error)
	DueRelease(ctx context.Context, now time.Time, limit int) ([]fair.Slot, error)
	SetRelease(ctx context.Context, id fair.ID, at *time.Time, kept bool, effects ...fair.Effect) (changed bool, err error)
}

type slotRuleStore interface {
	Get(ctx context.Context, id fair.ID) (fair.SlotRule, error)
	Insert(ctx context.Context, r fair.SlotRule) error
	OfStand(ctx context.Context, stand fair.ID) ([]fair.SlotRule, error)
	Due(ctx context.Context, now time.Time, limit int) ([]fair.SlotRule, error)
	Save(ctx context.Context, r fair.SlotRule) (fair.SlotRule, error)
	Tended(ctx context.Context, id fair.ID, edition int, next time.Time) (still bool, err error)
}

type drawStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Draw, error)
	Insert(ctx context.Context, d fair.Draw) error
	List(ctx context.Context, fairID fair.ID) ([]fair.Draw, error)
	Due(ctx context.Context, closed time.Time, limit int) ([]fair.Draw, error)
	Drawn(ctx context.Context, d fair.Draw, effects ...fair.Effect) (after fair.Draw, first bool, err error)
	Extend(ctx context.Context, id fair.ID, now, closes time.Time, effects ...fair.Effect) (after fair.Draw, extended bool, err error)
	Cancel(ctx context.Context, id fair.ID, effects ...fair.Effect) (after fair.Draw, cancelled bool, err error)
	Over(ctx context.Context, id fair.ID, to fair.DrawState, effects ...fair.Effect) error
}

type wishStore interface {
	Get(ctx context.Context, id fair.ID) (fair.WishList, error)
	Insert(ctx context.Context, l fair.WishList) error
	Save(ctx context.Context, l fair.WishList) (fair.WishList, error)
	Delete(ctx context.Context, id fair.ID) error
	OfCandidate(ctx context.Context, candidate fair.ID, limit int) ([]fair.WishList, error)
	Count(ctx context.Context, draw fair.ID) (int, error)
	Of(ctx context.Context, draw, after fair.ID, limit int) ([]fair.WishList, error)
	Uninformed(ctx context.Context, draw fair.ID, closes time.Time, limit int) ([]fair.WishList, error)
	Inform(ctx context.Context, id fair.ID, closes time.Time, effects ...fair.Effect) error
	Untold(ctx context.Context, draw fair.ID, limit int) ([]fair.WishList, error)
	Tell(ctx context.Context, id fair.ID, results []fair.WishResult, effects ...fair.Effect) (first bool, err error)
}

type interviewStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Interview, error)
	Insert(ctx context.Context, i fair.Interview) error
	Of(ctx context.Context, account fair.ID, as fair.RoleKind, from, to time.Time, limit int) ([]fair.Interview, error)
	Enter(ctx context.Context, id, account fair.ID) (fair.Interview, error)
	Leave(ctx context.Context, id fair.ID, accounts ...fair.ID) error
	SetStrain(ctx context.Context, id, account fair.ID, strain *fair.Strain) error
	Strained(ctx context.Context, fairID fair.ID, limit int) ([]fair.Interview, error)
	Start(ctx context.Context, id fair.ID, at time.Time, owed *fair.Answering, effects ...fair.Effect) (fair.Interview, bool, error)
	End(ctx context.Context, id fair.ID, at time.Time, o *fair.Outcome, owed *fair.Answering, effects ...fair.Effect) (fair.Interview, bool, error)
	SetOutcome(ctx context.Context, id fair.ID, o fair.Outcome, owed *fair.Answering, effects ...fair.Effect) (fair.Interview, bool, error)
	Cancel(ctx context.Context, id fair.ID, effects ...fair.Effect) (fair.Interview, bool, error)
	SetEnd(ctx context.Context, i fair.Interview, ends time.Time, effects ...fair.Effect) (fair.Interview, bool, error)
	Move(ctx context.Context, i fair.Interview, to fair.Slot, effects ...fair.Effect) (fair.Interview, bool, error)
	Give(ctx context.Context, i fair.Interview, to fair.ID, effects ...fair.Effect) (fair.Interview, bool, error)
	Propose(ctx context.Context, id fair.ID, p fair.Proposal, effects ...fair.Effect) (fair.Interview, bool, error)
	Unpropose(ctx context.Context, id, proposal fair.ID, effects ...fair.Effect) (fair.Interview, bool, error)
	Miss(ctx context.Context, i fair.Interview, at time.Time, effects ...fair.Effect) (fair.Interview, bool, error)
	Waiting(ctx context.Context, from, to time.Time, limit int) ([]fair.Interview, error)
	SetCheck(ctx context.Context, id fair.ID, c fair.Check, effects ...fair.Effect) (fair.Interview, error)
	RemindersDue(ctx context.Context, now time.Time, limit int) ([]fair.Interview, error)
	DeskRemindersDue(ctx context.Context, now time.Time, limit int) ([]fair.Interview, error)
	DeskReminded(ctx context.Context, i fair.Interview, next *time.Time, effects ...fair.Effect) (fair.Interview, bool, error)
	Reminded(ctx context.Context, i fair.Interview, next *time.Time, effects ...fair.Effect) (fair.Interview, bool, error)
	ProposalsOver(ctx context.Context, now time.Time, limit int) ([]fair.Interview, error)
	SetChannel(ctx context.Context, id fair.ID, c fair.Channel, effects ...fair.Effect) (fair.Interview, bool, error)
	AskPhone(ctx context.Context, id fair.ID, at time.Time, effects ...fair.Effect) (fair.Interview, bool, error)
	PhoneAsked(ctx context.Context, since time.Time, limit int) ([]fair.Interview, error)
	SetNotes(ctx context.Context, id fair.ID, notes string) error
	OfTicket(ctx context.Context, ticket fair.ID) (fair.Interview, error)
	Overdue(ctx context.Context, fairID fair.ID, now time.Time, limit int) ([]fair.Interview, error)
	Day(ctx context.Context, fairID fair.ID, from, to time.Time, limit int) ([]fair.Interview, error)
	Begin(ctx context.Context, id fair.ID, start, end time.Time, effects ...fair.Effect) (fair.Interview, bool, error)
	Unanswered(ctx context.Context, at time.Time, limit int) ([]fair.Interview, error)
	Met(ctx context.Context, stand fair.ID, candidates []fair.ID, limit int) ([]fair.Interview, error)
	SetScores(ctx context.Context, id fair.ID, scores map[string]int) error
	SetSoundOnly(ctx context.Context, id fair.ID, only bool, effects ...fair.Effect) (fair.Interview, bool, error)
	Extend(ctx context.Context, id fair.ID, had int, e fair.Extension, effects ...fair.Effect) (fair.Interview, bool, error)
	Invite(ctx context.Context, id fair.ID, g fair.Guest, effects ...fair.Effect) (fair.Interview, bool, error)
	Uninvite(ctx context.Context, id, guest fair.ID, effects ...fair.Effect) (fair.Interview, bool, error)
	PutOut(ctx context.Context, id, guest fair.ID) (fair.Interview, bool, error)
	AnswersDue(ctx context.Context, now time.Time, limit int) ([]fair.Interview, error)
	Remind(ctx context.Context, id fair.ID, from, to fair.Answering, effects ...fair.Effect) (fair.Interview, bool, error)
	Owed(ctx context.Context, recruiter fair.ID, limit int) ([]fair.Interview, error)
	Figures(ctx context.Context, fairID, stand, after fair.ID, limit int) ([]fair.Interview, error)
}

type companionStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Companion, error)
	Insert(ctx context.Context, c fair.Companion) error
	OfCandidate(ctx context.Context, candidate fair.ID, limit int) ([]fair.Companion, error)
	OpenOf(ctx context.Context, candidate fair.ID) (fair.Companion, error)
	OfAdviser(ctx context.Context, adviser fair.ID, email string, limit int) ([]fair.Companion, error)
	Accept(ctx context.Context, id, adviser fair.ID, name string, at time.Time, effects ...fair.Effect) (fair.Companion, bool, error)
	End(ctx context.Context, id, by fair.ID, at time.Time, effects ...fair.Effect) (fair.Companion, bool, error)
}

type standbyStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Standby, error)
	Insert(ctx context.Context, b fair.Standby) error
	Find(ctx context.Context, stand, slot, candidate fair.ID) (fair.Standby, error)
	Of(ctx context.Context, candidate fair.ID, limit int) ([]fair.Standby, error)
	OpenOf(ctx context.Context, candidate, stand fair.ID) ([]fair.Standby, error)
	CountOpen(ctx context.Context, candidate, fairID fair.ID) (int, error)
	Ahead(ctx context.Context, b fair.Standby, channels []fair.Channel) (int, error)
	Waiting(ctx context.Context, stand fair.ID, limit int) ([]fair.Standby, error)
	Next(ctx context.Context, slot fair.Slot, limit int) ([]fair.Standby, error)
	StandAfter(ctx context.Context, stand fair.ID) (fair.ID, error)
	Offer(ctx context.Context, id fair.ID, o fair.SeatOffer, effects ...fair.Effect) (fair.Standby, bool, error)
	Pass(ctx context.Context, b fair.Standby, to fair.StandbyState, misses int, effects ...fair.Effect) (fair.Standby, bool, error)
	Close(ctx context.Context, b fair.Standby, to fair.StandbyState, interview fair.ID, effects ...fair.Effect) (fair.Standby, bool, error)
	Due(ctx context.Context, now time.Time, limit int) ([]fair.Standby, error)
	Counts(ctx context.Context, stand fair.ID) (waiting, offered int, err error)
}

type webconferenceStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Webconference, error)
	BySlug(ctx context.Context, fairID fair.ID, slug string) (fair.Webconference, error)
	List(ctx context.Context, fairID fair.ID) ([]fair.Webconference, error)
	Count(ctx context.Context, fairID fair.ID) (int, error)
	Insert(ctx context.Context, w fair.Webconference) error
	Save(ctx context.Context, w fair.Webconference, effects ...fair.Effect) (fair.Webconference, error)
	SetState(ctx context.Context, id fair.ID, to fair.WebconferenceState, from []fair.WebconferenceState, effects ...fair.Effect) (fair.Webconference, bool, error)
	Exclude(ctx context.Context, id, account fair.ID, list string, effects ...fair.Effect) (fair.Webconference, bool, error)
}

type mailStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Mail, error)
	Record(ctx context.Context, m fair.Mail) error
	Claim(ctx context.Context, id fair.ID, now, until time.Time) (m fair.Mail, claimed bool, err error)
	Sent(ctx context.Context, id fair.ID, at time.Time) error
	Unclaim(ctx context.Context, id fair.ID) error
	To(ctx context.Context, address string, limit int) ([]fair.Mail, error)
	OfAccount(ctx context.Context, account fair.ID, address string, limit int) ([]fair.Mail, error)
}

type auditStore interface {
	Record(ctx context.Context, e fair.AuditEntry) error
	About(ctx context.Context, about fair.ID, limit int) ([]fair.AuditEntry, error)
}

type effectStore interface {
	Pending(ctx context.Context, noun fair.Noun, after fair.ID, limit int) ([]fair.Debt, error)
	Settle(ctx context.Context, noun fair.Noun, doc fair.ID, effects ...fair.ID) error
}
