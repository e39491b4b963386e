package service_test

import (
	"testing"

	"salon/fair"
	"salon/fair/service"
)

func TestPapersArePublishedByOrganisersAndReadByAll(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	edit := service.PaperEdit{Fields: map[string]fair.Text{"controller": {FR: "La métropole", EN: "The metropole"}}}
	p, err := h.PublishPaper(ctx, h.boss, h.fair.Slug, fair.PaperPrivacy, edit)
	h.must(err)
	if p.Paper.Version != 1 || p.Paper.PublishedAt != h.clock.Now() {
		t.Errorf("published is %+v", p.Paper)
	}
	_, err = h.PublishPaper(ctx, h.boss, h.fair.Slug, fair.PaperPrivacy, edit) // sent twice
	h.must(err)
	edit.Fields = map[string]fair.Text{"controller": {FR: "La ville"}}
	_, err = h.PublishPaper(ctx, h.boss, h.fair.Slug, fair.PaperPrivacy, edit)
	refused(t, err, fair.Conflict, "edit.stale")
	edit.Version = 1
	_, err = h.PublishPaper(ctx, h.boss, h.fair.Slug, fair.PaperPrivacy, edit)
	h.must(err)
	read, err := h.Paper(ctx, fair.Actor{}, h.fair.Slug, fair.PaperPrivacy)
	h.must(err)
	if read.Paper.Version != 2 || read.Paper.Fields["controller"].FR != "La ville" || len(read.Paper.Past) != 1 {
		t.Errorf("everybody reads %+v", read.Paper)
	}
	_, err = h.PublishPaper(ctx, h.demo(fair.Recruiter, 1), h.fair.Slug, fair.PaperLegal, edit)
	refused(t, err, fair.Forbidden, "not.organiser")
	_, err = h.Papers(ctx, h.demo(fair.Candidate, 1), h.fair.Slug)
	refused(t, err, fair.Forbidden, "not.organiser")
	_, err = h.Paper(ctx, fair.Actor{}, h.fair.Slug, "secrets")
	refused(t, err, fair.NotFound, "paper.unknown")
	if all, err := h.Papers(ctx, h.boss, h.fair.Slug); err != nil || len(all) != 3 {
		t.Errorf("%d papers, %v", len(all), err)
	}
}
