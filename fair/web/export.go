package web

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// An export is a ZIP with one JSON file for each kind of thing, and the files. It
// shows what the person may see of themselves; whatever names or describes
// somebody else, or was written by a stand for itself, is not in it.

// patientCloser is a patient whose source is closed with it.
type patientCloser struct {
	patient
	io.Closer
}

// exportedAccount is the file account.json.
type exportedAccount struct {
	ID         fair.ID    `json:"id"`
	Email      string     `json:"email"`
	Name       string     `json:"name"`
	Language   fair.Lang  `json:"language"`
	Roles      []RoleView `json:"roles"`
	Since      time.Time  `json:"since"`
	SignedInAt *time.Time `json:"signed_in_at,omitempty"`
	KeptUntil  *time.Time `json:"kept_until,omitempty"`
	Password   *time.Time `json:"password_since,omitempty"`
	Codes      *time.Time `json:"one_time_codes_since,omitempty"`
	Passkeys   []string   `json:"passkeys"`
	Issuers    []string   `json:"sign_in_through"`
}

// exportedProfile is the file profile.json.
type exportedProfile struct {
	Headline     string   `json:"headline"`
	About        string   `json:"about"`
	Occupations  []string `json:"occupations"`
	Commune      string   `json:"commune"`
	Radius       int      `json:"radius_km"`
	Availability string   `json:"availability"`
	Phone        string   `json:"phone"`
	Skills       []string `json:"skills"`
	Contracts    []string `json:"contracts"`
	Languages    []string `json:"languages"`
	ShowCV       bool     `json:"show_cv"`
}

type exportedInterview struct {
	ID        fair.ID             `json:"id"`
	Fair      string              `json:"fair"`
	Stand     string              `json:"stand"`
	As        fair.RoleKind       `json:"as"`
	With      string              `json:"with,omitempty"` // the recruiter; a candidate is never named
	Channel   fair.Channel        `json:"channel"`
	State     fair.InterviewState `json:"state"`
	StartsAt  time.Time           `json:"starts_at"`
	EndsAt    time.Time           `json:"ends_at"`
	StartedAt *time.Time          `json:"started_at,omitempty"`
	EndedAt   *time.Time          `json:"ended_at,omitempty"`
	Outcome   *exportedOutcome    `json:"outcome,omitempty"`
	Guests    []string            `json:"interpreters,omitempty"`
}

type exportedOutcome struct {
	Kind    fair.OutcomeKind `json:"kind"`
	Message string           `json:"message"`
	By      *time.Time       `json:"by,omitempty"`
	At      time.Time        `json:"at"`
}

type exportedTicket struct {
	ID       fair.ID          `json:"id"`
	Stand    string           `json:"stand"`
	Channel  fair.Channel     `json:"channel"`
	State    fair.TicketState `json:"state"`
	JoinedAt time.Time        `json:"joined_at"`
	CalledAt *time.Time       `json:"called_at,omitempty"`
	ClosedAt *time.Time       `json:"closed_at,omitempty"`
}

// exportedNote is what a stand wrote down about the person, and not who did.
type exportedNote struct {
	Fair    string         `json:"fair"`
	Stand   string         `json:"stand"`
	About   fair.Noun      `json:"about"`
	At      time.Time      `json:"at"`
	Text    string         `json:"text,omitempty"`
	Ratings map[string]int `json:"ratings,omitempty"`
}

type exportedThread struct {
	Stand    string            `json:"stand"`
	Fair     string            `json:"fair"`
	Messages []exportedMessage `json:"messages"`
}

type exportedMessage struct {
	By   string    `json:"by"` // "me", or the side
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

type exportedApplication struct {
	ID     fair.ID               `json:"id"`
	Fair   string                `json:"fair"`
	Stand  string                `json:"stand"`
	Offer  string                `json:"offer,omitempty"`
	Text   string                `json:"text"`
	State  fair.ApplicationState `json:"state"`
	Answer string                `json:"answer,omitempty"`
	By     *time.Time            `json:"answer_by,omitempty"`
	At     time.Time             `json:"at"`
	CV     fair.ID               `json:"cv,omitempty"`
}

type exportedWaiting struct {
	Stand string            `json:"stand"`
	State fair.StandbyState `json:"state"`
	At    time.Time         `json:"at"`
}

type exportedWish struct {
	Draw    fair.ID      `json:"draw"`
	Number  string       `json:"number"`
	Stand   string       `json:"stand"`
	Channel fair.Channel `json:"channel"`
}

type exportedConsent struct {
	Kind    fair.ConsentKind `json:"kind"`
	Text    string           `json:"text"`
	Version string           `json:"version"`
	Given   bool             `json:"given"`
	At      time.Time        `json:"at"`
}

type exportedObjection struct {
	Kind fair.ObjectionKind `json:"kind"`
	At   time.Time          `json:"at"`
}

type exportedReading struct {
	What string    `json:"what"`
	By   string    `json:"by"`
	Why  fair.Noun `json:"why,omitempty"`
	At   time.Time `json:"at"`
}

// exportedReport is a message the person has reported; who wrote it is not named.
type exportedReport struct {
	Message  string         `json:"message"`
	Why      fair.ReportWhy `json:"why"`
	Words    string         `json:"words,omitempty"`
	At       time.Time      `json:"at"`
	Decision fair.Decision  `json:"decision,omitempty"`
	Answer   string         `json:"answer,omitempty"`
}

type exportedLogin struct {
	Browser string     `json:"browser"`
	Opened  time.Time  `json:"opened"`
	Seen    time.Time  `json:"seen"`
	Until   time.Time  `json:"until"`
	Proof   fair.Proof `json:"proof,omitempty"`
}

type exportedMail struct {
	To      string     `json:"to"`
	Via     fair.Via   `json:"via,omitempty"`
	Subject string     `json:"subject"`
	Text    string     `json:"text"`
	At      time.Time  `json:"at"`
	SentAt  *time.Time `json:"sent_at,omitempty"`
}

type exportedCV struct {
	ID      fair.ID       `json:"id"`
	Name    string        `json:"name"`
	Format  fair.CVFormat `json:"format,omitempty"`
	State   fair.CVState  `json:"state"`
	Size    int64         `json:"size"`
	At      time.Time     `json:"at"`
	File    string        `json:"file,omitempty"`
	Current bool          `json:"current"`
}

// exportFile is one file of an archive: a value as JSON, or a text.
type exportFile struct {
	name string
	what any
}

// exportedSearch is a search one keeps.
type exportedSearch struct {
	Fair   string    `json:"fair"`
	Search string    `json:"search"`
	Mail   bool      `json:"mail"`
	At     time.Time `json:"at"`
}

// exportFiles lists the files of an export, those with JSON.
func (s *Server) exportFiles(h service.Holdings, k *call) []exportFile {
	a, p := h.Account, h.Account.Profile
	texts := s.Frontend.Locale(string(k.lang))
	searches := mapped(h.Searches, func(d service.WatchDetail) exportedSearch {
		return exportedSearch{d.Fair.Name.In(k.lang), s.searchName(k, d.Watch), d.Watch.Mail, d.Watch.At}
	})
	favourites := map[string][]string{
		"offers": mapped(h.Favourites.Offers, func(o fair.Offer) string { return o.Title }),
		"stands": mapped(h.Favourites.Stands, func(st fair.Stand) string { return st.Name }),
	}
	account := exportedAccount{
		ID: a.ID, Email: a.Email, Name: a.Name, Language: a.Locale, Roles: mapped(a.Roles, func(r fair.Role) RoleView { return RoleView(r) }), Since: a.CreatedAt, KeptUntil: a.RetainUntil,
		Password: h.Equipment.PasswordAt, Codes: h.Equipment.TOTPAt,
		Passkeys: mapped(h.Equipment.Passkeys, func(p fair.Passkey) string { return p.Name }),
		Issuers:  mapped(h.Equipment.Foreign, func(f fair.Foreign) string { return f.Issuer }),
	}
	if !a.CameAt.IsZero() {
		account.SignedInAt = &a.CameAt
	}
	return []exportFile{
		{"account.json", account},
		{"profile.json", exportedProfile{
			p.Headline, p.About, p.Occupations, p.Commune, p.Radius, p.Availability, p.Phone, p.Skills, p.Contracts, p.Languages, !p.HideCV,
		}},
		{"needs.json", InterviewNeedsView(p.Needs)},
		{"appointments.json", mapped(h.Interviews, func(d service.InterviewDetail) exportedInterview { return exportInterview(d, a.ID, k.lang) })},
		{"tickets.json", mapped(h.Tickets, func(t fair.Ticket) exportedTicket { return exportTicket(t, h.Stands) })},
		{"notes.json", mapped(h.Notes, func(n service.KeptNote) exportedNote {
			v := exportedNote{n.Fair.Name.In(k.lang), h.Stands[n.Stand], n.About, n.At, n.Text, map[string]int{}}
			for _, r := range n.Rated {
				v.Ratings[r.Label.In(k.lang)] = r.Score
			}
			return v
		})},
		{"waiting.json", mapped(h.Standbys, func(d service.StandbyDetail) exportedWaiting {
			return exportedWaiting{d.Stand.Name, d.Standby.State, d.Standby.JoinedAt}
		})},
		{"messages.json", mapped(h.Threads, func(d service.ThreadDetail) exportedThread { return exportThread(d, a.ID, k.lang) })},
		{"applications.json", mapped(h.Applications, func(d service.ApplicationDetail) exportedApplication { return exportApplication(d, k.lang) })},
		{"favourites.json", favourites},
		{"searches.json", searches},
		{"wishes.json", exportWishes(h)},
		{"companions.json", mapped(h.Companions, func(d service.CompanionDetail) map[string]any {
			c := d.Companion
			return map[string]any{"adviser": c.Email, "state": c.State, "asked_at": c.AskedAt, "accepted_at": c.AcceptedAt, "ended_at": c.EndedAt}
		})},
		{"consents.json", mapped(a.Consents, func(c fair.Consent) exportedConsent {
			return exportedConsent{c.Kind, texts.T("consent." + string(c.Kind)), c.Version, c.Given, c.At}
		})},
		{"objections.json", mapped(a.Objections, func(o fair.Objection) exportedObjection { return exportedObjection(o) })},
		{"readings.json", mapped(h.Readings, func(r service.ReadingDetail) exportedReading {
			return exportedReading{r.Entry.Action, r.Reader, r.Entry.Why, r.Entry.At}
		})},
		{"reports.json", mapped(h.Reports, func(r fair.Report) exportedReport {
			return exportedReport{r.Text, r.Why, r.Words, r.At, r.Decision, r.Answer}
		})},
		{"logins.json", mapped(h.Logins, func(l fair.LoginSession) exportedLogin {
			return exportedLogin{l.Browser, l.CreatedAt, l.SeenAt, l.ExpiresAt, l.Proof}
		})},
		{"notifications.json", map[string]any{"devices": len(h.Pocket.Devices), "text_messages": h.Pocket.SMS}},
		{"mails.json", mapped(h.Mails, func(m fair.Mail) exportedMail {
			return exportedMail{m.To, m.Via, m.Subject, withoutCodes(m), m.At, m.SentAt}
		})},
	}
}

// withoutCodes is the text of a mail, unless it is what somebody signs in with.
func withoutCodes(m fair.Mail) string {
	if m.Account == "" && len(m.Calendar) == 0 {
		return ""
	}
	return m.Text
}

func exportInterview(d service.InterviewDetail, me fair.ID, lang fair.Lang) exportedInterview {
	i := d.Interview
	v := exportedInterview{
		ID: i.ID, Fair: d.Fair.Name.In(lang), Stand: d.Stand.Name, As: fair.Recruiter, Channel: i.Channel, State: i.State,
		StartsAt: i.StartsAt, EndsAt: i.EndsAt, StartedAt: i.StartedAt, EndedAt: i.EndedAt,
	}
	if i.Candidate != me {
		return v
	}
	v.As, v.With = fair.Candidate, d.Recruiter.Name
	if o := i.Outcome; o != nil {
		v.Outcome = &exportedOutcome{o.Kind, o.Message, o.By, o.At}
	}
	for _, g := range i.Guests {
		if g.By == me {
			v.Guests = append(v.Guests, g.Name+" <"+g.Email+">")
		}
	}
	return v
}

func exportTicket(t fair.Ticket, stands map[fair.ID]string) exportedTicket {
	v := exportedTicket{ID: t.ID, Stand: stands[t.Stand], Channel: t.Channel, State: t.State, JoinedAt: t.JoinedAt, ClosedAt: t.ClosedAt}
	if t.Call != nil {
		v.CalledAt = &t.Call.At
	}
	return v
}

func exportThread(d service.ThreadDetail, me fair.ID, lang fair.Lang) exportedThread {
	return exportedThread{d.Stand.Name, d.Fair.Name.In(lang), mapped(d.Thread.Messages, func(m fair.Message) exportedMessage {
		by := string(m.Side)
		if m.By == me {
			by = "me"
		}
		return exportedMessage{by, m.Text, m.At}
	})}
}

func exportApplication(d service.ApplicationDetail, lang fair.Lang) exportedApplication {
	ap := d.Application
	v := exportedApplication{
		ID: ap.ID, Fair: d.Fair.Name.In(lang), Stand: d.Stand.Name, Text: ap.Text, State: ap.State, Answer: ap.Answer, By: ap.By, At: ap.At, CV: ap.CV,
	}
	if d.Offer != nil {
		v.Offer = d.Offer.Title
	}
	return v
}

func exportWishes(h service.Holdings) []exportedWish {
	wishes := []exportedWish{}
	for _, l := range h.Wishes {
		for _, w := range l.Wishes {
			wishes = append(wishes, exportedWish{l.Draw, l.Number, h.Stands[w.Stand], w.Channel})
		}
	}
	return wishes
}

// archive is an export as it is read: one file after the other, never whole in
// memory. Closing it ends its writer.
func (s *Server) archive(h service.Holdings, k *call) io.ReadCloser {
	files := s.exportFiles(h, k) // before the request is over
	readme := s.Frontend.Locale(string(k.lang)).T("export.readme")
	current, _ := fair.CurrentCV(h.CVs)
	cvs := make([]exportedCV, len(h.CVs))
	for i, c := range h.CVs {
		cvs[i] = exportedCV{ID: c.ID, Name: c.Name, Format: c.Format, State: c.State, Size: c.Size, At: c.At, Current: c.ID == current.ID}
		if c.Whole() {
			cvs[i].File = fmt.Sprintf("files/%d-%s", i+1, exportName(c))
		}
	}
	files = append(files, exportFile{"cvs.json", cvs})
	out, in := io.Pipe()
	go func() {
		z := zip.NewWriter(in)
		in.CloseWithError(fillArchive(z, readme, files, h, cvs))
	}()
	return out
}

// exportName is a CV's name inside the archive: no folder, and the ending of what
// it is.
func exportName(c fair.CV) string {
	name, ending := fair.CVName(c.Name), "."+string(c.Format)
	if !strings.HasSuffix(strings.ToLower(name), ending) {
		name += ending
	}
	return name
}

func fillArchive(z *zip.Writer, readme string, files []exportFile, h service.Holdings, cvs []exportedCV) error {
	w, err := z.Create("LISEZMOI.txt")
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, readme+"\n"); err != nil {
		return err
	}
	for _, f := range files {
		w, err := z.Create(f.name)
		if err != nil {
			return err
		}
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		if err := e.Encode(f.what); err != nil {
			return fmt.Errorf("write %s: %w", f.name, err)
		}
	}
	for i, c := range h.CVs {
		if cvs[i].File == "" {
			continue
		}
		w, err := z.Create(cvs[i].File)
		if err != nil {
			return err
		}
		if _, err := io.Copy(w, h.Content(c)); err != nil {
			return fmt.Errorf("write CV %s: %w", c.ID, err)
		}
	}
	return z.Close()
}
