package service

import (
	"context"
	"time"

	"salon/fair"
)

// InterviewDetail is an interview with what its two parties may know of it.
type InterviewDetail struct {
	Interview fair.Interview // Notes emptied for the candidate
	Fair      fair.Fair
	Stand     fair.Stand
	Offer     *fair.Offer
	Recruiter fair.Host
	Candidate CandidateCard
}

// CandidateCard is what the recruiter of an interview sees of the candidate.
type CandidateCard struct {
	Account      fair.ID
	Name         string
	Headline     string
	About        string
	Occupations  []string
	Commune      string
	Availability string
	HasPhone     bool
}

// Join is what one needs to enter a room.
type Join struct {
	WSURL string
	Entry fair.Entry
	ICE   []fair.ICEServer
}

// MyInterviews lists the actor's interviews, candidate and recruiter alike, by
// time.
func (s *Service) MyInterviews(ctx context.Context, a fair.Actor, from, to time.Time) ([]InterviewDetail, error) {
	return nil, errUnbuilt
}

// Interview shows one. Errors: NotFound for everybody but its two parties.
func (s *Service) Interview(ctx context.Context, a fair.Actor, id fair.ID) (InterviewDetail, error) {
	return InterviewDetail{}, errUnbuilt
}

// JoinInterview lets a party into the room, from 15 minutes before the start.
// Errors: NotFound; Conflict "interview.phone"; Conflict "interview.early";
// Gone "interview.ended".
func (s *Service) JoinInterview(ctx context.Context, a fair.Actor, id fair.ID, peer fair.ID) (Join, error) {
	return Join{}, errUnbuilt
}

// StartInterview is the recruiter's button for a phone interview; a video
// interview starts when both are in the room.
func (s *Service) StartInterview(ctx context.Context, a fair.Actor, id fair.ID) (fair.Interview, error) {
	return fair.Interview{}, errUnbuilt
}

// EndInterview ends it, with an outcome if one is given. Only the recruiter.
func (s *Service) EndInterview(ctx context.Context, a fair.Actor, id fair.ID, o *fair.Outcome) (fair.Interview, error) {
	return fair.Interview{}, errUnbuilt
}

// SetOutcome writes or replaces the answer after the end.
func (s *Service) SetOutcome(ctx context.Context, a fair.Actor, id fair.ID, o fair.Outcome) (fair.Interview, error) {
	return fair.Interview{}, errUnbuilt
}

// CancelInterview frees the slot and tells the other side. Either party.
func (s *Service) CancelInterview(ctx context.Context, a fair.Actor, id fair.ID) (fair.Interview, error) {
	return fair.Interview{}, errUnbuilt
}

// SwitchChannel changes how the two meet. To phone: the candidate needs a
// number; either party may ask.
func (s *Service) SwitchChannel(ctx context.Context, a fair.Actor, id fair.ID, c fair.Channel) (fair.Interview, error) {
	return fair.Interview{}, errUnbuilt
}

// RevealPhone shows the candidate's number to the recruiter of a live phone
// interview, and writes that down. Errors: NotFound, Conflict
// "interview.notlive".
func (s *Service) RevealPhone(ctx context.Context, a fair.Actor, id fair.ID) (string, error) {
	return "", errUnbuilt
}

// SetNotes keeps the recruiter's own notes.
func (s *Service) SetNotes(ctx context.Context, a fair.Actor, id fair.ID, notes string) error {
	return errUnbuilt
}

// Calendar is the interview as an iCalendar file for the actor.
func (s *Service) Calendar(ctx context.Context, a fair.Actor, id fair.ID) ([]byte, error) {
	return nil, errUnbuilt
}
