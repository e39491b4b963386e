package service

import (
	"context"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// paperStore keeps the texts an organiser answers for.
type paperStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Paper, error)
	Insert(ctx context.Context, p fair.Paper) error
	Save(ctx context.Context, p fair.Paper) (fair.Paper, error)
}

// PaperOf is a paper with the fair it is of. Version is 0 when its organiser has
// published none.
type PaperOf struct {
	Fair  fair.Fair
	Paper fair.Paper
}

// Paper shows one to everybody. Errors: NotFound.
func (s *Service) Paper(ctx context.Context, a fair.Actor, fairRef string, kind fair.PaperKind) (PaperOf, error) {
	f, err := s.Fair(ctx, a, fairRef)
	if err == nil && !slices.Contains(fair.PaperKinds(), kind) {
		err = fair.E(fair.NotFound, "paper.unknown")
	}
	if err != nil {
		return PaperOf{}, err
	}
	p, err := s.Stores.Papers.Get(ctx, fair.PaperID(f.ID, kind))
	if notFound(err) {
		p, err = fair.Paper{ID: fair.PaperID(f.ID, kind), Fair: f.ID, Kind: kind}, nil
	}
	if err != nil {
		return PaperOf{}, fmt.Errorf("read a paper of fair %s: %w", f.ID, err)
	}
	return PaperOf{f, p}, nil
}

// Papers lists all of a fair, those not published yet too. Only its organisers.
func (s *Service) Papers(ctx context.Context, a fair.Actor, fairRef string) ([]PaperOf, error) {
	if _, err := s.organised(ctx, a, fairRef); err != nil {
		return nil, err
	}
	var list []PaperOf
	for _, kind := range fair.PaperKinds() {
		p, err := s.Paper(ctx, a, fairRef, kind)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// PaperEdit is a paper as it shall be, decided on that version.
type PaperEdit struct {
	State   fair.Conformity
	Fields  map[string]fair.Text
	Version int
}

// PublishPaper publishes another edition. Only the fair's organisers. Errors:
// Invalid; Conflict "edit.stale" when another one came between.
func (s *Service) PublishPaper(ctx context.Context, a fair.Actor, fairRef string, kind fair.PaperKind, e PaperEdit) (PaperOf, error) {
	f, err := s.organised(ctx, a, fairRef)
	if err != nil {
		return PaperOf{}, err
	}
	was, err := s.Paper(ctx, a, string(f.ID), kind)
	if err != nil {
		return PaperOf{}, err
	}
	now := s.now()
	next, err := was.Paper.Publish(e.State, e.Fields, now)
	switch {
	case err != nil:
		return PaperOf{}, err
	case next.Version == was.Paper.Version: // nothing new
		return was, nil
	case e.Version != was.Paper.Version:
		return PaperOf{}, fair.E(fair.Conflict, "edit.stale")
	case was.Paper.Version == 0:
		next.Meta = meta(now, time.Time{})
		if err = s.Stores.Papers.Insert(ctx, next); fair.KindOf(err) == fair.Conflict {
			err = fair.E(fair.Conflict, "edit.stale")
		}
	default:
		next, err = s.Stores.Papers.Save(ctx, next)
	}
	if err != nil {
		return PaperOf{}, fmt.Errorf("publish a paper of fair %s: %w", f.ID, err)
	}
	err = s.Stores.Audits.Record(ctx, fair.AuditEntry{
		ID: fair.DeriveID("paper published", string(next.ID), fmt.Sprint(next.Version)), At: now, Account: a.Account,
		Action: "paper.published", Object: next.ID, Fair: f.ID, Meta: meta(now, now.Add(keepAudit)),
	})
	return PaperOf{f, next}, err
}
