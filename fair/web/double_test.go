package web_test

import (
	"context"
	"strings"
	"time"

	"salon/fair"
	"salon/fair/service"
	"salon/fair/web"
)

// Ids of the double's one fair. They have the shape of real ones.
var (
	fairID      = id("fair")
	standID     = id("stand")
	offerID     = id("offer")
	slotID      = id("slot")
	talkID      = id("talk")
	drawID      = id("draw")
	ruleID      = id("rule")
	meetID      = id("meeting")
	ticketID    = id("ticket")
	candID      = id("candidate")
	recrID      = id("recruiter")
	colleagueID = id("colleague")
	wordsID     = id("words")
	applyID     = id("apply")

	standbyID = id("standby")
)

func id(name string) fair.ID {
	return fair.ID(name + strings.Repeat("a", 26-len(name)))
}

// double stands for every use case: it answers with one small fair, unless
// before says otherwise, and knows people by their token.
type double struct {
	before   func(useCase string) error
	people   map[string]fair.Actor
	talk     fair.Webconference
	offer    fair.Offer
	noOffers bool                       // in the figures of the fair
	finds    func(fair.OfferQuery) bool // the offer; nil: every search does

	company fair.Company

	hostile string // beside every text of fair and stand

	again     bool // a place was there, and nobody can be called
	placeless bool // the candidate waits nowhere
	anonymous bool
}

var _ web.Service = (*double)(nil)

// everyRole may do anything the edge looks at.
var everyRole = []fair.Role{
	{Kind: fair.Candidate}, {Kind: fair.Recruiter, Fair: fairID, Stand: standID}, {Kind: fair.Organiser, Fair: fairID},
	{Kind: fair.Adviser},
}

func newDouble() *double {
	return &double{
		people: map[string]fair.Actor{
			"all":       {Account: recrID, Login: id("login"), Name: "Alix Fiction", Roles: everyRole},
			"newcomer":  {Account: id("newcomer"), Login: id("login"), Name: "Lou Fiction", Roles: everyRole[:1]},
			"candidate": {Account: candID, Login: id("login"), Name: "Camille Fiction", Roles: everyRole[:1]},
			"recruiter": {Account: recrID, Login: id("login"), Name: "Rémi Fiction", Roles: everyRole[1:2]},
			"adviser":   {Account: id("adviser"), Login: id("login"), Name: "Ada Fiction", Roles: everyRole[3:]},
			"organiser": {Account: id("organiser"), Login: id("login"), Name: "Odile Fiction", Roles: everyRole[2:3]},
		},
		talk: fair.Webconference{
			ID: talkID, Fair: fairID, Slug: "parole", Stand: standID, Language: fair.French, State: fair.WebconferenceOpen,
			Title: fair.Text{FR: "La parole", EN: "Speech"}, Abstract: fair.Text{FR: "Un exposé."},
			Accessibility: fair.Text{FR: "Le texte est donné sur demande."},
			StartsAt:      noon, EndsAt: noon.Add(time.Hour), Speakers: []fair.TalkSpeaker{{Account: recrID, Name: "Rémi Fiction"}},
			Encoders: []fair.EncoderToken{{ID: id("token"), Role: "viewer", Hash: []byte("hash-of-a-token")}},
		},
		company: fair.Company{Name: "Atelier Fiction", Size: "12", URL: "https://atelier.example"},
		offer: fair.Offer{
			ID: offerID, Fair: fairID, Stand: standID, CompanyName: "Atelier Fiction", SourceID: "046XYZ", State: fair.OfferOpen,
			Title: "Menuisière ou menuisier </script><script>alert(1)", Description: "Poser des portes.\n\nTravailler en équipe <b>.",
			Work:  fair.Work{ROME: "F1607", Occupation: "Pose de fermetures menuisées", Contract: "CDD", ContractLabel: "Contrat à durée déterminée - 6 Mois", HoursLabel: "35H Horaires normaux"},
			Pay:   fair.Pay{Label: "Mensuel de 1900.00 Euros à 2080.50 Euros sur 13 mois"},
			Place: fair.Place{Label: "34 - LATTES", Commune: "34129", Postcode: "34970"}, Positions: 2,
			Needs:       fair.Needs{Skills: []fair.Need{{Label: "Lire un plan", Required: true}}},
			PublishedAt: noon.Add(-48 * time.Hour), ClosesAt: noon.Add(240 * time.Hour),
		},
	}
}

func (d *double) ask(useCase string) error {
	if d.before == nil {
		return nil
	}
	return d.before(useCase)
}

func (d *double) theFair() fair.Fair {
	return fair.Fair{
		ID: fairID, Slug: "rencontres", Name: fair.Text{FR: "Les rencontres" + d.hostile, EN: "The meetings" + d.hostile},
		Tagline: fair.Text{FR: "Six cents offres" + d.hostile, EN: "Six hundred offers" + d.hostile}, Organiser: "La métropole" + d.hostile,
		StartsAt: noon.Add(-time.Hour), EndsAt: noon.Add(100 * time.Hour), TimeZone: "Europe/Paris",
		Settled: fair.Rules{Scorecard: []fair.Criterion{{ID: "clarte", Label: fair.Text{FR: "Clarté"}}}},
	}
}

func (d *double) stand() fair.Stand {
	return fair.Stand{
		ID: standID, Fair: fairID, Number: 1, Slug: "atelier-fiction", Name: "Atelier Fiction" + d.hostile, Commune: "34129",
		Sector: fair.Text{FR: "Bâtiment" + d.hostile, EN: "Construction" + d.hostile}, About: fair.Text{FR: "Nous posons des portes." + d.hostile},
		Links: []fair.Link{{Label: "Site", URL: "https://atelier.example"}}, Offers: 1,
		People: []fair.Host{{Account: recrID, Name: "Rémi Fiction", Title: "Chef d'atelier"}},
	}
}

func (d *double) slot() fair.Slot {
	return fair.Slot{
		ID: slotID, Fair: fairID, Stand: standID, Recruiter: recrID, State: fair.SlotFree,
		Start: noon.Add(time.Hour), End: noon.Add(80 * time.Minute), Channels: []fair.Channel{fair.Video, fair.Phone},
	}
}

func (d *double) meeting() service.InterviewDetail {
	return service.InterviewDetail{
		Interview: fair.Interview{
			ID: meetID, Fair: fairID, Stand: standID, Slot: slotID, Recruiter: recrID, Candidate: candID, Channel: fair.Video,
			State: fair.InterviewBooked, StartsAt: noon.Add(time.Hour), EndsAt: noon.Add(80 * time.Minute), Notes: "à rappeler mardi",
			Scores: map[string]int{"clarte": 3}, Guests: []fair.Guest{{ID: id("guest"), Email: "ines@fiction.example", Name: "Inès"}},
		},
		Adviser: "Ada Fiction", Fair: d.theFair(), Stand: d.stand(), Recruiter: d.stand().People[0],
		Candidate:  service.CandidateCard{Account: candID, Name: "Camille Fiction", Headline: "Menuisière", HasPhone: true},
		JoinableAt: noon.Add(45 * time.Minute), PlannedEnd: noon.Add(80 * time.Minute),
	}
}

func (d *double) account() fair.Account {
	return fair.Account{ID: candID, Email: "camille@fiction.example", Name: "Camille Fiction", Locale: fair.French,
		Roles: everyRole[:1], Profile: fair.Profile{Phone: "+33199000017"}}
}

func (d *double) signedIn() service.SignedIn {
	return service.SignedIn{Token: "all", Account: d.account(), Login: fair.LoginSession{ID: id("login"), ExpiresAt: noon.Add(24 * time.Hour)}}
}

func (d *double) join() service.Join {
	return service.Join{WSURL: "ws://127.0.0.1:8080/ws", Entry: fair.Entry{Room: "interview." + string(meetID), Kind: fair.InterviewRoom,
		Account: candID, Peer: id("peer"), Name: "Camille", Role: fair.RoleParty, ExpiresAt: noon.Add(2 * time.Minute)}}
}

func (d *double) Authenticate(_ context.Context, token string) (fair.Actor, error) {
	if a, known := d.people[token]; known {
		return a, nil
	}
	switch token {
	case "half":
		return fair.Actor{}, fair.E(fair.Forbidden, "factor.due")
	case "setup":
		return fair.Actor{}, fair.E(fair.Forbidden, "factor.missing")
	}
	return fair.Actor{}, fair.E(fair.Unauthenticated, "login.ended")
}
func (d *double) RequestCode(context.Context, string, fair.Lang) error { return d.ask("RequestCode") }
func (d *double) SignIn(context.Context, string, string, fair.Lang) (service.SignedIn, error) {
	return d.signedIn(), d.ask("SignIn")
}
func (d *double) SignOut(context.Context, fair.Actor) error { return d.ask("SignOut") }
func (d *double) DemoSession(context.Context, fair.RoleKind, int) (service.SignedIn, error) {
	return d.signedIn(), d.ask("DemoSession")
}
func (d *double) Me(_ context.Context, a fair.Actor) (fair.Account, error) {
	account := d.account()
	if a.Account != candID {
		account.Profile.Phone = ""
	}
	return account, d.ask("Me")
}
func (d *double) EditProfile(context.Context, fair.Actor, service.ProfileEdit) (fair.Account, error) {
	return d.account(), d.ask("EditProfile")
}
func (d *double) MailSent(context.Context, fair.Actor, int) ([]fair.Mail, error) {
	return []fair.Mail{{ID: id("mail"), To: "camille@fiction.example", Subject: "Rendez-vous", At: noon}}, d.ask("MailSent")
}
func (d *double) MailTo(context.Context, string, int) ([]fair.Mail, error) {
	return []fair.Mail{{ID: id("mail"), To: "camille@fiction.example", Subject: "Votre code", Text: "424242", At: noon}}, d.ask("MailTo")
}

func (d *double) Fairs(context.Context, fair.Actor) ([]fair.Fair, error) {
	return []fair.Fair{d.theFair()}, d.ask("Fairs")
}
func (d *double) Fair(_ context.Context, _ fair.Actor, ref string) (fair.Fair, error) {
	if ref != "rencontres" && ref != string(fairID) {
		return fair.Fair{}, fair.E(fair.NotFound, "fair.unknown")
	}
	return d.theFair(), d.ask("Fair")
}
func (d *double) SpeakerEmails(_ context.Context, a fair.Actor, w fair.Webconference) (map[fair.ID]string, error) {
	if !a.Organises(w.Fair) {
		return nil, fair.E(fair.Forbidden, "not.organiser")
	}
	return map[fair.ID]string{recrID: "remi@fiction.example"}, d.ask("SpeakerEmails")
}

func (d *double) CommonOccupations(context.Context, fair.Actor, fair.ID, int) ([]service.Occupation, error) {
	return []service.Occupation{{ROME: "F1607", Label: "Menuisier / Menuisière"}}, d.ask("CommonOccupations")
}

func (d *double) Company(context.Context, fair.Actor, fair.Stand) (fair.Company, error) {
	return d.company, d.ask("Company")
}

func (d *double) FairFigures(context.Context, fair.Actor, fair.ID) (service.FairFigures, error) {
	if d.noOffers {
		return service.FairFigures{Stands: 1}, d.ask("FairFigures")
	}
	return service.FairFigures{Offers: 1, Stands: 1, Webconferences: 1, FreeSlots: 1}, d.ask("FairFigures")
}

func (d *double) Stands(context.Context, fair.Actor, string, int, int) (service.Page[fair.Stand], error) {
	return service.Page[fair.Stand]{Items: []fair.Stand{d.stand()}, Total: 1}, d.ask("Stands")
}
func (d *double) Stand(context.Context, fair.Actor, string, string) (fair.Stand, error) {
	return d.stand(), d.ask("Stand")
}
func (d *double) StandDesk(context.Context, fair.Actor, fair.ID) (fair.Stand, error) {
	return d.stand(), d.ask("StandDesk")
}
func (d *double) MyStands(context.Context, fair.Actor) ([]fair.Stand, error) {
	return []fair.Stand{d.stand()}, d.ask("MyStands")
}
func (d *double) EditStand(context.Context, fair.Actor, fair.ID, service.StandEdit) (fair.Stand, error) {
	return d.stand(), d.ask("EditStand")
}

func (d *double) Slots(context.Context, fair.Actor, string, fair.SlotQuery) (service.Page[fair.Slot], error) {
	return service.Page[fair.Slot]{Items: []fair.Slot{d.slot()}, Total: 1}, d.ask("Slots")
}
func (d *double) NextSlots(context.Context, fair.Actor, fair.ID) (map[fair.ID]time.Time, error) {
	return map[fair.ID]time.Time{d.slot().Stand: d.slot().Start}, d.ask("NextSlots")
}
func (d *double) OpenSlots(context.Context, fair.Actor, fair.ID, fair.SlotPlan) ([]fair.Slot, int, error) {
	return []fair.Slot{d.slot()}, 1, d.ask("OpenSlots")
}
func (d *double) WithdrawSlot(context.Context, fair.Actor, fair.ID) error {
	return d.ask("WithdrawSlot")
}
func (d *double) Roomy(_ context.Context, _ fair.Actor, free []fair.Slot) ([]fair.Slot, error) {
	return free, d.ask("Roomy")
}
func (d *double) Book(context.Context, fair.Actor, fair.ID, service.BookRequest) (service.Booked, error) {
	return service.Booked{Slot: d.slot(), Interview: d.meeting().Interview}, d.ask("Book")
}

// ticket is a place of Camille's, at which the stand has written a note.
func (d *double) ticket(state fair.TicketState) fair.Ticket {
	t := fair.Ticket{
		ID: ticketID, Fair: fairID, Stand: standID, Candidate: candID, Channel: fair.Video, Offer: offerID, State: state,
		Open: state.Open(), JoinedAt: noon.Add(-time.Minute), Note: "à rappeler mardi", Reason: "recommandée", Meta: fair.Meta{Rev: 3},
	}
	if state != fair.TicketWaiting {
		t.Call = &fair.Call{Interview: meetID, Recruiter: recrID, At: noon, Until: noon.Add(time.Minute)}
	}
	return t
}

func (d *double) boardTicket(state fair.TicketState) service.BoardTicket {
	b := service.BoardTicket{Ticket: d.ticket(state), Stand: d.stand(), AsOf: noon, State: fair.LineOpen,
		Range: fair.Range{Low: 12 * time.Minute, High: 18 * time.Minute, Known: true}}
	b.Ticket.Note, b.Ticket.Reason = "", ""
	if state == fair.TicketWaiting {
		b.Position, b.Ahead = 3, 2
	} else {
		b.Recruiter = &fair.Host{Account: recrID, Name: "Rémi Fiction", Title: "Chef d'atelier"}
	}
	return b
}

func (d *double) deskTicket() service.DeskTicket {
	v := service.DeskTicket{
		Ticket: d.ticket(fair.TicketWaiting), Presence: service.IsUnknown, Names: map[fair.ID]string{},
		Candidate: service.CandidateCard{Account: candID, Name: "Camille Fiction", Headline: "Menuisière", Occupations: []string{"F1607"}, HasPhone: true},
		Anonymous: d.anonymous, Applied: []fair.Offer{{ID: offerID, Title: "Ébéniste"}},
	}
	if d.anonymous {
		v.Candidate.Name, v.Ticket.Number = "", 14
	}
	return v
}

func (d *double) lineDesk() service.LineDesk {
	return service.LineDesk{
		Stand: d.stand(), State: fair.LineOpen, OpenNow: true, Now: noon, Waiting: 1, Tickets: []service.DeskTicket{d.deskTicket()},
		Line:  fair.Line{ID: standID, Fair: fairID},
		Duty:  []fair.Duty{{Recruiter: recrID, State: fair.OnDuty, Since: noon}, {Recruiter: colleagueID, State: fair.OffDuty}},
		Hosts: map[fair.ID]fair.Host{recrID: d.stand().People[0], colleagueID: {Account: colleagueID, Name: "Nora Fiction"}},
	}
}

func (d *double) lineFacts() service.LineFacts {
	return service.LineFacts{Stand: standID, State: fair.LineOpen, OpenNow: true, Waiting: 4, Recruiters: 2,
		Range: fair.Range{Low: 20 * time.Minute, High: 31 * time.Minute, Known: true}}
}

func (d *double) JoinLine(context.Context, fair.Actor, fair.ID, service.JoinRequest) (service.BoardTicket, bool, error) {
	return d.boardTicket(fair.TicketWaiting), d.again, d.ask("JoinLine")
}
func (d *double) Board(context.Context, fair.Actor, string) (service.Board, error) {
	if d.placeless {
		return service.Board{Fair: d.theFair(), Max: 5}, d.ask("Board")
	}
	return service.Board{Fair: d.theFair(), Max: 5, Tickets: []service.BoardTicket{d.boardTicket(fair.TicketCalled), d.boardTicket(fair.TicketWaiting)}}, d.ask("Board")
}
func (d *double) AnswerTicket(context.Context, fair.Actor, fair.ID, fair.Answer) (service.BoardTicket, error) {
	return d.boardTicket(fair.TicketMeeting), d.ask("AnswerTicket")
}
func (d *double) CallNext(context.Context, fair.Actor, fair.ID, service.CallRequest) (*service.Called, error) {
	if d.again {
		return nil, d.ask("CallNext")
	}
	return &service.Called{Ticket: d.ticket(fair.TicketCalled), Interview: fair.Interview{ID: meetID}}, d.ask("CallNext")
}
func (d *double) SendBack(context.Context, fair.Actor, fair.ID) (fair.Ticket, error) {
	return d.ticket(fair.TicketWaiting), d.ask("SendBack")
}
func (d *double) HandOff(context.Context, fair.Actor, fair.ID, service.HandoffRequest) (fair.Ticket, error) {
	return d.ticket(fair.TicketWaiting), d.ask("HandOff")
}
func (d *double) CloseTicket(context.Context, fair.Actor, fair.ID, service.InsteadRequest) (fair.Ticket, error) {
	return d.ticket(fair.TicketClosed), d.ask("CloseTicket")
}
func (d *double) SetTicketNote(context.Context, fair.Actor, fair.ID, string) (fair.Ticket, error) {
	return d.ticket(fair.TicketWaiting), d.ask("SetTicketNote")
}
func (d *double) OneDeskTicket(context.Context, fair.Actor, fair.ID) (service.DeskTicket, error) {
	return d.deskTicket(), d.ask("OneDeskTicket")
}
func (d *double) LineDesk(context.Context, fair.Actor, fair.ID) (service.LineDesk, error) {
	return d.lineDesk(), d.ask("LineDesk")
}
func (d *double) SetDuty(context.Context, fair.Actor, fair.ID, fair.DutyState, int) (service.LineDesk, error) {
	return d.lineDesk(), d.ask("SetDuty")
}
func (d *double) SetLine(context.Context, fair.Actor, fair.ID, service.LineEdit) (service.LineDesk, error) {
	return d.lineDesk(), d.ask("SetLine")
}
func (d *double) SetHours(context.Context, fair.Actor, fair.ID, []fair.Hours) (service.LineDesk, error) {
	return d.lineDesk(), d.ask("SetHours")
}
func (d *double) ExtendHours(context.Context, fair.Actor, fair.ID, time.Time) (service.LineDesk, error) {
	return d.lineDesk(), d.ask("ExtendHours")
}
func (d *double) MoveLine(context.Context, fair.Actor, fair.ID, fair.ID) (service.LineDesk, error) {
	return d.lineDesk(), d.ask("MoveLine")
}
func (d *double) FairLines(context.Context, fair.Actor, string) ([]service.LineFacts, error) {
	return []service.LineFacts{d.lineFacts()}, d.ask("FairLines")
}
func (d *double) StandLine(context.Context, fair.Stand) (service.LineFacts, error) {
	return d.lineFacts(), d.ask("StandLine")
}
func (d *double) StandLines(context.Context, fair.ID, []fair.Stand) (map[fair.ID]service.LineFacts, error) {
	return map[fair.ID]service.LineFacts{standID: d.lineFacts()}, d.ask("StandLines")
}

func (d *double) FairLive(context.Context, fair.Actor, string) (service.FairLive, error) {
	return service.FairLive{
		Fair: fair.Fair{ID: fairID}, At: noon, Waiting: 3, Named: map[fair.ID]fair.Stand{standID: d.stand()},
		Today: fair.DayFigures{Held: 12, Answered: 9, Appointments: 20, Waits: 4, MedianWait: 7 * time.Minute},
		Stands: []fair.StandLive{{Stand: standID, Number: 1, State: fair.LineOpen, Hand: fair.LineOpen, Message: fair.Text{FR: "Je reviens"},
			Waiting: 3, Since: noon.Add(-40 * time.Minute), OnBreak: 1, Unanswered: 1, Asked: noon.Add(-time.Hour)}},
		Calls: []fair.CallLive{{Stand: standID, Since: noon.Add(-2 * time.Minute), Sides: []fair.CallSide{
			{Who: fair.Candidate, Strain: fair.Strain{Level: "weak", Cause: "loss", Since: noon.Add(-2 * time.Minute), Told: "sound", ToldAt: noon}}}}},
	}, d.ask("FairLive")
}

func (d *double) MyInterviews(context.Context, fair.Actor, time.Time, time.Time) ([]service.InterviewDetail, error) {
	return []service.InterviewDetail{d.meeting()}, d.ask("MyInterviews")
}
func (d *double) Interview(context.Context, fair.Actor, fair.ID) (service.InterviewDetail, error) {
	return d.meeting(), d.ask("Interview")
}
func (d *double) JoinInterview(context.Context, fair.Actor, fair.ID, fair.ID, bool) (service.Join, error) {
	return d.join(), d.ask("JoinInterview")
}
func (d *double) StartInterview(context.Context, fair.Actor, fair.ID) (fair.Interview, error) {
	return d.meeting().Interview, d.ask("StartInterview")
}
func (d *double) EndInterview(context.Context, fair.Actor, fair.ID, *fair.Outcome) (fair.Interview, error) {
	return d.meeting().Interview, d.ask("EndInterview")
}
func (d *double) SetOutcome(context.Context, fair.Actor, fair.ID, fair.Outcome) (fair.Interview, error) {
	return d.meeting().Interview, d.ask("SetOutcome")
}
func (d *double) CancelInterview(context.Context, fair.Actor, fair.ID) (fair.Interview, error) {
	return d.meeting().Interview, d.ask("CancelInterview")
}
func (d *double) SwitchChannel(context.Context, fair.Actor, fair.ID, fair.Channel) (fair.Interview, error) {
	return d.meeting().Interview, d.ask("SwitchChannel")
}
func (d *double) RevealPhone(context.Context, fair.Actor, fair.ID) (string, error) {
	return "+33199000017", d.ask("RevealPhone")
}
func (d *double) SetNotes(context.Context, fair.Actor, fair.ID, string) error {
	return d.ask("SetNotes")
}
func (d *double) Calendar(context.Context, fair.Actor, fair.ID) ([]byte, error) {
	return []byte("BEGIN:VCALENDAR\r\n"), d.ask("Calendar")
}

func (d *double) ExtendInterview(context.Context, fair.Actor, fair.ID, time.Time) (fair.Interview, error) {
	return d.meeting().Interview, d.ask("ExtendInterview")
}
func (d *double) SetSoundOnly(context.Context, fair.Actor, fair.ID, bool) (fair.Interview, error) {
	return d.meeting().Interview, d.ask("SetSoundOnly")
}
func (d *double) SetScores(context.Context, fair.Actor, fair.ID, map[string]int) error {
	return d.ask("SetScores")
}
func (d *double) GuestInterview(context.Context, fair.Actor, fair.ID) (service.GuestDetail, error) {
	m := d.meeting()
	return service.GuestDetail{Interview: m.Interview, Role: fair.RoleInterpreter, Fair: m.Fair, Stand: m.Stand,
		Recruiter: m.Recruiter, Candidate: m.Candidate.Name, JoinableAt: m.JoinableAt}, d.ask("GuestInterview")
}
func (d *double) InviteInterpreter(context.Context, fair.Actor, fair.ID, string, string) (fair.Guest, error) {
	return fair.Guest{ID: id("guest"), Name: "Inès", Email: "ines@fiction.example"}, d.ask("InviteInterpreter")
}
func (d *double) UninviteInterpreter(context.Context, fair.Actor, fair.ID, fair.ID) error {
	return d.ask("UninviteInterpreter")
}
func (d *double) Answers(context.Context, fair.Actor, string) ([]service.StandAnswers, error) {
	return []service.StandAnswers{d.answers()}, d.ask("Answers")
}
func (d *double) StandAnswers(context.Context, fair.Actor, fair.ID) (service.StandAnswers, error) {
	return d.answers(), d.ask("StandAnswers")
}
func (d *double) answers() service.StandAnswers {
	return service.StandAnswers{Stand: d.stand(), Figure: fair.AnswerFigure{Held: 4, Answered: 2, Late: 1, Open: 1, Median: time.Hour},
		Owed: []service.InterviewDetail{d.meeting()}}
}
func (d *double) companion() fair.Companion {
	since := noon.Add(-time.Hour)
	return fair.Companion{ID: id("companion"), Candidate: candID, Email: "ada@fiction.example", Adviser: id("adviser"), Name: "Ada Fiction",
		State: fair.CompanionActive, Open: true, AskedAt: since, AcceptedAt: &since}
}
func (d *double) NameAdviser(context.Context, fair.Actor, string) (fair.Companion, error) {
	return d.companion(), d.ask("NameAdviser")
}
func (d *double) MyCompanions(context.Context, fair.Actor) ([]service.CompanionDetail, error) {
	return []service.CompanionDetail{{Companion: d.companion(), Did: []service.AdviserAct{{Action: "booking", At: noon}}}}, d.ask("MyCompanions")
}
func (d *double) Accompanied(context.Context, fair.Actor) ([]service.CompanionDetail, error) {
	return []service.CompanionDetail{{Companion: d.companion(), Candidate: "Camille Fiction"}}, d.ask("Accompanied")
}
func (d *double) AcceptCompanion(context.Context, fair.Actor, fair.ID) (fair.Companion, error) {
	return d.companion(), d.ask("AcceptCompanion")
}
func (d *double) EndCompanion(context.Context, fair.Actor, fair.ID) error {
	return d.ask("EndCompanion")
}
func (d *double) ActFor(_ context.Context, a fair.Actor, candidate fair.ID, action string) (fair.Actor, error) {
	if !a.SignedIn() {
		return fair.Actor{}, fair.E(fair.Unauthenticated, "sign.in")
	}
	if !a.Advises() || candidate != candID {
		return fair.Actor{}, fair.E(fair.Forbidden, "companion.none")
	}
	camille := d.people["candidate"]
	camille.By, camille.ByName = a.Account, a.Name
	return camille, d.ask("ActFor " + action)
}

func (d *double) MoveInterview(context.Context, fair.Actor, fair.ID, service.MoveRequest) (fair.Interview, error) {
	return d.meeting().Interview, d.ask("MoveInterview")
}
func (d *double) Propose(context.Context, fair.Actor, fair.ID, service.ProposalRequest) (fair.Interview, error) {
	return d.meeting().Interview, d.ask("Propose")
}
func (d *double) AnswerProposal(context.Context, fair.Actor, fair.ID, service.MoveRequest) (fair.Interview, error) {
	return d.meeting().Interview, d.ask("AnswerProposal")
}
func (d *double) WithdrawProposal(context.Context, fair.Actor, fair.ID) (fair.Interview, error) {
	return d.meeting().Interview, d.ask("WithdrawProposal")
}
func (d *double) GiveInterview(context.Context, fair.Actor, fair.ID, fair.ID) (fair.Interview, error) {
	return d.meeting().Interview, d.ask("GiveInterview")
}
func (d *double) MissInterview(context.Context, fair.Actor, fair.ID) (fair.Interview, error) {
	return d.meeting().Interview, d.ask("MissInterview")
}
func (d *double) SetCheck(context.Context, fair.Actor, fair.ID, fair.Check) (fair.Interview, error) {
	return d.meeting().Interview, d.ask("SetCheck")
}
func (d *double) Team(context.Context, fair.Actor, fair.ID) ([]fair.Host, error) {
	return d.stand().People, d.ask("Team")
}
func (d *double) CalendarFeed(context.Context, fair.Actor) (string, error) {
	return "feed-token", d.ask("CalendarFeed")
}
func (d *double) RenewCalendarFeed(context.Context, fair.Actor) (string, error) {
	return "feed-token", d.ask("RenewCalendarFeed")
}
func (d *double) DropCalendarFeed(context.Context, fair.Actor) error {
	return d.ask("DropCalendarFeed")
}
func (d *double) ReadCalendarFeed(context.Context, string) ([]byte, error) {
	return []byte("BEGIN:VCALENDAR\r\n"), d.ask("ReadCalendarFeed")
}

func (d *double) standby() service.StandbyDetail {
	return service.StandbyDetail{
		Standby: fair.Standby{
			ID: standbyID, Fair: fairID, Stand: standID, Candidate: candID, Channel: fair.Video, State: fair.StandbyOffered, Open: true,
			Rank: "1", JoinedAt: noon.Add(-time.Hour), Passed: []fair.ID{id("passed")},
			Offer: &fair.SeatOffer{Slot: slotID, Start: noon.Add(time.Hour), End: noon.Add(80 * time.Minute), Channels: []fair.Channel{fair.Video}, Until: noon.Add(30 * time.Minute)},
		},
		Fair: d.theFair(), Stand: d.stand(),
	}
}

func (d *double) JoinStandby(context.Context, fair.Actor, fair.ID, service.StandbyRequest) (service.StandbyDetail, bool, error) {
	return d.standby(), true, d.ask("JoinStandby")
}
func (d *double) MyStandbys(context.Context, fair.Actor) ([]service.StandbyDetail, error) {
	return []service.StandbyDetail{d.standby()}, d.ask("MyStandbys")
}
func (d *double) SeatLeft(context.Context, fair.Actor, fair.Fair, fair.ID) error {
	return d.ask("SeatLeft")
}
func (d *double) StandbyCounts(context.Context, fair.Actor, fair.ID) (int, int, error) {
	return 3, 1, d.ask("StandbyCounts")
}
func (d *double) AnswerStandby(context.Context, fair.Actor, fair.ID, service.StandbyAnswer, fair.Channel) (service.StandbyDetail, error) {
	return d.standby(), d.ask("AnswerStandby")
}

func (d *double) Webconferences(context.Context, fair.Actor, string) ([]fair.Webconference, error) {
	return []fair.Webconference{d.talk}, d.ask("Webconferences")
}
func (d *double) Webconference(context.Context, fair.Actor, string) (fair.Webconference, error) {
	return d.talk, d.ask("Webconference")
}
func (d *double) StageRole(a fair.Actor, w fair.Webconference) fair.RoomRole {
	switch {
	case a.Organises(w.Fair):
		return fair.RoleHost
	case w.Speaks(a.Account):
		return fair.RoleSpeaker
	}
	return fair.RoleNone
}
func (d *double) CreateWebconference(context.Context, fair.Actor, string, service.WebconferenceEdit) (fair.Webconference, error) {
	return d.talk, d.ask("CreateWebconference")
}
func (d *double) EditWebconference(context.Context, fair.Actor, fair.ID, service.WebconferenceEdit) (fair.Webconference, error) {
	return d.talk, d.ask("EditWebconference")
}
func (d *double) OpenWebconference(context.Context, fair.Actor, fair.ID) (fair.Webconference, error) {
	return d.talk, d.ask("OpenWebconference")
}
func (d *double) EndWebconference(context.Context, fair.Actor, fair.ID) (fair.Webconference, error) {
	return d.talk, d.ask("EndWebconference")
}
func (d *double) JoinWebconference(context.Context, fair.Actor, fair.ID, fair.ID) (service.Join, error) {
	return d.join(), d.ask("JoinWebconference")
}
func (d *double) Kick(context.Context, fair.Actor, fair.ID, fair.ID) error   { return d.ask("Kick") }
func (d *double) Demote(context.Context, fair.Actor, fair.ID, fair.ID) error { return d.ask("Demote") }
func (d *double) IssueEncoderToken(context.Context, fair.Actor, fair.ID, string) (string, fair.EncoderToken, error) {
	return "encoder-secret", d.talk.Encoders[0], d.ask("IssueEncoderToken")
}
func (d *double) RevokeEncoderToken(context.Context, fair.Actor, fair.ID, fair.ID) error {
	return d.ask("RevokeEncoderToken")
}

func (d *double) words(a fair.Actor, useCase string) (service.ThreadDetail, error) {
	asked := noon.Add(-12 * time.Minute)
	side := fair.SideStand
	if a.Account == candID {
		side = fair.SideCandidate
	}
	with := map[fair.Side]string{fair.SideStand: "Camille Fiction", fair.SideCandidate: "Atelier Fiction"}[side]
	return service.ThreadDetail{
		Thread: fair.Thread{
			ID: wordsID, Fair: fairID, Stand: standID, Candidate: candID, At: asked, Owes: fair.SideStand, AskedAt: &asked, Level: 1,
			Messages: []fair.Message{
				{ID: id("m"), By: recrID, Side: fair.SideStand, Text: "Bonjour <b>", At: asked.Add(-time.Hour)},
				{ID: id("n"), By: candID, Side: fair.SideCandidate, Text: "Ouvert aux débutants ?", At: asked},
			},
		},
		Side: side, Stand: d.stand(), Fair: d.theFair(), With: with, Names: map[fair.ID]string{recrID: "Rémi Fiction"},
	}, d.ask(useCase)
}

func (d *double) MyThreads(_ context.Context, a fair.Actor) ([]service.ThreadDetail, error) {
	t, err := d.words(a, "MyThreads")
	return []service.ThreadDetail{t}, err
}
func (d *double) StandThreads(_ context.Context, a fair.Actor, _ fair.ID) ([]service.ThreadDetail, error) {
	t, err := d.words(a, "StandThreads")
	return []service.ThreadDetail{t}, err
}
func (d *double) Thread(_ context.Context, a fair.Actor, _ fair.ID) (service.ThreadDetail, error) {
	return d.words(a, "Thread")
}
func (d *double) Ask(_ context.Context, a fair.Actor, _ fair.ID, _ service.Words) (service.ThreadDetail, error) {
	return d.words(a, "Ask")
}
func (d *double) WriteTo(_ context.Context, a fair.Actor, _ fair.ID, _ service.Whom, _ service.Words) (service.ThreadDetail, error) {
	return d.words(a, "WriteTo")
}
func (d *double) Write(_ context.Context, a fair.Actor, _ fair.ID, _ service.Words) (service.ThreadDetail, error) {
	return d.words(a, "Write")
}
func (d *double) SeenThread(_ context.Context, a fair.Actor, _ fair.ID, _ int) (service.ThreadDetail, error) {
	return d.words(a, "SeenThread")
}
func (d *double) SettleThread(_ context.Context, a fair.Actor, _ fair.ID) (service.ThreadDetail, error) {
	return d.words(a, "SettleThread")
}
func (d *double) Requests(context.Context, fair.Actor, string) ([]service.Request, error) {
	return []service.Request{{Stand: d.stand(), Owes: fair.SideStand, Since: noon.Add(-22 * time.Minute), Level: 2, Text: "Ouvert aux débutants ?"}}, d.ask("Requests")
}

func (d *double) application(a fair.Actor, useCase string) (service.ApplicationDetail, error) {
	detail := service.ApplicationDetail{
		Application: fair.Application{
			ID: applyID, Fair: fairID, Stand: standID, Offer: offerID, Target: offerID, Candidate: candID, Text: "Cinq ans de métier.",
			State: fair.ApplicationMeet, Open: true, At: noon.Add(-time.Hour), Answer: "Venez nous voir",
			History: []fair.ApplicationLog{{State: fair.ApplicationMeet, By: recrID, At: noon}},
		},
		Fair: d.theFair(), Stand: d.stand(), Offer: &d.offer,
	}
	if a.Recruits(standID) {
		detail.Candidate = d.meeting().Candidate
	}
	return detail, d.ask(useCase)
}

func (d *double) ApplyToOffer(_ context.Context, a fair.Actor, _ fair.ID, _ service.ApplyRequest) (service.ApplicationDetail, error) {
	return d.application(a, "ApplyToOffer")
}
func (d *double) ApplyToStand(_ context.Context, a fair.Actor, _ fair.ID, _ service.ApplyRequest) (service.ApplicationDetail, error) {
	return d.application(a, "ApplyToStand")
}
func (d *double) HasApplied(context.Context, fair.Actor, fair.ID) (bool, error) {
	return false, d.ask("HasApplied")
}
func (d *double) MyApplications(_ context.Context, a fair.Actor) ([]service.ApplicationDetail, error) {
	ap, err := d.application(a, "MyApplications")
	return []service.ApplicationDetail{ap}, err
}
func (d *double) StandApplications(_ context.Context, a fair.Actor, _ fair.ID, _, _ int) (service.Page[service.ApplicationDetail], error) {
	ap, err := d.application(a, "StandApplications")
	return service.Page[service.ApplicationDetail]{Items: []service.ApplicationDetail{ap}, Total: 1}, err
}
func (d *double) EditApplication(_ context.Context, a fair.Actor, _ fair.ID, _ service.ApplicationEdit) (service.ApplicationDetail, error) {
	return d.application(a, "EditApplication")
}

func (d *double) TimesToMeet(context.Context, fair.Actor, fair.ID) (service.Invited, error) {
	return service.Invited{Times: []fair.Slot{d.slot()}, Line: true}, d.ask("TimesToMeet")
}

func (d *double) AddFavourite(context.Context, fair.Actor, fair.FavouriteKind, fair.ID) error {
	return d.ask("AddFavourite")
}
func (d *double) RemoveFavourite(context.Context, fair.Actor, fair.FavouriteKind, fair.ID) error {
	return d.ask("RemoveFavourite")
}
func (d *double) IsFavourite(_ context.Context, a fair.Actor, _ fair.FavouriteKind, _ fair.ID) (bool, error) {
	return a.SignedIn(), d.ask("IsFavourite")
}
func (d *double) MyFavourites(context.Context, fair.Actor) (service.Favourites, error) {
	return service.Favourites{Offers: []fair.Offer{d.offer}, Stands: []fair.Stand{d.stand()}}, d.ask("MyFavourites")
}

func (d *double) MyPocket(context.Context, fair.Actor) (service.Pocket, error) {
	return service.Pocket{Key: "BKey", Devices: []fair.Device{{ID: id("device"), Endpoint: "https://push.example.net/secret-of-a-device", Auth: "hash-of-a-token"}}, Texts: true, Phone: true}, d.ask("MyPocket")
}
func (d *double) AddDevice(context.Context, fair.Actor, fair.Device) (fair.ID, error) {
	return id("device"), d.ask("AddDevice")
}
func (d *double) DropDevice(context.Context, fair.Actor, fair.ID) error { return d.ask("DropDevice") }
func (d *double) AgreeToSMS(context.Context, fair.Actor, bool) error    { return d.ask("AgreeToSMS") }
