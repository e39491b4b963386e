package web

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"salon/fair"
)

// access says who may knock at a route. The edge refuses those who cannot have
// the right at all; whether this recruiter is of this stand is for service to
// say. Every route stands in the table below, or the server does not start.
type access string

// The kinds of access.
const (
	anyone    access = "anyone"
	signedIn  access = "signed in"
	equipping access = "signed in, or setting up" // a second factor
	candidate access = "candidate"                // for themselves
	recruiter access = "recruiter of the stand"   //
	organiser access = "organiser of the fair"    //
	standTeam access = "recruiter or organiser"   // of the stand, of its fair
	stage     access = "organiser or speaker"     // of the webconference
	party     access = "party of the interview"   // candidate or recruiter
	sides     access = "side of the conversation" // candidate or recruiter, organiser or recruiter
	applicant access = "candidate or stand of the application"
	cvOwner   access = "owner of the CV"
	cvReader  access = "recruiter with whom the CV is shared"
	present   access = "party or guest of the interview" // or its adviser or interpreter
	guest     access = "guest of the interview"          //
	inviting  access = "party or organiser of the fair"  // of the interview, of its fair
	adviser   access = "adviser"                         // of those who consent
	demo      access = "anyone, in a demo"               //
	demoSelf  access = "signed in, in a demo"            // own messages
	asker     access = "who asked for it"                // by a link in a mail
	elsewhere access = "decided by the route's own wing" // socket and encoders
)

// table is every route and who may knock. A page stands here once: its English
// sibling under /en has the same row.
var table = map[string]access{
	// The API, by noun, in the order of api.go.
	"POST /api/v1/demo/session":                         demo,
	"POST /api/v1/sign-in/code":                         anyone,
	"POST /api/v1/sign-in":                              anyone,
	"POST /api/v1/sign-in/password":                     anyone,
	"POST /api/v1/sign-in/factor":                       anyone, // whose login lacks it
	"POST /api/v1/sign-in/passkey/question":             anyone,
	"POST /api/v1/sign-in/passkey":                      anyone,
	"POST /api/v1/me/passkeys/question":                 equipping,
	"POST /api/v1/me/passkeys":                          equipping,
	"POST /api/v1/sign-out":                             signedIn,
	"GET /api/v1/me":                                    signedIn,
	"PATCH /api/v1/me":                                  signedIn,
	"GET /api/v1/me/interviews":                         signedIn,
	"GET /api/v1/me/mails":                              demoSelf,
	"GET /api/v1/fairs":                                 anyone,
	"GET /api/v1/fairs/:fair":                           anyone,
	"GET /api/v1/fairs/:fair/rules":                     organiser,
	"PATCH /api/v1/fairs/:fair/rules":                   organiser,
	"GET /api/v1/fairs/:fair/offers":                    anyone,
	"GET /api/v1/fairs/:fair/offers/:offer":             anyone,
	"GET /api/v1/fairs/:fair/offers/facets":             anyone,
	"GET /api/v1/fairs/:fair/offers/suggestions":        anyone,
	"POST /api/v1/fairs/:fair/offers/import":            organiser,
	"PATCH /api/v1/offers/:offer":                       standTeam,
	"POST /api/v1/stands/:stand/offers":                 standTeam,
	"POST /api/v1/stands/:stand/offers/check":           standTeam,
	"GET /api/v1/offers/:offer/desk":                    standTeam,
	"PUT /api/v1/offers/:offer":                         standTeam,
	"POST /api/v1/offers/:offer/duplicate":              standTeam,
	"POST /api/v1/offers/:offer/decision":               organiser,
	"GET /api/v1/fairs/:fair/offers/waiting":            organiser,
	"GET /api/v1/fairs/:fair/stands":                    anyone,
	"GET /api/v1/fairs/:fair/stands/:stand":             anyone,
	"GET /api/v1/stands/:stand/edit":                    standTeam,
	"PATCH /api/v1/stands/:stand":                       standTeam,
	"GET /api/v1/stands/:stand/offers":                  standTeam,
	"GET /api/v1/fairs/:fair/slots":                     anyone,
	"GET /api/v1/stands/:stand/slots":                   standTeam,
	"POST /api/v1/stands/:stand/slots":                  standTeam,
	"DELETE /api/v1/slots/:slot":                        standTeam,
	"POST /api/v1/slots/:slot/booking":                  candidate,
	"POST /api/v1/stands/:stand/tickets":                candidate,
	"GET /api/v1/me/board":                              signedIn,
	"POST /api/v1/tickets/:ticket/answer":               signedIn,
	"POST /api/v1/stands/:stand/next":                   recruiter,
	"POST /api/v1/tickets/:ticket/back":                 standTeam,
	"POST /api/v1/tickets/:ticket/handoff":              standTeam,
	"POST /api/v1/tickets/:ticket/close":                standTeam,
	"PUT /api/v1/tickets/:ticket/note":                  standTeam,
	"GET /api/v1/fairs/:fair/lines":                     anyone,
	"GET /api/v1/fairs/:fair/live":                      organiser,
	"GET /api/v1/stands/:stand/line":                    standTeam,
	"PUT /api/v1/stands/:stand/line":                    standTeam,
	"PUT /api/v1/stands/:stand/duty":                    recruiter,
	"PUT /api/v1/stands/:stand/hours":                   standTeam,
	"POST /api/v1/stands/:stand/hours/longer":           organiser,
	"POST /api/v1/stands/:stand/line/move":              organiser,
	"POST /api/v1/fairs/:fair/slots/release":            organiser,
	"GET /api/v1/stands/:stand/slot-rules":              standTeam,
	"POST /api/v1/stands/:stand/slot-rules":             standTeam,
	"POST /api/v1/stands/:stand/slot-rules/preview":     standTeam,
	"PUT /api/v1/slot-rules/:rule":                      standTeam,
	"DELETE /api/v1/slot-rules/:rule":                   standTeam,
	"GET /api/v1/fairs/:fair/draws":                     anyone,
	"POST /api/v1/fairs/:fair/draws":                    organiser,
	"GET /api/v1/draws/:draw":                           anyone,
	"GET /api/v1/draws/:draw/sheet":                     anyone,
	"POST /api/v1/draws/:draw/extend":                   organiser,
	"POST /api/v1/draws/:draw/cancel":                   organiser,
	"GET /api/v1/me/wishes":                             signedIn,
	"PUT /api/v1/draws/:draw/wishes":                    candidate,
	"DELETE /api/v1/draws/:draw/wishes":                 candidate,
	"GET /api/v1/interviews/:interview":                 party,
	"POST /api/v1/interviews/:interview/join":           present,
	"POST /api/v1/interviews/:interview/start":          party,
	"POST /api/v1/interviews/:interview/end":            party,
	"POST /api/v1/interviews/:interview/outcome":        party,
	"POST /api/v1/interviews/:interview/cancel":         party,
	"POST /api/v1/interviews/:interview/channel":        party,
	"POST /api/v1/interviews/:interview/phone":          party,
	"PUT /api/v1/interviews/:interview/notes":           party,
	"GET /api/v1/interviews/:interview/calendar":        party,
	"GET /api/v1/fairs/:fair/webconferences":            anyone,
	"POST /api/v1/fairs/:fair/webconferences":           organiser,
	"GET /api/v1/webconferences/:talk":                  anyone,
	"GET /api/v1/webconferences/:talk/edit":             organiser,
	"PATCH /api/v1/webconferences/:talk":                organiser,
	"POST /api/v1/webconferences/:talk/open":            stage,
	"POST /api/v1/webconferences/:talk/end":             stage,
	"POST /api/v1/webconferences/:talk/join":            anyone,
	"POST /api/v1/webconferences/:talk/kick":            stage,
	"POST /api/v1/webconferences/:talk/demote":          stage,
	"GET /api/v1/webconferences/:talk/tokens":           stage,
	"POST /api/v1/webconferences/:talk/tokens":          stage,
	"DELETE /api/v1/webconferences/:talk/tokens/:token": stage,
	"GET /api/v1/me/threads":                            signedIn,
	"GET /api/v1/stands/:stand/threads":                 standTeam,
	"POST /api/v1/stands/:stand/questions":              signedIn,
	"POST /api/v1/stands/:stand/threads":                standTeam,
	"GET /api/v1/threads/:thread":                       sides,
	"POST /api/v1/threads/:thread/messages":             sides,
	"POST /api/v1/threads/:thread/seen":                 sides,
	"POST /api/v1/threads/:thread/settle":               sides,
	"POST /api/v1/threads/:thread/reports":              sides,
	"POST /api/v1/threads/:thread/block":                sides,
	"DELETE /api/v1/threads/:thread/block":              sides,
	"GET /api/v1/fairs/:fair/reports":                   organiser,
	"GET /api/v1/fairs/:fair/papers":                    organiser,
	"PUT /api/v1/fairs/:fair/papers/:paper":             organiser,
	"GET /api/v1/fairs/:fair/retention":                 organiser,
	"POST /api/v1/reports/:report/decision":             organiser,
	"GET /api/v1/fairs/:fair/bars":                      organiser,
	"POST /api/v1/reports/:report/lift":                 organiser,
	"GET /api/v1/fairs/:fair/requests":                  organiser,
	"POST /api/v1/offers/:offer/applications":           candidate,
	"POST /api/v1/stands/:stand/applications":           candidate,
	"GET /api/v1/me/applications":                       signedIn,
	"GET /api/v1/stands/:stand/applications":            standTeam,
	"PATCH /api/v1/applications/:application":           applicant,
	"GET /api/v1/applications/:application/times":       applicant,
	"GET /api/v1/me/shares":                             candidate,
	"GET /api/v1/occupations":                           anyone,
	"GET /api/v1/communes":                              anyone,
	"GET /api/v1/me/cvs":                                candidate,
	"POST /api/v1/me/cvs":                               candidate,
	"PUT /api/v1/me/cvs/:cv/parts/:offset":              cvOwner,
	"POST /api/v1/me/cvs/:cv/finish":                    cvOwner,
	"PUT /api/v1/me/cvs/:cv/current":                    cvOwner,
	"DELETE /api/v1/me/cvs/:cv":                         cvOwner,
	"GET /api/v1/me/cvs/:cv/file":                       cvOwner,
	"GET /api/v1/applications/:application/cv":          cvReader,
	"GET /api/v1/tickets/:ticket/cv":                    cvReader,
	"GET /api/v1/interviews/:interview/cv":              cvReader,
	"GET /api/v1/me/favourites":                         signedIn,
	"PUT /api/v1/me/favourites/:kind/:kept":             signedIn,
	"DELETE /api/v1/me/favourites/:kind/:kept":          signedIn,
	"GET /api/v1/me/push":                               signedIn,
	"PUT /api/v1/me/push":                               signedIn,
	"DELETE /api/v1/me/push":                            signedIn,
	"PUT /api/v1/me/sms":                                signedIn,
	"GET /api/openapi.json":                             anyone,

	// Beside the two: more time, third persons, answers.
	"GET /api/v1/interviews/:interview/visit":            guest,
	"POST /api/v1/interviews/:interview/extension":       party,
	"PUT /api/v1/interviews/:interview/sound":            party,
	"PUT /api/v1/interviews/:interview/scores":           party,
	"POST /api/v1/interviews/:interview/guests":          inviting,
	"DELETE /api/v1/interviews/:interview/guests/:guest": inviting,
	"GET /api/v1/fairs/:fair/answers":                    organiser,
	"GET /api/v1/stands/:stand/answers":                  standTeam,
	"GET /api/v1/me/companions":                          candidate,
	"POST /api/v1/me/companions":                         candidate,
	"GET /api/v1/me/accompanied":                         adviser,
	"POST /api/v1/companions/:companion/accept":          adviser,
	"DELETE /api/v1/companions/:companion":               signedIn,

	// Appointments and waiting lists.
	"GET /api/v1/me/standbys":                            signedIn,
	"GET /api/v1/stands/:stand/team":                     standTeam,
	"POST /api/v1/stands/:stand/standbys":                candidate,
	"GET /api/v1/stands/:stand/standbys":                 standTeam,
	"POST /api/v1/standbys/:standby/answer":              candidate,
	"POST /api/v1/interviews/:interview/move":            party,
	"POST /api/v1/interviews/:interview/proposal":        party,
	"DELETE /api/v1/interviews/:interview/proposal":      party,
	"POST /api/v1/interviews/:interview/proposal/answer": party,
	"POST /api/v1/interviews/:interview/give":            standTeam,
	"POST /api/v1/interviews/:interview/missed":          party,
	"PUT /api/v1/interviews/:interview/check":            party,
	"GET /api/v1/me/calendar":                            signedIn,
	"POST /api/v1/me/calendar":                           signedIn,
	"DELETE /api/v1/me/calendar":                         signedIn,
	"POST /fairs/:fair/standby":                          candidate,
	"GET /calendars/:token":                              anyone, // who knows the address; see calendarFeed

	// Who takes part: for the organisers.
	"GET /api/v1/fairs/:fair/people":                         organiser,
	"DELETE /api/v1/fairs/:fair/people/:account/roles/:role": organiser,
	"GET /api/v1/fairs/:fair/invitations":                    organiser,
	"POST /api/v1/fairs/:fair/invitations":                   organiser,
	"POST /api/v1/invitations/:invitation/resend":            organiser,
	"DELETE /api/v1/invitations/:invitation":                 organiser,
	"GET /invitations/:token":                                anyone, // who has the link
	"POST /invitations/:token":                               anyone,
	"GET /account":                                           signedIn,
	"POST /account":                                          signedIn,

	// Keys of programs; what they open is keyTable.
	"GET /api/v1/fairs/:fair/keys":  organiser,
	"POST /api/v1/fairs/:fair/keys": organiser,
	"DELETE /api/v1/keys/:key":      organiser,

	// Another mail address.
	"GET /account/mail/:token":  asker,
	"POST /account/mail/:token": asker,
	"GET /account/undo/:token":  anyone, // who has the link, at the old address
	"POST /account/undo/:token": anyone,

	// Through another site.
	"POST /sign-in/issuers/:issuer":       anyone,
	"GET /sign-in/issuers/:issuer/answer": anyone, // whose browser asked

	// Searches that are kept.
	"POST /fairs/:fair/searches": candidate,
	"GET /account/searches":      signedIn,
	"POST /account/searches":     signedIn,
	"GET /searches/:token":       anyone, // who has the link of a mail
	"POST /searches/:token":      anyone,

	// Offers from a table.
	"POST /api/v1/fairs/:fair/imports":            organiser,
	"GET /api/v1/fairs/:fair/imports":             organiser,
	"POST /api/v1/stands/:stand/imports":          standTeam,
	"GET /api/v1/stands/:stand/imports":           standTeam,
	"GET /api/v1/imports/:import":                 standTeam,
	"POST /api/v1/imports/:import/continue":       standTeam,
	"GET /api/v1/imports/:import/refused/:format": standTeam,
	"GET /api/v1/templates/:template":             anyone,

	"GET /healthz": anyone,
	"GET /readyz":  anyone,

	// Pages and forms.
	"GET /":                                 anyone,
	"GET /fairs/:fair":                      anyone,
	"GET /fairs/:fair/offers":               anyone,
	"GET /fairs/:fair/offers/:offer":        anyone,
	"GET /fairs/:fair/stands/:stand":        anyone,
	"GET /fairs/:fair/draws/:draw":          anyone,
	"GET /fairs/:fair/programme":            anyone,
	"GET /fairs/:fair/webconferences/:talk": anyone,
	"POST /fairs/:fair/book":                candidate,
	"POST /fairs/:fair/ask":                 candidate,
	"POST /fairs/:fair/apply":               candidate,
	"POST /fairs/:fair/keep":                signedIn,
	"POST /fairs/:fair/line":                candidate,
	"GET /sign-in":                          anyone,
	"POST /sign-in":                         anyone,
	"GET /sign-in/code":                     anyone,
	"POST /sign-in/code":                    anyone,
	"GET /sign-in/password":                 anyone,
	"POST /sign-in/password":                anyone,
	"GET /sign-in/factor":                   anyone, // whose login lacks it
	"POST /sign-in/factor":                  anyone,
	"GET /conversations/:thread/report":     sides,
	"POST /conversations/:thread/report":    sides,
	"GET /fairs/:fair/papers/:paper":        anyone,
	"GET /papers/:paper":                    anyone,
	"GET /account/data":                     signedIn,
	"POST /account/data":                    signedIn,
	"GET /account/protect":                  equipping,
	"POST /account/protect":                 equipping,
	"POST /sign-out":                        anyone,
	"GET /demo":                             demo,
	"POST /demo/enter":                      demo,
	"GET /demo/outbox":                      demo,
	"GET /me":                               signedIn,
	"GET /me/profile":                       candidate,
	"GET /desk":                             recruiter,
	"GET /desk/offers/:offer":               standTeam,
	"GET /organise":                         organiser,
	"GET /advise":                           adviser,
	"GET /interviews/:interview":            present,
	"GET /webconferences/:talk/stage":       stage,

	// For those who show our pages elsewhere.
	"GET /pictures/:fair":               anyone,
	"GET /pictures/:fair/stands/:stand": anyone,
	"GET /pictures/:fair/offers/:offer": anyone,
	"GET /feeds/:fair":                  anyone,
	"GET /feeds/:fair/jobs":             anyone,

	// For crawlers, and what pages are made of.
	"GET /sitemap.xml":               anyone,
	"GET /sitemaps/pages.xml":        anyone,
	"GET /sitemaps/:fair/offers.xml": anyone,
	"GET /robots.txt":                anyone,
	"GET /assets/:name":              anyone,
	"GET /worker.js":                 anyone,

	// The other wings, mounted by cmd on the same application.
	"GET /ws":                  elsewhere,
	"OPTIONS /whip/:stream":    elsewhere,
	"POST /whip/:stream":       elsewhere,
	"PATCH /whip/:stream/:id":  elsewhere,
	"DELETE /whip/:stream/:id": elsewhere,
	"OPTIONS /whep/:stream":    elsewhere,
	"POST /whep/:stream":       elsewhere,
	"PATCH /whep/:stream/:id":  elsewhere,
	"DELETE /whep/:stream/:id": elsewhere,
}

// admits refuses those who cannot have the right at all.
func (a access) admits(who fair.Actor) error {
	var kinds []fair.RoleKind
	switch a {
	case anyone, demo, elsewhere:
		return nil
	case candidate, cvOwner:
		kinds = []fair.RoleKind{fair.Candidate}
	case recruiter, cvReader:
		kinds = []fair.RoleKind{fair.Recruiter}
	case adviser:
		kinds = []fair.RoleKind{fair.Adviser}
	case organiser:
		kinds = []fair.RoleKind{fair.Organiser}
	case standTeam:
		kinds = []fair.RoleKind{fair.Recruiter, fair.Organiser}
	}
	if !who.SignedIn() {
		return fair.E(fair.Unauthenticated, "sign.in")
	}
	if kinds != nil && !slices.ContainsFunc(who.Roles, func(r fair.Role) bool { return slices.Contains(kinds, r.Kind) }) {
		return fair.E(fair.Forbidden, "forbidden")
	}
	return nil
}

// accessOf looks a route up. A missing row is a mistake of the programmer that
// must not reach a visitor.
func accessOf(method, path string) access {
	who, listed := table[method+" "+path]
	if !listed {
		panic("web: the route " + method + " " + path + " has no row in the authorization table")
	}
	return who
}

// Audit compares a running application with the table: routes that are served
// without a row, and rows that nothing serves. Every wing has to be mounted.
func Audit(app *fiber.App) (missing, stale []string) {
	served := map[string]bool{}
	for _, r := range app.GetRoutes(true) {
		if r.Method == fiber.MethodHead {
			continue // follows its GET
		}
		row := r.Method + " " + untranslated(r.Path)
		if _, listed := table[row]; !listed && !served[row] {
			missing = append(missing, row)
		}
		served[row] = true
	}
	for row := range table {
		if !served[row] {
			stale = append(stale, row)
		}
	}
	slices.Sort(missing)
	slices.Sort(stale)
	return missing, stale
}

// Table is every route with who may knock at it, in words.
func Table() map[string]string {
	words := make(map[string]string, len(table))
	for route, who := range table {
		words[route] = string(who)
	}
	return words
}

// untranslated is the path of a page without its language.
func untranslated(path string) string {
	if path == "/en" {
		return "/"
	}
	if rest, found := strings.CutPrefix(path, "/en/"); found {
		return "/" + rest
	}
	return path
}
