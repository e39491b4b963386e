package web_test

import (
	"net/url"
	"strings"

	"salon/fair/web"
)

// sample is a good request to one route. A form stands as "a=b&c=d".
type sample struct {
	body string
	form bool
	// asks is false for routes that answer without any use case.
	asks bool
}

func call(body string) sample  { return sample{body: body, asks: true} }
func form(body string) sample  { return sample{body: body, form: true, asks: true} }
func still(body string) sample { return sample{body: body} }
func (s sample) header() string {
	return map[bool]string{true: "application/x-www-form-urlencoded", false: "application/json"}[s.form]
}

// samples holds one good request for every route of the authorization table;
// TestEveryRouteHasASample fails for a route without one.
var samples = map[string]sample{
	"POST /api/v1/demo/session":                              call(`{"role":"candidate","n":17}`),
	"POST /api/v1/sign-in/code":                              call(`{"email":"camille@fiction.example"}`),
	"POST /api/v1/sign-in":                                   call(`{"email":"camille@fiction.example","code":"123456"}`),
	"POST /api/v1/sign-in/password":                          call(`{"email":"camille@fiction.example","password":"trois chevaux gris"}`),
	"POST /api/v1/sign-in/factor":                            call(`{"code":"123456"}`),
	"POST /api/v1/sign-in/passkey/question":                  call(``),
	"POST /api/v1/sign-in/passkey":                           call(`{"ceremony":"c","id":"aWQ","client_data":"e30","authenticator":"YQ","signature":"cw","user":"dQ"}`),
	"POST /api/v1/me/passkeys/question":                      call(``),
	"POST /api/v1/me/passkeys":                               call(`{"ceremony":"c","id":"aWQ","client_data":"e30","attestation":"YQ","name":"Téléphone"}`),
	"GET /api/v1/fairs/:fair/people":                         call(``),
	"DELETE /api/v1/fairs/:fair/people/:account/roles/:role": call(``),
	"GET /api/v1/fairs/:fair/invitations":                    call(``),
	"POST /api/v1/fairs/:fair/invitations":                   call(`{"email":"ida@fiction.example","kind":"organiser","stand":""}`),
	"POST /api/v1/invitations/:invitation/resend":            call(``),
	"DELETE /api/v1/invitations/:invitation":                 call(``),
	"POST /api/v1/sign-out":                                  call(``),
	"GET /api/v1/me":                                         call(``),
	"PATCH /api/v1/me":                                       call(`{"name":"Camille","occupations":["F1607"],"locale":"fr","headline":"a","about":"b","commune":"34129","availability":"c","phone":"0199000017","skills":["a"],"contracts":["CDI"],"languages":["b"]}`),
	"GET /api/v1/me/interviews":                              call(``),
	"GET /api/v1/me/mails":                                   call(``),
	"GET /api/v1/fairs":                                      call(``),
	"GET /api/v1/fairs/:fair":                                call(``),
	"GET /api/v1/fairs/:fair/rules":                          call(``),
	"PATCH /api/v1/fairs/:fair/rules":                        call(`{"line":{"max_tickets":5,"answer_seconds":60,"grace_minutes":10,"length_minutes":10,"guard_minutes":0,"postpone_minutes":10,"warn_minutes":10,"max_delay_minutes":5,"escalate_minutes":10},"book":{"release":"draw","waves":[],"cap_fair":10,"cap_stand":1,"offer_minutes":30,"no_show_minutes":5,"answer_days":7},"scorecard":[{"label":{"fr":"Écoute","en":""}}],"anonymous":false,"encryption":"required","open":true,"rev":1}`),
	"GET /api/v1/fairs/:fair/offers":                         call(``),
	"GET /api/v1/fairs/:fair/offers/:offer":                  call(``),
	"POST /api/v1/fairs/:fair/offers/import":                 call(`{"resultats":[{"id":"1"}]}`),
	"PATCH /api/v1/offers/:offer":                            call(`{"title":"a","description":"b","pay_label":"c","hours_label":"d","positions":2,"state":"open","rev":1}`),
	"GET /api/v1/fairs/:fair/stands":                         call(``),
	"GET /api/v1/fairs/:fair/stands/:stand":                  call(``),
	"GET /api/v1/stands/:stand/edit":                         call(``),
	"PATCH /api/v1/stands/:stand":                            call(`{"about":{"fr":"a","en":"b"},"links":[{"label":"a","url":"https://a.example"}],"title":"c","rev":1}`),
	"GET /api/v1/stands/:stand/offers":                       call(``),
	"GET /api/v1/fairs/:fair/slots":                          call(``),
	"GET /api/v1/stands/:stand/slots":                        call(``),
	"POST /api/v1/stands/:stand/slots":                       call(`{"starts_at":"2026-11-24T09:00:00Z","minutes":20,"buffer_minutes":5,"count":3,"channels":["video"],"recruiter":""}`),
	"DELETE /api/v1/slots/:slot":                             call(``),
	"POST /api/v1/slots/:slot/booking":                       call(`{"channel":"video","offer":""}`),

	"POST /api/v1/stands/:stand/tickets":      call(`{"channel":"video","offer":""}`),
	"GET /api/v1/me/board":                    call(``),
	"POST /api/v1/tickets/:ticket/answer":     call(`{"answer":"ready"}`),
	"POST /api/v1/stands/:stand/next":         call(`{"ticket":"","reason":""}`),
	"POST /api/v1/tickets/:ticket/back":       call(``),
	"POST /api/v1/tickets/:ticket/handoff":    call(`{"stand":"standbaaaaaaaaaaaaaaaaaaaa","note":"a"}`),
	"POST /api/v1/tickets/:ticket/close":      call(`{"instead":"callback","message":"a"}`),
	"PUT /api/v1/tickets/:ticket/note":        call(`{"note":"à rappeler"}`),
	"GET /api/v1/fairs/:fair/lines":           call(``),
	"GET /api/v1/fairs/:fair/live":            call(``),
	"GET /api/v1/stands/:stand/line":          call(``),
	"PUT /api/v1/stands/:stand/line":          call(`{"state":"closed","message":"a","instead":"slot"}`),
	"PUT /api/v1/stands/:stand/duty":          call(`{"state":"break","minutes":10}`),
	"PUT /api/v1/stands/:stand/hours":         call(`{"hours":[{"days":[1,2],"from":540,"to":720}]}`),
	"POST /api/v1/stands/:stand/hours/longer": call(`{"until":"2026-11-23T18:00:00Z"}`),
	"POST /api/v1/stands/:stand/line/move":    call(`{"to":"standbaaaaaaaaaaaaaaaaaaaa"}`),

	"POST /api/v1/fairs/:fair/slots/release":        call(``),
	"GET /api/v1/stands/:stand/slot-rules":          call(``),
	"POST /api/v1/stands/:stand/slot-rules":         call(slotRule),
	"POST /api/v1/stands/:stand/slot-rules/preview": call(slotRule),
	"PUT /api/v1/slot-rules/:rule":                  call(slotRule),
	"DELETE /api/v1/slot-rules/:rule":               call(``),
	"GET /api/v1/fairs/:fair/draws":                 call(``),
	"POST /api/v1/fairs/:fair/draws":                call(`{"closes_at":"2026-11-24T09:00:00Z"}`),
	"GET /api/v1/draws/:draw":                       call(``),
	"GET /api/v1/draws/:draw/sheet":                 call(``),
	"POST /api/v1/draws/:draw/extend":               call(`{"closes_at":"2026-11-26T09:00:00Z"}`),
	"POST /api/v1/draws/:draw/cancel":               call(``),
	"GET /api/v1/me/wishes":                         call(``),
	"PUT /api/v1/draws/:draw/wishes":                call(`{"wishes":[{"stand":"standaaaaaaaaaaaaaaaaaaaaa","channel":"video"}],"can":["2026-11-24/am"]}`),
	"DELETE /api/v1/draws/:draw/wishes":             call(``),

	"GET /api/v1/interviews/:interview":          call(``),
	"POST /api/v1/interviews/:interview/join":    call(`{"peer":"peeraaaaaaaaaaaaaaaaaaaaaa"}`),
	"POST /api/v1/interviews/:interview/start":   call(``),
	"POST /api/v1/interviews/:interview/end":     call(`{"outcome":{"kind":"pool","message":"Merci"}}`),
	"POST /api/v1/interviews/:interview/outcome": call(`{"kind":"next","message":"Venez","by":"2026-12-01T09:00:00Z"}`),
	"POST /api/v1/interviews/:interview/cancel":  call(``),
	"POST /api/v1/interviews/:interview/channel": call(`{"channel":"phone"}`),
	"POST /api/v1/interviews/:interview/phone":   call(``),
	"PUT /api/v1/interviews/:interview/notes":    call(`{"notes":"à rappeler"}`),
	"GET /api/v1/interviews/:interview/calendar": call(``),

	"POST /api/v1/interviews/:interview/extension":       call(`{"planned_end":"2026-11-23T13:20:00Z"}`),
	"PUT /api/v1/interviews/:interview/sound":            call(`{"sound_only":true}`),
	"PUT /api/v1/interviews/:interview/scores":           call(`{"scores":{"clarte":3}}`),
	"GET /api/v1/interviews/:interview/visit":            call(``),
	"POST /api/v1/interviews/:interview/guests":          call(`{"email":"ines@fiction.example","name":"Inès"}`),
	"DELETE /api/v1/interviews/:interview/guests/:guest": call(``),
	"GET /api/v1/fairs/:fair/answers":                    call(``),
	"GET /api/v1/stands/:stand/answers":                  call(``),
	"GET /api/v1/me/companions":                          call(``),
	"POST /api/v1/me/companions":                         call(`{"email":"ada@fiction.example"}`),
	"GET /api/v1/me/accompanied":                         call(``),
	"POST /api/v1/companions/:companion/accept":          call(``),
	"DELETE /api/v1/companions/:companion":               call(``),

	"GET /api/v1/fairs/:fair/webconferences":            call(``),
	"POST /api/v1/fairs/:fair/webconferences":           call(`{"title":{"fr":"a"},"language":"fr","starts_at":"2026-11-24T09:00:00Z","ends_at":"2026-11-24T10:00:00Z","speakers":[{"email":"a@b.example","name":"c","title":"d"}]}`),
	"GET /api/v1/webconferences/:talk":                  call(``),
	"GET /api/v1/webconferences/:talk/edit":             call(``),
	"PATCH /api/v1/webconferences/:talk":                call(`{"abstract":{"fr":"a","en":"b"},"rev":1}`),
	"POST /api/v1/webconferences/:talk/open":            call(``),
	"POST /api/v1/webconferences/:talk/end":             call(``),
	"POST /api/v1/webconferences/:talk/join":            call(`{"peer":"peeraaaaaaaaaaaaaaaaaaaaaa"}`),
	"POST /api/v1/webconferences/:talk/kick":            call(`{"account":"candidateaaaaaaaaaaaaaaaaa"}`),
	"POST /api/v1/webconferences/:talk/demote":          call(`{"account":"recruiteraaaaaaaaaaaaaaaaa"}`),
	"GET /api/v1/webconferences/:talk/tokens":           call(``),
	"POST /api/v1/webconferences/:talk/tokens":          call(`{"role":"publisher"}`),
	"DELETE /api/v1/webconferences/:talk/tokens/:token": call(``),

	"GET /api/v1/me/threads":                   call(``),
	"GET /api/v1/stands/:stand/threads":        call(``),
	"POST /api/v1/stands/:stand/questions":     call(`{"text":"Le poste est-il ouvert aux débutants ?"}`),
	"POST /api/v1/stands/:stand/threads":       call(`{"text":"Bonjour","organisers":true}`),
	"GET /api/v1/threads/:thread":              call(``),
	"POST /api/v1/threads/:thread/messages":    call(`{"text":"Oui"}`),
	"POST /api/v1/threads/:thread/seen":        call(`{"messages":2}`),
	"POST /api/v1/threads/:thread/settle":      call(``),
	"GET /api/v1/fairs/:fair/requests":         call(``),
	"POST /api/v1/offers/:offer/applications":  call(`{"text":"Cinq ans de métier."}`),
	"POST /api/v1/stands/:stand/applications":  call(`{"text":"Cinq ans de métier."}`),
	"GET /api/v1/me/applications":              call(``),
	"GET /api/v1/stands/:stand/applications":   call(``),
	"PATCH /api/v1/applications/:application":  call(`{"state":"meet","answer":"Venez nous voir","rev":1}`),
	"GET /api/v1/me/shares":                    call(``),
	"GET /api/v1/occupations":                  still(``),
	"GET /api/v1/communes":                     still(``),
	"GET /api/v1/me/cvs":                       call(``),
	"POST /api/v1/me/cvs":                      call(`{"name":"cv.pdf","size":1200}`),
	"PUT /api/v1/me/cvs/:cv/parts/:offset":     call(`part of a CV`),
	"POST /api/v1/me/cvs/:cv/finish":           call(``),
	"PUT /api/v1/me/cvs/:cv/current":           call(``),
	"DELETE /api/v1/me/cvs/:cv":                call(``),
	"GET /api/v1/me/cvs/:cv/file":              call(``),
	"GET /api/v1/applications/:application/cv": call(``),
	"GET /api/v1/tickets/:ticket/cv":           call(``),
	"GET /api/v1/interviews/:interview/cv":     call(``),
	"GET /api/v1/me/favourites":                call(``),
	"PUT /api/v1/me/favourites/:kind/:kept":    call(``),
	"DELETE /api/v1/me/favourites/:kind/:kept": call(``),
	"GET /api/v1/me/push":                      call(``),
	"PUT /api/v1/me/push":                      call(`{"endpoint":"https://push.example.net/v1/abc","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}}`),
	"DELETE /api/v1/me/push":                   call(``),
	"PUT /api/v1/me/sms":                       call(`{"agreed":false}`),

	"GET /api/v1/me/standbys":                            call(``),
	"GET /api/v1/stands/:stand/team":                     call(``),
	"POST /api/v1/stands/:stand/standbys":                call(`{"channel":"video","slot":""}`),
	"GET /api/v1/stands/:stand/standbys":                 call(``),
	"POST /api/v1/standbys/:standby/answer":              call(`{"answer":"accept","channel":"video"}`),
	"POST /api/v1/interviews/:interview/move":            call(`{"slot":"slotaaaaaaaaaaaaaaaaaaaaaa","channel":"video"}`),
	"POST /api/v1/interviews/:interview/proposal":        call(`{"slots":["slotaaaaaaaaaaaaaaaaaaaaaa"],"message":"a"}`),
	"DELETE /api/v1/interviews/:interview/proposal":      call(``),
	"POST /api/v1/interviews/:interview/proposal/answer": call(`{"slot":"slotaaaaaaaaaaaaaaaaaaaaaa","channel":"video"}`),
	"POST /api/v1/interviews/:interview/give":            call(`{"recruiter":"recruiteraaaaaaaaaaaaaaaaa"}`),
	"POST /api/v1/interviews/:interview/missed":          call(``),
	"PUT /api/v1/interviews/:interview/check":            call(`{"camera":"ok","microphone":"ok","network":"good"}`),
	"GET /api/v1/me/calendar":                            call(``),
	"POST /api/v1/me/calendar":                           call(``),
	"DELETE /api/v1/me/calendar":                         call(``),
	"POST /fairs/:fair/standby":                          form("stand=standaaaaaaaaaaaaaaaaaaaaa&channel=video&back=/fairs/rencontres/stands/atelier-fiction"),
	"GET /calendars/:token":                              call(``),

	"GET /api/openapi.json": still(``),
	"GET /healthz":          still(``),
	"GET /readyz":           still(``),

	"GET /":                                 call(``),
	"GET /fairs/:fair":                      call(``),
	"GET /fairs/:fair/offers":               call(``),
	"GET /fairs/:fair/offers/:offer":        call(``),
	"GET /fairs/:fair/stands/:stand":        call(``),
	"GET /fairs/:fair/draws/:draw":          call(``),
	"GET /fairs/:fair/programme":            call(``),
	"GET /fairs/:fair/webconferences/:talk": call(``),
	"POST /fairs/:fair/line":                form("stand=standaaaaaaaaaaaaaaaaaaaaa&channel=video&back=/fairs/rencontres/stands/atelier-fiction"),
	"POST /fairs/:fair/ask":                 form("stand=standaaaaaaaaaaaaaaaaaaaaa&question=Ouvert&back=/fairs/rencontres/stands/atelier-fiction"),
	"POST /fairs/:fair/apply":               form("stand=standaaaaaaaaaaaaaaaaaaaaa&offer=offeraaaaaaaaaaaaaaaaaaaaa&text=Bonjour&back=/fairs/rencontres/stands/atelier-fiction"),
	"POST /fairs/:fair/keep":                form("stand=standaaaaaaaaaaaaaaaaaaaaa&keep=yes&back=/fairs/rencontres/stands/atelier-fiction"),
	"POST /fairs/:fair/book":                form("slot=slotaaaaaaaaaaaaaaaaaaaaaa&channel=video&key=k&back=/fairs/rencontres/stands/atelier-fiction"),
	"GET /sign-in":                          still(``),
	"POST /sign-in":                         form("mail=camille@fiction.example&next=/me"),
	"GET /sign-in/code":                     still(``),
	"POST /sign-in/code":                    form("mail=camille@fiction.example&code=123456&next=/me"),
	"GET /sign-in/password":                 still(``),
	"POST /sign-in/password":                form("mail=camille@fiction.example&password=trois&next=/me"),
	"GET /sign-in/factor":                   still(``),
	"POST /sign-in/factor":                  form("code=123456&next=/me"),
	"POST /sign-in/issuers/:issuer":         form("next=/me"),
	"GET /sign-in/issuers/:issuer/answer":   form(""), // refused, it leads back as a form does
	"GET /account":                          call(``),
	"POST /account":                         form("do=language&locale=fr"),
	"GET /invitations/:token":               call(``),
	"POST /invitations/:token":              form(""),
	"GET /account/protect":                  call(``),
	"POST /account/protect":                 form("do=password&password=trois"),
	"POST /sign-out":                        form(""),
	"GET /demo":                             still(``),
	"POST /demo/enter":                      form("role=speaker"),
	"GET /demo/outbox":                      call(``),
	"GET /me":                               call(``),
	"GET /me/profile":                       call(``),
	"GET /desk":                             call(``),
	"GET /organise":                         call(``),
	"GET /advise":                           call(``),
	"GET /interviews/:interview":            call(``),
	"GET /webconferences/:talk/stage":       call(``),

	"GET /sitemap.xml":               call(``),
	"GET /sitemaps/pages.xml":        call(``),
	"GET /sitemaps/:fair/offers.xml": call(``),
	"GET /robots.txt":                still(``),
	"GET /assets/:name":              still(``),
	"GET /worker.js":                 still(``),
}

// slotRule is a weekly availability.
const slotRule = `{"days":[1,2],"from":"09:00","to":"12:00","since":"2026-11-24","until":"","minutes":20,"buffer_minutes":5,"channels":["video"],"recruiter":"","rev":1}`

// fill puts the double's names into the pattern of a route.
func fill(pattern string) string {
	return strings.NewReplacer(
		":fair", "rencontres", ":standby", string(standbyID), ":stand", string(standID), ":offer", string(offerID), ":slot", string(slotID),
		":talk", string(talkID), ":draw", string(drawID), ":rule", string(ruleID), ":ticket", string(ticketID), ":thread", string(wordsID), ":application", string(applyID), ":kind", "offer", ":kept", string(offerID), ":interview", string(meetID), ":token", string(id("token")), ":name", url.PathEscape("none.js"),
		":cv", string(id("cv")), ":offset", "0", ":guest", string(id("guest")), ":companion", string(id("companion")), ":invitation", string(id("invitation")), ":account", string(candID), ":role", "organiser", ":issuer", "town",
	).Replace(pattern)
}

// tableOf is who may knock at a route.
func tableOf(route string) string { return web.Table()[route] }
