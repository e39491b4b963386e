package web

import (
	"context"
	"encoding/json"
	"net/http"
	"path"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"salon/fair"
	"salon/fair/service"
	"salon/fair/sheet"
	"salon/frontend"
)

// Service is every use case of the fair, by noun; *service.Service implements it.
type Service interface {
	accounts
	credentials
	devices
	issuers
	keys
	addresses
	people
	fairs
	stands
	offers
	offerDesks
	imports
	watches
	rules
	slots
	tickets
	lines
	slotRules
	draws
	fairLives
	interviews
	guests
	answers
	companions
	appointments
	standbys
	feeds
	webconferences
	threads
	applications
	cvs
	profiles
	holdings
	reports
	papers
	favourites
	pockets
}

// routes is everything this package serves, by noun.
func (s *Server) routes() {
	register(s, "POST /demo/session", "demoSession", "Enters the demo as one of its people", s.demoSession)
	register(s, "POST /sign-in/code", "requestCode", "Sends a sign-in code by mail", s.requestCode)
	register(s, "POST /sign-in", "signIn", "Exchanges a code for a login session", s.signIn)
	s.proofRoutes()
	s.peopleRoutes()
	s.keyRoutes()
	register(s, "POST /sign-out", "signOut", "Ends the login session", s.signOut)
	register(s, "GET /me", "me", "Who is signed in", s.me)
	register(s, "PATCH /me", "editMe", "Changes one's own account", s.editMe)
	register(s, "GET /me/interviews", "myInterviews", "One's interviews, by time", s.myInterviews)
	register(s, "GET /me/mails", "myMails", "Demo: the mails one would have received", s.myMails)

	register(s, "GET /fairs", "listFairs", "The fairs, the next one first", s.listFairs)
	register(s, "GET /fairs/{fair}", "getFair", "One fair with its figures", s.getFair)

	register(s, "GET /fairs/{fair}/rules", "getRules", "What the organiser has settled", s.getRules)
	register(s, "PATCH /fairs/{fair}/rules", "editRules", "Settles the rules of lines, slots and scorecards", s.editRules)

	register(s, "GET /fairs/{fair}/offers", "listOffers", "Searches the open offers of a fair", s.listOffers)
	register(s, "GET /fairs/{fair}/offers/facets", "getFacets", "How many offers each choice of a search would leave", s.getFacets)
	register(s, "GET /fairs/{fair}/offers/suggestions", "suggestOffers", "Completes what is typed into the search", s.suggestOffers)
	s.offerDeskRoutes() // before the offers by id, which would take "waiting" for one
	register(s, "GET /fairs/{fair}/offers/{offer}", "getOffer", "One offer; 410 once it is closed", s.getOffer)
	register(s, "POST /fairs/{fair}/offers/import", "importOffers", "Takes offers in the shape of Offres d'emploi v2", s.importOffers)
	register(s, "PATCH /offers/{offer}", "editOffer", "Changes an offer of one's stand", s.editOffer)

	register(s, "GET /fairs/{fair}/stands", "listStands", "The stands of a fair, by number", s.listStands)
	register(s, "GET /fairs/{fair}/stands/{stand}", "getStand", "One stand", s.getStand)
	register(s, "GET /stands/{stand}/edit", "getStandEdit", "A stand in both languages, to edit it", s.getStandEdit)
	register(s, "PATCH /stands/{stand}", "editStand", "Changes a stand", s.editStand)
	register(s, "GET /stands/{stand}/offers", "listStandOffers", "A stand's offers for its desk, closed ones too", s.listStandOffers)

	register(s, "GET /fairs/{fair}/slots", "listSlots", "The slots of a fair, by time", s.listSlots)
	register(s, "GET /stands/{stand}/slots", "listStandSlots", "A stand's slots for its desk, with their bookings", s.listStandSlots)
	register(s, "POST /stands/{stand}/slots", "openSlots", "Opens a run of slots", s.openSlots)
	register(s, "DELETE /slots/{slot}", "withdrawSlot", "Takes a free slot back", s.withdrawSlot)
	register(s, "POST /slots/{slot}/booking", "bookSlot", "Books a slot; the same key gets the same answer again", s.bookSlot)

	register(s, "POST /stands/{stand}/tickets", "joinLine", "Takes a place in a stand's line; again: the same place", s.joinLine)
	register(s, "GET /me/board", "myBoard", "One's places over all stands of a fair", s.myBoard)
	register(s, "POST /tickets/{ticket}/answer", "answerTicket", "Answers a call, lets others pass, leaves, or is back", s.answerTicket)
	register(s, "POST /stands/{stand}/next", "callNext", "Calls the next person, or this one; 204 when nobody can be called", s.callNext)
	register(s, "POST /tickets/{ticket}/back", "sendBack", "Sends somebody back into the line, where the rank is", s.sendBack)
	register(s, "POST /tickets/{ticket}/handoff", "handOff", "Gives somebody to a colleague or another stand, with the rank", s.handOff)
	register(s, "POST /tickets/{ticket}/close", "closeTicket", "Takes somebody out of the line and offers something instead", s.closeTicket)
	register(s, "PUT /tickets/{ticket}/note", "setTicketNote", "Keeps the stand's own note about somebody in its line", s.setTicketNote)

	register(s, "GET /fairs/{fair}/lines", "listLines", "The lines of all stands, by stand number", s.listLines)
	register(s, "GET /fairs/{fair}/live", "getFairLive", "The stands of a fair for its organisers, those in trouble first, and the day's figures", s.getFairLive)
	register(s, "GET /stands/{stand}/line", "getLine", "A stand's line for its desk", s.getLine)
	register(s, "PUT /stands/{stand}/line", "setLine", "Opens, pauses or closes a line", s.setLine)
	register(s, "PUT /stands/{stand}/duty", "setDuty", "Says that one is on duty, on a break, or off", s.setDuty)
	register(s, "PUT /stands/{stand}/hours", "setHours", "Sets a stand's opening hours", s.setHours)
	register(s, "POST /stands/{stand}/hours/longer", "extendHours", "Keeps a line open longer today", s.extendHours)
	register(s, "POST /stands/{stand}/line/move", "moveLine", "Takes everybody who waits to another stand", s.moveLine)

	register(s, "POST /fairs/{fair}/slots/release", "releaseSlots", "Makes every slot nobody has bookable now", s.releaseSlots)

	register(s, "GET /stands/{stand}/slot-rules", "listSlotRules", "The weekly availabilities of a stand", s.listSlotRules)
	register(s, "POST /stands/{stand}/slot-rules", "createSlotRule", "Keeps a weekly availability and makes its first slots", s.createSlotRule)
	register(s, "POST /stands/{stand}/slot-rules/preview", "previewSlotRule", "What a weekly availability would make", s.previewSlotRule)
	register(s, "PUT /slot-rules/{rule}", "editSlotRule", "Changes one; its free slots are made anew", s.editSlotRule)
	register(s, "DELETE /slot-rules/{rule}", "deleteSlotRule", "Ends one and withdraws its free slots", s.deleteSlotRule)

	register(s, "GET /fairs/{fair}/draws", "listDraws", "The draws of a fair, the latest first", s.listDraws)
	register(s, "POST /fairs/{fair}/draws", "openDraw", "Opens a draw and publishes the hash of its seed", s.openDraw)
	register(s, "GET /draws/{draw}", "getDraw", "One draw", s.getDraw)
	register(s, "GET /draws/{draw}/sheet", "getDrawSheet", "All that is needed to work a draw out again, once it is drawn", s.getDrawSheet)
	register(s, "POST /draws/{draw}/extend", "extendDraw", "Has a draw that takes wishes close later", s.extendDraw)
	register(s, "POST /draws/{draw}/cancel", "cancelDraw", "Calls a draw off before it is drawn", s.cancelDraw)
	register(s, "GET /me/wishes", "myWishes", "One's wishes in the latest draw of a fair", s.myWishes)
	register(s, "PUT /draws/{draw}/wishes", "setWishes", "Keeps one's wishes, the dearest first", s.setWishes)
	register(s, "DELETE /draws/{draw}/wishes", "dropWishes", "Withdraws from a draw", s.dropWishes)

	register(s, "GET /interviews/{interview}", "getInterview", "One interview, for its two parties", s.getInterview)
	register(s, "POST /interviews/{interview}/join", "joinInterview", "The right to enter its room", s.joinInterview)
	register(s, "POST /interviews/{interview}/start", "startInterview", "Starts a phone interview", s.startInterview)
	register(s, "POST /interviews/{interview}/end", "endInterview", "Ends it, with an outcome if one is known", s.endInterview)
	register(s, "POST /interviews/{interview}/outcome", "setOutcome", "Writes or replaces the outcome", s.setOutcome)
	register(s, "POST /interviews/{interview}/cancel", "cancelInterview", "Cancels it and tells the other side", s.cancelInterview)
	s.bookRoutes()
	register(s, "POST /interviews/{interview}/channel", "switchChannel", "Goes on by phone, or by video", s.switchChannel)
	register(s, "POST /interviews/{interview}/phone", "revealPhone", "Shows the candidate's number to the recruiter, and writes that down", s.revealPhone)
	register(s, "POST /interviews/{interview}/extension", "extendInterview", "Asks for five minutes more", s.extendInterview)
	register(s, "PUT /interviews/{interview}/sound", "setSoundOnly", "Puts both cameras out, or allows pictures again", s.setSoundOnly)
	register(s, "PUT /interviews/{interview}/scores", "setScores", "Keeps the recruiter's ratings", s.setScores)
	register(s, "GET /interviews/{interview}/visit", "getVisit", "One interview, for an adviser or an interpreter", s.getVisit)
	register(s, "POST /interviews/{interview}/guests", "inviteInterpreter", "Gives somebody the interpreter's seat and writes to them", s.inviteInterpreter)
	register(s, "DELETE /interviews/{interview}/guests/{guest}", "uninviteInterpreter", "Takes that seat back", s.uninviteInterpreter)
	register(s, "PUT /interviews/{interview}/notes", "setNotes", "Keeps the recruiter's notes", s.setNotes)
	register(s, "GET /interviews/{interview}/calendar", "getCalendar", "The interview as a calendar file", s.getCalendar)

	register(s, "GET /fairs/{fair}/answers", "listAnswers", "How each stand answers those it has met", s.listAnswers)
	register(s, "GET /stands/{stand}/answers", "getStandAnswers", "How one stand answers, and what one owes there", s.getStandAnswers)

	register(s, "GET /me/companions", "myCompanions", "Who may act for oneself, and what they did", s.myCompanions)
	register(s, "POST /me/companions", "nameAdviser", "Asks an adviser to act beside oneself", s.nameAdviser)
	register(s, "GET /me/accompanied", "accompanied", "Whom one advises, or is asked to", s.accompanied)
	register(s, "POST /companions/{companion}/accept", "acceptCompanion", "Agrees to act for somebody", s.acceptCompanion)
	register(s, "DELETE /companions/{companion}", "endCompanion", "Ends a consent; either of the two may", s.endCompanion)

	register(s, "GET /fairs/{fair}/webconferences", "listWebconferences", "The programme of a fair, by time", s.listWebconferences)
	register(s, "POST /fairs/{fair}/webconferences", "createWebconference", "Schedules a talk", s.createWebconference)
	register(s, "GET /webconferences/{talk}", "getWebconference", "One talk", s.getWebconference)
	register(s, "GET /webconferences/{talk}/edit", "getWebconferenceEdit", "A talk in both languages, to edit it", s.getWebconferenceEdit)
	register(s, "PATCH /webconferences/{talk}", "editWebconference", "Changes a talk", s.editWebconference)
	register(s, "POST /webconferences/{talk}/open", "openWebconference", "Puts a talk on air", s.openWebconference)
	register(s, "POST /webconferences/{talk}/end", "endWebconference", "Ends a talk and closes its room", s.endWebconference)
	register(s, "POST /webconferences/{talk}/join", "joinWebconference", "The right to enter its room; visitors may watch", s.joinWebconference)
	register(s, "POST /webconferences/{talk}/kick", "kick", "Puts somebody out for good", s.kick)
	register(s, "POST /webconferences/{talk}/demote", "demote", "Takes a speaker off the stage", s.demote)
	register(s, "GET /webconferences/{talk}/tokens", "listEncoderTokens", "The rights given to programs", s.listEncoderTokens)
	register(s, "POST /webconferences/{talk}/tokens", "issueEncoderToken", "Gives a program the right to send or to watch; shown once", s.issueEncoderToken)
	register(s, "DELETE /webconferences/{talk}/tokens/{token}", "revokeEncoderToken", "Takes that right back", s.revokeEncoderToken)

	register(s, "GET /me/threads", "myThreads", "One's conversations with stands, the last written first", s.myThreads)
	register(s, "GET /stands/{stand}/threads", "listThreads", "A stand's conversations for its desk; to an organiser only their own", s.listThreads)
	register(s, "POST /stands/{stand}/questions", "ask", "Writes to a stand: a candidate's question, or an organiser's message", s.ask)
	register(s, "POST /stands/{stand}/threads", "writeTo", "Writes from a stand to somebody it has to do with, or to the organisers", s.writeTo)
	register(s, "GET /threads/{thread}", "getThread", "One conversation, for its two sides", s.getThread)
	register(s, "POST /threads/{thread}/messages", "writeThread", "Writes in a conversation", s.writeThread)
	register(s, "POST /threads/{thread}/seen", "seenThread", "Says that one has read it", s.seenThread)
	register(s, "POST /threads/{thread}/settle", "settleThread", "Says that the last message needs no answer", s.settleThread)

	s.applicationRoutes()
	s.reportRoutes()
	s.cvRoutes()
	s.profileRoutes()

	register(s, "GET /me/favourites", "myFavourites", "The offers and stands one keeps", s.myFavourites)
	register(s, "PUT /me/favourites/{kind}/{kept}", "addFavourite", "Keeps an offer or a stand", s.addFavourite)
	register(s, "DELETE /me/favourites/{kind}/{kept}", "removeFavourite", "Keeps it no longer", s.removeFavourite)

	register(s, "GET /me/push", "myPush", "How one can be reached while the page is closed", s.myPush)
	register(s, "PUT /me/push", "addDevice", "Has one told on this device too", s.addDevice)
	register(s, "DELETE /me/push", "dropDevice", "Ends that, on one device or on all", s.dropDevice)
	register(s, "PUT /me/sms", "agreeToSMS", "Agrees to text messages, or no longer", s.agreeToSMS)

	// Not operations: plain routes.
	s.plain("/api/openapi.json", s.openAPI)
	s.plain("/calendars/:token", s.calendarFeed)
	s.plain("/healthz", s.healthz)
	s.plain("/readyz", s.readyz)
}

// reportRoutes are about messages that were not right, and what an organiser
// answers for.
func (s *Server) reportRoutes() {
	register(s, "POST /threads/{thread}/reports", "reportMessage", "Tells the organisers of a message; told twice, it is one report", s.reportMessage)
	register(s, "POST /threads/{thread}/block", "blockWriter", "Keeps who wrote a message from writing to one's side again", s.blockWriter)
	register(s, "DELETE /threads/{thread}/block", "unblock", "Lifts what one's side has blocked in a conversation", s.unblock)
	register(s, "GET /fairs/{fair}/requests", "listRequests", "The unanswered requests of a fair, the longest wait first", s.listRequests)
	register(s, "GET /fairs/{fair}/reports", "listReports", "The reported messages of a fair, those that wait first", s.listReports)
	register(s, "GET /fairs/{fair}/papers", "listPapers", "The texts its organiser answers for, to edit them", s.listPapers)
	register(s, "PUT /fairs/{fair}/papers/{paper}", "publishPaper", "Publishes another edition of one; the one before is kept", s.publishPaper)
	register(s, "GET /fairs/{fair}/retention", "getRetention", "How long a fair's personal data is kept, and what was erased", s.getRetention)
	register(s, "GET /fairs/{fair}/bars", "listBars", "Who is barred from a fair, the latest first", s.listBars)
	register(s, "POST /reports/{report}/lift", "liftBar", "Lets who is barred in again, and tells them and who reported them", s.liftBar)
	register(s, "POST /reports/{report}/decision", "decideReport", "Decides on one, once, and tells the reporter", s.decideReport)
}

// proofRoutes are about what proves who somebody is.
func (s *Server) proofRoutes() {
	register(s, "POST /sign-in/password", "passwordSignIn", "Exchanges address and password for a login session", s.passwordSignIn)
	register(s, "POST /sign-in/factor", "factorSignIn", "Gives the second factor a login lacks", s.factorSignIn)
	register(s, "POST /sign-in/passkey/question", "askPasskey", "What to ask an authenticator", s.askPasskey)
	register(s, "POST /sign-in/passkey", "passkeySignIn", "Signs in with a passkey, or gives it as the second factor", s.passkeySignIn)
	register(s, "POST /me/passkeys/question", "newPasskey", "What to ask an authenticator for a new passkey", s.newPasskey)
	register(s, "POST /me/passkeys", "addPasskey", "Keeps a new passkey; the session goes on under a new token", s.addPasskey)
}

// peopleRoutes are about who takes part in a fair, for its organisers.
func (s *Server) peopleRoutes() {
	register(s, "GET /fairs/{fair}/people", "listPeople", "Who holds a role in a fair, by name", s.listPeople)
	register(s, "DELETE /fairs/{fair}/people/{account}/roles/{role}", "removeRole", "Takes a role away and signs its holder out everywhere", s.removeRole)
	register(s, "GET /fairs/{fair}/invitations", "listInvitations", "The invitations that wait", s.listInvitations)
	register(s, "POST /fairs/{fair}/invitations", "invite", "Asks somebody by mail to take a role", s.invite)
	register(s, "POST /invitations/{invitation}/resend", "resendInvitation", "Sends one again, with a new link", s.resendInvitation)
	register(s, "DELETE /invitations/{invitation}", "withdrawInvitation", "Takes one back", s.withdrawInvitation)
}

// bookRoutes are the appointment book's: what becomes of a slot once it is open.
func (s *Server) bookRoutes() {
	register(s, "GET /me/calendar", "getFeed", "The secret address of one's calendar feed", s.getFeed)
	register(s, "POST /me/calendar", "renewFeed", "Makes the feed, or gives it a new address", s.renewFeed)
	register(s, "DELETE /me/calendar", "dropFeed", "Ends the feed", s.dropFeed)
	register(s, "GET /me/standbys", "myStandbys", "One's places on waiting lists for a seat", s.myStandbys)
	register(s, "GET /stands/{stand}/team", "listTeam", "The recruiters of a stand, for its desk", s.listTeam)
	register(s, "POST /stands/{stand}/standbys", "joinStandby", "Waits for a seat of a stand that has none left; again: the same place", s.joinStandby)
	register(s, "GET /stands/{stand}/standbys", "countStandbys", "How many wait for a seat of a stand", s.countStandbys)
	register(s, "POST /standbys/{standby}/answer", "answerStandby", "Accepts the seat offered, lets it go, or leaves the list", s.answerStandby)
	register(s, "POST /interviews/{interview}/move", "moveInterview", "Moves it to another free slot of the stand; for its candidate", s.moveInterview)
	register(s, "POST /interviews/{interview}/proposal", "propose", "Proposes other times to the candidate, who keeps the appointment meanwhile", s.propose)
	register(s, "DELETE /interviews/{interview}/proposal", "withdrawProposal", "Takes the proposal back", s.withdrawProposal)
	register(s, "POST /interviews/{interview}/proposal/answer", "answerProposal", "Accepts one of the times proposed, or keeps the appointment", s.answerProposal)
	register(s, "POST /interviews/{interview}/give", "giveInterview", "Gives it to a colleague of the stand and tells all three", s.giveInterview)
	register(s, "POST /interviews/{interview}/missed", "missInterview", "Says that the candidate did not come; the time goes to the line", s.missInterview)
	register(s, "PUT /interviews/{interview}/check", "setCheck", "Keeps what came of the candidate's try of devices and network", s.setCheck)
}

// prefix is where the operations live.
const prefix = "/api/v1"

// answer, created, accepted, nothing and calendarFile are how an operation
// succeeds.
type (
	answer[T any]  struct{ Body T }
	created[T any] struct{ Body T }
	accepted       struct{ Body struct{} }
	nothing        struct{}
	calendarFile   struct {
		ContentType string `header:"Content-Type"`
		Disposition string `header:"Content-Disposition"`
		Body        []byte
	}
)

func (created[T]) status() int { return http.StatusCreated }
func (accepted) status() int   { return http.StatusAccepted }

// reply answers 200 with a view, or passes the refusal on.
func reply[T any](view T, err error) (*answer[T], error) {
	if err != nil {
		return nil, err
	}
	return &answer[T]{view}, nil
}

// List is every list of the API.
type List[T any] struct {
	Items []T `json:"items"`
	Total int `json:"total" doc:"How many there are on all pages"`
}

// all is a list that has no pages.
func all[T any](items []T) List[T] { return List[T]{items, len(items)} }

// pageOf is one page of a list.
func pageOf[A, B any](page service.Page[A], view func(A) B) List[B] {
	return List[B]{mapped(page.Items, view), page.Total}
}

// mapped makes views; it never answers nil, because JSON clients want a list.
func mapped[A, B any](items []A, view func(A) B) []B {
	views := make([]B, len(items))
	for i, item := range items {
		views[i] = view(item)
	}
	return views
}

// Paging is which part of a list is wanted.
type Paging struct {
	Page  int `query:"page" minimum:"1" maximum:"100000" default:"1"`
	Limit int `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

// maxLimit is the longest page of any list.
const maxLimit = 100

// Largest bodies in bytes, of an ordinary operation and of those that take more.
const bodyBytes = 64 << 10

var largeBodies = map[string]int64{
	"importOffers": 4 << 20,
	"sendCVPart":   fair.CVPartSize,

	"beginImport":      sheet.MaxBytes,
	"beginStandImport": sheet.MaxBytes,
}

// register adds one operation: "METHOD /path", its name for generated clients,
// one line of description, and what it does. Every operation goes through here,
// so that who may call it and what a failure looks like is settled once.
func register[I, O any](s *Server, route, id, summary string, do func(context.Context, *call, *I) (*O, error)) {
	method, place, _ := strings.Cut(route, " ")
	place = prefix + place
	who := accessOf(method, strings.NewReplacer("{", ":", "}", "").Replace(place))
	op := huma.Operation{
		Method: method, Path: place, OperationID: id, Summary: summary,
		Description: "For: " + string(who) + ".",
		Tags:        []string{noun(place)}, MaxBodyBytes: bodyBytes,
		Responses: map[string]*huma.Response{"default": {
			Description: "A problem (RFC 9457)",
			Content: map[string]*huma.MediaType{"application/problem+json": {
				Schema: s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[problem](), true, "Problem"),
			}},
		}},
	}
	if more, listed := largeBodies[id]; listed {
		op.MaxBodyBytes = more
	}
	if _, listed := actsFor[route]; listed {
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: "for", In: "query", Description: "The account of a candidate for whom an adviser asks, with their consent",
			Schema: &huma.Schema{Type: huma.TypeString},
		})
	}
	var zero O
	switch o := any(zero).(type) {
	case interface{ status() int }:
		op.DefaultStatus = o.status()
	case calendarFile:
		op.Responses["200"] = &huma.Response{Content: map[string]*huma.MediaType{
			"text/calendar": {Schema: &huma.Schema{Type: huma.TypeString}},
		}}
	}
	ids := pathIDs(reflect.TypeFor[I]())
	op.Middlewares = huma.Middlewares{func(h huma.Context, next func(huma.Context)) {
		k := callOf(h.Context())
		k.fiber.Set(fiber.HeaderCacheControl, "no-store")
		err := s.admit(h.Context(), k, who, route)
		for _, name := range ids {
			if err == nil && !fair.ID(h.Param(name)).Valid() {
				err = fair.E(fair.NotFound, "notfound")
			}
		}
		if err != nil {
			s.write(h, s.fail(h.Context(), err))
			return
		}
		next(h)
	}}
	_, file := reflect.TypeFor[I]().FieldByName("RawBody")
	if file {
		op.RequestBody = &huma.RequestBody{}
	}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := do(ctx, callOf(ctx), in)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		return out, nil
	})
	if file { // an empty one is refused by the use case, in words about files
		op.RequestBody.Required = false
	}
}

// write sends a problem from before the operation.
func (s *Server) write(h huma.Context, p *problem) {
	for name, values := range p.GetHeaders() {
		h.SetHeader(name, values[0])
	}
	h.SetHeader(fiber.HeaderContentType, p.ContentType(""))
	h.SetStatus(p.Status)
	if err := json.NewEncoder(h.BodyWriter()).Encode(p); err != nil {
		s.Log.Warn("problem not written", "request", p.RequestID, "err", err)
	}
}

// pathIDs names the parameters of a path that are ids: something that has not
// the shape of one names nothing.
func pathIDs(input reflect.Type) (names []string) {
	for _, f := range reflect.VisibleFields(input) {
		if name := f.Tag.Get("path"); name != "" && f.Type == reflect.TypeFor[fair.ID]() {
			names = append(names, name)
		}
	}
	return names
}

// noun groups operations by the first word of their path.
func noun(place string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(place, prefix+"/"), "/")
	return first
}

// newAPI describes the API: no schema links in bodies, no documentation page
// that loads scripts from elsewhere, and every refusal of huma's own rewritten.
func (s *Server) newAPI(app *fiber.App) huma.API {
	return humafiber.New(app, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Salon", Version: "1"},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", schemaName),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"cookie": {Type: "apiKey", In: "cookie", Name: sessionCookie},
					"bearer": {Type: "http", Scheme: "bearer"},
				},
			},
			Security: []map[string][]string{{}, {"cookie": {}}, {"bearer": {}}},
		},
		Formats:       huma.DefaultFormats,
		DefaultFormat: "application/json",
		Transformers: []huma.Transformer{func(ctx huma.Context, _ string, v any) (any, error) {
			if m, ok := v.(*huma.ErrorModel); ok {
				return s.refusal(ctx, m), nil
			}
			return v, nil
		}},
	})
}

// settle finishes the description once every operation is in: lists are never
// null, and huma's own error model is not part of our contract.
func settle(api huma.API) {
	schemas := api.OpenAPI().Components.Schemas.Map()
	delete(schemas, "ErrorModel")
	delete(schemas, "ErrorDetail")
	for _, schema := range schemas {
		for _, property := range schema.Properties {
			if property.Type == huma.TypeArray {
				property.Nullable = false
			}
		}
	}
}

// schemaName names a struct in the description. Those of another package carry
// its name, so that the SlotView of a message and ours stay apart.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if pkg := path.Base(t.PkgPath()); t.PkgPath() != "" && pkg != "web" {
		return strings.ToUpper(pkg[:1]) + pkg[1:] + name
	}
	return name
}

// Describe is the description of the API, complete with every operation and
// without anything running. cmd/apispec enters the messages of the websocket in
// its registry and writes it down.
func Describe() (huma.API, error) {
	pages, err := frontend.NewSite()
	if err != nil {
		return nil, err
	}
	s, err := New(Config{Frontend: pages, URL: "http://127.0.0.1:8080"})
	if err != nil {
		return nil, err
	}
	return s.api, nil
}

// plain adds a route that is not an operation.
func (s *Server) plain(place string, do func(*call) error) {
	who := accessOf(http.MethodGet, place)
	s.app.Get(place, func(c *fiber.Ctx) error {
		k := callOf(c.UserContext())
		if who != anyone {
			if err := s.admit(c.UserContext(), k, who, http.MethodGet+" "+strings.TrimPrefix(place, prefix)); err != nil {
				return err
			}
		}
		return do(k)
	})
}

func (s *Server) openAPI(k *call) error {
	raw, err := json.Marshal(s.api.OpenAPI())
	if err != nil {
		return err
	}
	k.fiber.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	k.fiber.Set(fiber.HeaderCacheControl, "public, max-age=60")
	k.fiber.Set(fiber.HeaderContentLength, strconv.Itoa(len(raw)))
	return k.fiber.Send(raw)
}
