package web_test

import (
	"context"
	"strings"

	"salon/fair"
	"salon/fair/service"
)

func (d *double) cv() fair.CV {
	chosen := noon
	return fair.CV{
		ID: id("cv"), Candidate: candID, Kept: true, Place: 1, Key: "upload", Name: "Mon CV.pdf", Format: fair.PDF, State: fair.CVReady,
		Size: 12, Parts: []fair.CVPart{{File: id("file"), Size: 12, Hash: []byte("hash-of-a-token")}}, At: noon, ChosenAt: &chosen,
	}
}

func (d *double) cvFile() service.CVFile {
	return service.CVFile{Name: "CV Camille \"Fiction\"\r\nX-Evil: 1.pdf", Type: fair.PDF.Type(), Size: 12, Content: strings.NewReader("%PDF-1.4 ...")}
}

func (d *double) MyCVs(context.Context, fair.Actor) ([]fair.CV, error) {
	return []fair.CV{d.cv()}, d.ask("MyCVs")
}
func (d *double) BeginCV(context.Context, fair.Actor, service.CVBegin) (fair.CV, error) {
	return d.cv(), d.ask("BeginCV")
}
func (d *double) ReceiveCV(context.Context, fair.Actor, fair.ID, int64, []byte) (fair.CV, error) {
	return d.cv(), d.ask("ReceiveCV")
}
func (d *double) FinishCV(context.Context, fair.Actor, fair.ID) (fair.CV, error) {
	return d.cv(), d.ask("FinishCV")
}
func (d *double) ChooseCV(context.Context, fair.Actor, fair.ID) (fair.CV, error) {
	return d.cv(), d.ask("ChooseCV")
}
func (d *double) DeleteCV(context.Context, fair.Actor, fair.ID) error { return d.ask("DeleteCV") }
func (d *double) MyCV(context.Context, fair.Actor, fair.ID) (service.CVFile, error) {
	return d.cvFile(), d.ask("MyCV")
}
func (d *double) ApplicationCV(context.Context, fair.Actor, fair.ID) (service.CVFile, error) {
	return d.cvFile(), d.ask("ApplicationCV")
}
func (d *double) TicketCV(context.Context, fair.Actor, fair.ID) (service.CVFile, error) {
	return d.cvFile(), d.ask("TicketCV")
}
func (d *double) InterviewCV(context.Context, fair.Actor, fair.ID) (service.CVFile, error) {
	return d.cvFile(), d.ask("InterviewCV")
}

func (d *double) Shares(context.Context, fair.Actor) ([]service.Share, error) {
	return []service.Share{{
		Stand: d.stand(), Fair: d.theFair(), Why: fair.NounApplication, Object: applyID, Since: noon, Named: true,
		CV: &service.CVCard{Format: fair.PDF, Size: 12, Since: noon},
	}}, d.ask("Shares")
}
