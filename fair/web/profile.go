package web

import (
	"context"
	"time"

	"salon/fair"
	"salon/fair/place"
	"salon/fair/service"
)

// profiles is what this package asks of service about what stands may read.
type profiles interface {
	Shares(ctx context.Context, a fair.Actor) ([]service.Share, error)
}

// profileRoutes are those of a profile and of the words it is made of.
func (s *Server) profileRoutes() {
	register(s, "GET /me/shares", "myShares", "What the stands may read of one now, and why", s.myShares)
	register(s, "GET /occupations", "findOccupations", "Occupations of ROME whose titles begin like this", s.findOccupations)
	register(s, "GET /communes", "findCommunes", "Communes whose name or postcode begins like this", s.findCommunes)
}

// InterviewNeedsView is what somebody needs for an interview.
type InterviewNeedsView struct {
	Captions    bool `json:"captions"`
	Interpreter bool `json:"interpreter"`
	ExtraTime   bool `json:"extra_time"`
}

// ShareView is what one stand may read of one, and why.
type ShareView struct {
	Stand   StandRef    `json:"stand"`
	Fair    FairRef     `json:"fair"`
	Why     fair.Noun   `json:"why" enum:"application,ticket,interview,thread"`
	Object  fair.ID     `json:"object"`
	Since   time.Time   `json:"since"`
	Named   bool        `json:"named" doc:"It knows the name"`
	CV      *CVCardView `json:"cv,omitempty"`
	Needs   bool        `json:"needs" doc:"Its recruiter sees what is needed for the interview"`
	ByPhone bool        `json:"by_phone" doc:"Its recruiter may ask for the number during the interview"`
}

func (s *Server) myShares(ctx context.Context, k *call, _ *struct{}) (*answer[List[ShareView]], error) {
	found, err := s.Service.Shares(ctx, k.Actor)
	return reply(all(mapped(found, func(sh service.Share) ShareView {
		return ShareView{
			refStand(sh.Stand), FairRef{sh.Fair.Slug, sh.Fair.Name.In(k.lang), sh.Fair.TimeZone}, sh.Why, sh.Object, sh.Since.UTC(),
			sh.Named, viewCVCard(sh.CV), sh.Needs, sh.ByPhone,
		}
	})), err)
}

// completed is how many completions are answered.
const completed = 8

type completeInput struct {
	Q string `query:"q" maxLength:"60" doc:"What was typed so far"`
}

// OccupationRef is an occupation by its code.
type OccupationRef struct {
	Code  string `json:"code"`
	Label string `json:"label"`
}

func (s *Server) findOccupations(_ context.Context, _ *call, in *completeInput) (*answer[List[OccupationRef]], error) {
	found := place.FindOccupations(in.Q)
	return reply(all(mapped(found[:min(len(found), completed)], func(o place.Occupation) OccupationRef { return OccupationRef{o.Code, o.Label} })), nil)
}

// CommuneRef is a commune by its INSEE code.
type CommuneRef struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

func (s *Server) findCommunes(_ context.Context, _ *call, in *completeInput) (*answer[List[CommuneRef]], error) {
	found := place.FindCommune(in.Q)
	return reply(all(mapped(found[:min(len(found), completed)], func(c place.Commune) CommuneRef { return CommuneRef{c.INSEE, c.Name} })), nil)
}

// viewWith is what a stand sees of a candidate: what the person wrote for
// recruiters, and neither address nor number.
func viewWith(c service.CandidateCard) WithView {
	return WithView{
		Name: c.Name, Headline: c.Headline, About: c.About, Occupations: occupationLabels(c.Occupations), Availability: c.Availability,
		Skills: c.Skills, Contracts: c.Contracts, Languages: c.Languages, Place: mobility(c.Commune), Radius: c.Radius, HasPhone: c.HasPhone,
	}
}

// mobility is the name of a commune.
func mobility(insee string) string {
	if c, known := place.CommuneByINSEE(insee); known {
		return c.Name
	}
	return ""
}

// viewProfile is one's own profile.
func viewProfile(p fair.Profile) ProfileView {
	v := ProfileView{
		Headline: p.Headline, About: p.About, Occupations: append([]string{}, p.Occupations...), OccupationLabels: append([]string{}, occupationLabels(p.Occupations)...),
		Commune: p.Commune, CommuneName: mobility(p.Commune), Radius: p.Radius, Availability: p.Availability, Phone: p.Phone,
		Skills: append([]string{}, p.Skills...), Contracts: append([]string{}, p.Contracts...), Languages: append([]string{}, p.Languages...),
		Needs: InterviewNeedsView(p.Needs), ShowCV: !p.HideCV,
	}
	return v
}

// SearchRequest changes what one looks for and needs.
type SearchRequest struct {
	Skills    *[]string           `json:"skills,omitempty" maxItems:"20"`
	Contracts *[]string           `json:"contracts,omitempty" maxItems:"6"`
	Languages *[]string           `json:"languages,omitempty" maxItems:"12"`
	Radius    *int                `json:"radius,omitempty" doc:"Kilometres around the commune"`
	Needs     *InterviewNeedsView `json:"needs,omitempty" doc:"Shown to the recruiter of an interview to come or under way, and to nobody else"`
	ShowCV    *bool               `json:"show_cv,omitempty" doc:"Whether stands where one takes a place read the current CV"`
}

func (r SearchRequest) edit() service.SearchEdit {
	e := service.SearchEdit{Skills: r.Skills, Contracts: r.Contracts, Languages: r.Languages, Radius: r.Radius}
	if r.Needs != nil {
		needs := fair.InterviewNeeds(*r.Needs)
		e.Needs = &needs
	}
	if r.ShowCV != nil {
		e.HideCV = new(!*r.ShowCV)
	}
	return e
}
