package web

import (
	"context"
	"time"

	"salon/fair"
	"salon/fair/place"
	"salon/fair/service"
	"salon/signaling/token"
)

// interviews is what this package asks of service about meetings.
type interviews interface {
	MyInterviews(ctx context.Context, a fair.Actor, from, to time.Time) ([]service.InterviewDetail, error)
	Interview(ctx context.Context, a fair.Actor, id fair.ID) (service.InterviewDetail, error)
	JoinInterview(ctx context.Context, a fair.Actor, id fair.ID, peer fair.ID, able bool) (service.Join, error)
	StartInterview(ctx context.Context, a fair.Actor, id fair.ID) (fair.Interview, error)
	EndInterview(ctx context.Context, a fair.Actor, id fair.ID, o *fair.Outcome) (fair.Interview, error)
	SetOutcome(ctx context.Context, a fair.Actor, id fair.ID, o fair.Outcome) (fair.Interview, error)
	CancelInterview(ctx context.Context, a fair.Actor, id fair.ID) (fair.Interview, error)
	SwitchChannel(ctx context.Context, a fair.Actor, id fair.ID, c fair.Channel) (fair.Interview, error)
	RevealPhone(ctx context.Context, a fair.Actor, id fair.ID) (string, error)
	SetNotes(ctx context.Context, a fair.Actor, id fair.ID, notes string) error
	Calendar(ctx context.Context, a fair.Actor, id fair.ID) ([]byte, error)
	ExtendInterview(ctx context.Context, a fair.Actor, id fair.ID, seen time.Time) (fair.Interview, error)
	SetSoundOnly(ctx context.Context, a fair.Actor, id fair.ID, only bool) (fair.Interview, error)
	SetScores(ctx context.Context, a fair.Actor, id fair.ID, scores map[string]int) error
}

// InterviewView is an interview as one of its two parties sees it.
type InterviewView struct {
	ID         fair.ID             `json:"id"`
	Fair       FairRef             `json:"fair"`
	Stand      StandRef            `json:"stand"`
	Offer      *OfferRef           `json:"offer,omitempty"`
	State      fair.InterviewState `json:"state" enum:"called,booked,live,ended,cancelled,missed"`
	Walkin     bool                `json:"walkin" doc:"From a line: nobody's appointment, it cannot be moved or given away"`
	Channel    fair.Channel        `json:"channel" enum:"video,phone"`
	StartsAt   time.Time           `json:"starts_at"`
	EndsAt     time.Time           `json:"ends_at"`
	StartedAt  *time.Time          `json:"started_at,omitempty"`
	EndedAt    *time.Time          `json:"ended_at,omitempty"`
	Outcome    *OutcomeView        `json:"outcome,omitempty"`
	Role       fair.RoleKind       `json:"role" enum:"candidate,recruiter" doc:"Which party the caller is"`
	With       WithView            `json:"with"`
	JoinableAt time.Time           `json:"joinable_at"`
	PlannedEnd time.Time           `json:"planned_end" doc:"When it should end; ends_at, or sooner when it began sooner"`
	SoundOnly  bool                `json:"sound_only" doc:"Both have put their cameras out"`
	PhoneAsked *time.Time          `json:"phone_asked,omitempty" doc:"The recruiter asks to go on by phone, and waits for the candidate's number since then"`
	Extensions int                 `json:"extensions" doc:"How often more time was given; three times at most"`
	Adviser    string              `json:"adviser,omitempty" doc:"Who accompanies the candidate and may come into the room"`
	Guests     []GuestView         `json:"guests" doc:"Interpreters who were given a seat"`
	Topic      *TopicView          `json:"topic,omitempty"`
	Proposal   *ProposalView       `json:"proposal,omitempty" doc:"Another time, asked of the candidate"`
	Check      *CheckView          `json:"check,omitempty"`
	MissableAt *time.Time          `json:"missable_at,omitempty" doc:"For the recruiter: when the candidate counts as absent"`
	Encryption fair.Encryption     `json:"encryption" enum:"off,possible,required" doc:"Whether the fair wants it encrypted from browser to browser"`
	Rev        int64               `json:"rev"`
	Notes      *string             `json:"notes,omitempty" doc:"The recruiter's own; never told to the candidate"`
	Scorecard  []ScoreView         `json:"scorecard,omitempty" doc:"The recruiter's own; never told to the candidate"`
	CV         *CVCardView         `json:"cv,omitempty" doc:"For the recruiter: the candidate's CV, when it may be read"`
	Awaits     bool                `json:"awaits_answer,omitempty" doc:"The company has still to answer"`
	AnswerDue  *time.Time          `json:"answer_due,omitempty" doc:"For the recruiter: an answer is owed by then"`
}

// GuestView is a third person in an interview, by the name they were given.
type GuestView struct {
	ID   fair.ID `json:"id"`
	Name string  `json:"name"`
}

// ScoreView is one line of a scorecard; score is absent until it is rated.
type ScoreView struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Score int    `json:"score,omitempty" minimum:"1" maximum:"4"`
}

// FairRef is a fair as other views name it.
type FairRef struct {
	Slug     string `json:"slug"`
	Name     string `json:"name"`
	TimeZone string `json:"time_zone"`
}

// OfferRef is an offer as other views name it.
type OfferRef struct {
	ID    fair.ID `json:"id"`
	Title string  `json:"title"`
}

// OutcomeView is what the company answered.
type OutcomeView struct {
	Kind    fair.OutcomeKind `json:"kind" enum:"next,pool,declined,later"`
	Message string           `json:"message"`
	By      *time.Time       `json:"by,omitempty"`
	At      time.Time        `json:"at"`
}

// WithView is the other party. Of a recruiter only name and title are told.
type WithView struct {
	Name         string   `json:"name"`
	Title        string   `json:"title,omitempty"`
	Headline     string   `json:"headline,omitempty"`
	About        string   `json:"about,omitempty"`
	Occupations  []string `json:"occupations,omitempty"`
	Availability string   `json:"availability,omitempty"`
	Skills       []string `json:"skills,omitempty"`
	Contracts    []string `json:"contracts,omitempty"`
	Languages    []string `json:"languages,omitempty"`
	Place        string   `json:"place,omitempty" doc:"The commune one looks for work around"`
	Radius       int      `json:"radius,omitempty" doc:"Kilometres around it"`
	HasPhone     bool     `json:"has_phone"`

	Needs *InterviewNeedsView `json:"needs,omitempty" doc:"For the recruiter of an interview to come or under way"`
	Extra int                 `json:"extra_minutes,omitempty" doc:"Minutes an appointment is longer than its slot, for one who needs extra time; for that recruiter"`
}

// TopicView is the right to follow the changes of what was read.
type TopicView struct {
	Name  string `json:"name"`
	Grant string `json:"grant"`
}

// viewInterview chooses what the caller may see: notes go to the recruiter, the
// candidate's file too, and a number to nobody.
func (s *Server) viewInterview(k *call, d service.InterviewDetail) (InterviewView, error) {
	i := d.Interview
	v := InterviewView{
		ID: i.ID, Fair: FairRef{d.Fair.Slug, d.Fair.Name.In(k.lang), d.Fair.TimeZone}, Stand: refStand(d.Stand),
		State: i.State, Walkin: i.Walkin(), Channel: i.Channel, StartsAt: i.StartsAt.UTC(), EndsAt: i.EndsAt.UTC(),
		StartedAt: i.StartedAt, EndedAt: i.EndedAt, JoinableAt: d.JoinableAt.UTC(), PlannedEnd: d.PlannedEnd.UTC(), Rev: i.Rev,
		Encryption: d.Fair.Rules().Encryption, Awaits: d.Awaits, SoundOnly: i.SoundOnly, Extensions: len(i.Extensions), Adviser: d.Adviser,
		Guests: mapped(i.Guests, func(g fair.Guest) GuestView { return GuestView{g.ID, g.Name} }),
	}
	if i.PhoneAsked != nil && !i.Over() {
		asked := i.PhoneAsked.UTC()
		v.PhoneAsked = &asked
	}
	if d.Offer != nil {
		v.Offer = &OfferRef{d.Offer.ID, d.Offer.Title}
	}
	if o := i.Outcome; o != nil {
		v.Outcome = &OutcomeView{o.Kind, o.Message, o.By, o.At.UTC()}
	}
	v.Proposal, v.Check = viewProposal(i.Proposal), viewCheck(i.Check)
	if i.Recruiter == k.Account {
		if i.Missable() {
			at := d.MissableAt.UTC()
			v.MissableAt = &at
		}
		c := d.Candidate
		v.Role, v.Notes, v.CV = fair.Recruiter, &i.Notes, viewCVCard(d.CV)
		for _, criterion := range d.Fair.Rules().Scorecard {
			v.Scorecard = append(v.Scorecard, ScoreView{criterion.ID, criterion.Label.In(k.lang), i.Scores[criterion.ID]})
		}
		if i.Answering != nil && i.State == fair.InterviewEnded {
			due := i.Answering.Due.UTC()
			v.AnswerDue = &due
		}
		v.With = viewWith(c)
		v.With.Name = s.nameOf(k, d)
		if c.Needs.Any() {
			needs := InterviewNeedsView(c.Needs)
			v.With.Needs, v.With.Extra = &needs, int(d.Extra/time.Minute)
		}
	} else {
		v.Role = fair.Candidate
		v.With = WithView{Name: d.Recruiter.Name, Title: d.Recruiter.Title}
	}
	var err error
	v.Topic, err = s.topic(k, "interview."+string(i.ID))
	return v, err
}

// nameOf is the candidate as the recruiter of an interview reads the name: not at
// all before an anonymous meeting.
func (s *Server) nameOf(k *call, d service.InterviewDetail) string {
	if d.Anonymous {
		return s.Frontend.Locale(string(k.lang)).T("thread.anonymous")
	}
	return d.Candidate.Name
}

// topic is the right of who really asks to follow a topic.
func (s *Server) topic(k *call, name string) (*TopicView, error) {
	grant, err := s.Tokens.Grant(token.Grant{Topic: name, Account: string(k.Self())})
	if err != nil {
		return nil, err
	}
	return &TopicView{name, grant}, nil
}

// occupationLabels names occupations by their ROME codes; one we do not know is
// left out.
func occupationLabels(codes []string) []string {
	var labels []string
	for _, code := range codes {
		if o, known := place.OccupationByCode(code); known {
			labels = append(labels, o.Label)
		}
	}
	return labels
}

// InterviewPath names an interview.
type InterviewPath struct {
	Interview fair.ID `path:"interview"`
}

func (s *Server) getInterview(ctx context.Context, k *call, in *InterviewPath) (*answer[InterviewView], error) {
	d, err := s.Service.Interview(ctx, k.Actor, in.Interview)
	if err != nil {
		return nil, err
	}
	return reply(s.viewInterview(k, d))
}

// changed answers with the interview as it is after a change.
func (s *Server) changed(ctx context.Context, k *call, id fair.ID, err error) (*answer[InterviewView], error) {
	if err != nil {
		return nil, err
	}
	return s.getInterview(ctx, k, &InterviewPath{id})
}

// JoinRequest names the connection; left out, it gets a fresh name.
type JoinRequest struct {
	Peer string `json:"peer,omitempty" pattern:"^[a-z2-7]{26}$" doc:"Used again it replaces the old socket"`
	Able bool   `json:"able,omitempty" doc:"This browser can encrypt end to end, which some fairs require of an interview"`
}

// JoinView is what one needs to enter a room.
type JoinView struct {
	WSURL      string          `json:"ws_url"`
	Token      string          `json:"token"`
	Peer       fair.ID         `json:"peer"`
	ICEServers []ICEServerView `json:"ice_servers"`
	ExpiresAt  time.Time       `json:"expires_at"`
	Encryption fair.Encryption `json:"encryption,omitempty" enum:"off,possible,required" doc:"Of an interview: what the fair wants"`
}

// ICEServerView is an RTCIceServer of WebRTC.
type ICEServerView struct {
	URLs       []string `json:"urls"`
	Username   string   `json:"username,omitempty"`
	Credential string   `json:"credential,omitempty"`
}

// viewJoin signs the decision of service.
func (s *Server) viewJoin(j service.Join, err error) (JoinView, error) {
	if err != nil {
		return JoinView{}, err
	}
	e := j.Entry
	signed, err := s.Tokens.Entry(token.Entry{
		Room: e.Room, Kind: string(e.Kind), Account: string(e.Account), Login: string(e.Login),
		Peer: string(e.Peer), Name: e.Name, Role: string(e.Role), Generation: e.Generation,
		Use: token.ForEntry, ExpiresAt: e.ExpiresAt,
	})
	if err != nil {
		return JoinView{}, err
	}
	return JoinView{
		WSURL: j.WSURL, Token: signed, Peer: e.Peer, ExpiresAt: e.ExpiresAt.UTC(), Encryption: j.Encryption,
		ICEServers: mapped(j.ICE, func(i fair.ICEServer) ICEServerView {
			return ICEServerView{append([]string{}, i.URLs...), i.Username, i.Credential}
		}),
	}, nil
}

func (r *JoinRequest) peer() fair.ID {
	if r == nil {
		return ""
	}
	return fair.ID(r.Peer)
}

func (r *JoinRequest) able() bool { return r != nil && r.Able }

type joinInterviewInput struct {
	InterviewPath
	Body *JoinRequest
}

func (s *Server) joinInterview(ctx context.Context, k *call, in *joinInterviewInput) (*answer[JoinView], error) {
	return reply(s.viewJoin(s.Service.JoinInterview(ctx, k.Actor, in.Interview, in.Body.peer(), in.Body.able())))
}

func (s *Server) startInterview(ctx context.Context, k *call, in *InterviewPath) (*answer[InterviewView], error) {
	_, err := s.Service.StartInterview(ctx, k.Actor, in.Interview)
	return s.changed(ctx, k, in.Interview, err)
}

// OutcomeRequest is what the company answers.
type OutcomeRequest struct {
	Kind    string     `json:"kind" enum:"next,pool,declined,later"`
	Message string     `json:"message,omitempty" maxLength:"600" doc:"To the candidate"`
	By      *time.Time `json:"by,omitempty" doc:"The date of the next step, or of the answer"`
}

func (r OutcomeRequest) outcome() fair.Outcome {
	return fair.Outcome{Kind: fair.OutcomeKind(r.Kind), Message: r.Message, By: r.By}
}

type endInterviewInput struct {
	InterviewPath
	Body *struct {
		Outcome *OutcomeRequest `json:"outcome,omitempty"`
	}
}

func (s *Server) endInterview(ctx context.Context, k *call, in *endInterviewInput) (*answer[InterviewView], error) {
	var outcome *fair.Outcome
	if in.Body != nil && in.Body.Outcome != nil {
		o := in.Body.Outcome.outcome()
		outcome = &o
	}
	_, err := s.Service.EndInterview(ctx, k.Actor, in.Interview, outcome)
	return s.changed(ctx, k, in.Interview, err)
}

type setOutcomeInput struct {
	InterviewPath
	Body OutcomeRequest
}

func (s *Server) setOutcome(ctx context.Context, k *call, in *setOutcomeInput) (*answer[InterviewView], error) {
	_, err := s.Service.SetOutcome(ctx, k.Actor, in.Interview, in.Body.outcome())
	return s.changed(ctx, k, in.Interview, err)
}

func (s *Server) cancelInterview(ctx context.Context, k *call, in *InterviewPath) (*answer[InterviewView], error) {
	_, err := s.Service.CancelInterview(ctx, k.Actor, in.Interview)
	return s.changed(ctx, k, in.Interview, err)
}

type switchChannelInput struct {
	InterviewPath
	Body struct {
		Channel string `json:"channel" enum:"video,phone"`
	}
}

func (s *Server) switchChannel(ctx context.Context, k *call, in *switchChannelInput) (*answer[InterviewView], error) {
	_, err := s.Service.SwitchChannel(ctx, k.Actor, in.Interview, fair.Channel(in.Body.Channel))
	return s.changed(ctx, k, in.Interview, err)
}

// PhoneView is the number of a candidate, for the one recruiter who calls now.
type PhoneView struct {
	Phone string `json:"phone" doc:"E.164"`
}

func (s *Server) revealPhone(ctx context.Context, k *call, in *InterviewPath) (*answer[PhoneView], error) {
	phone, err := s.Service.RevealPhone(ctx, k.Actor, in.Interview)
	return reply(PhoneView{phone}, err)
}

type extendInterviewInput struct {
	InterviewPath
	Body struct {
		PlannedEnd time.Time `json:"planned_end" doc:"The end that is being asked to move; when it was moved meanwhile, nothing happens"`
	}
}

func (s *Server) extendInterview(ctx context.Context, k *call, in *extendInterviewInput) (*answer[InterviewView], error) {
	_, err := s.Service.ExtendInterview(ctx, k.Actor, in.Interview, in.Body.PlannedEnd.UTC())
	return s.changed(ctx, k, in.Interview, err)
}

type setSoundOnlyInput struct {
	InterviewPath
	Body struct {
		SoundOnly bool `json:"sound_only"`
	}
}

func (s *Server) setSoundOnly(ctx context.Context, k *call, in *setSoundOnlyInput) (*answer[InterviewView], error) {
	_, err := s.Service.SetSoundOnly(ctx, k.Actor, in.Interview, in.Body.SoundOnly)
	return s.changed(ctx, k, in.Interview, err)
}

type setScoresInput struct {
	InterviewPath
	Body struct {
		Scores map[string]int `json:"scores" doc:"All ratings, from 1 to 4, by criterion; what is left out is taken back"`
	}
}

func (s *Server) setScores(ctx context.Context, k *call, in *setScoresInput) (*answer[InterviewView], error) {
	err := s.Service.SetScores(ctx, k.Actor, in.Interview, in.Body.Scores)
	return s.changed(ctx, k, in.Interview, err)
}

type setNotesInput struct {
	InterviewPath
	Body struct {
		Notes string `json:"notes" maxLength:"10000"`
	}
}

func (s *Server) setNotes(ctx context.Context, k *call, in *setNotesInput) (*answer[InterviewView], error) {
	err := s.Service.SetNotes(ctx, k.Actor, in.Interview, in.Body.Notes)
	return s.changed(ctx, k, in.Interview, err)
}

func (s *Server) getCalendar(ctx context.Context, k *call, in *InterviewPath) (*calendarFile, error) {
	file, err := s.Service.Calendar(ctx, k.Actor, in.Interview)
	if err != nil {
		return nil, err
	}
	return &calendarFile{"text/calendar; charset=utf-8", `attachment; filename="salon.ics"`, file}, nil
}
