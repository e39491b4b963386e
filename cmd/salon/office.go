package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"salon/fair"
	"salon/fair/mongostore"
	"salon/fair/mongostore/embedded"
	"salon/fair/service"
)

// office is what the commands share that work on the documents without a
// server, as nobody but who runs the machine may.
type office struct{ stores }

// check lists what is wrong with the settings, or answers nil.
func (o office) check() error {
	settings := Config{stores: o.stores}
	return errors.Join(o.checkMongo(), settings.checkData())
}

// do opens the documents, does the work and closes them again.
func (o office) do(ctx context.Context, work func(ctx context.Context, s *service.Service) error) error {
	return o.open(ctx, func(ctx context.Context, _ *mongostore.Store, s *service.Service) error { return work(ctx, s) })
}

// open is do for work on the store itself.
func (o office) open(ctx context.Context, work func(ctx context.Context, store *mongostore.Store, s *service.Service) error) (err error) {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	h := &house{config: Config{stores: o.stores}, log: log, clock: time.Now}
	defer func() { err = errors.Join(err, h.close()) }()
	if err := prepareData(h.config); err != nil {
		return err
	}
	switch err := h.openStore(ctx); {
	case errors.Is(err, embedded.ErrHeld):
		return fmt.Errorf("a server has %s open: stop it, run this again, then start it", o.Data)
	case err != nil:
		return fmt.Errorf("open the documents: %w", err)
	}
	secret := make([]byte, shortestSecret) // signs nothing: no code is sent from here
	if _, err := rand.Read(secret); err != nil {
		return fmt.Errorf("make a secret: %w", err)
	}
	return work(ctx, h.store, service.New(service.Config{Stores: storesOf(h.store), Clock: h.clock, Log: log, Secret: secret}))
}

// grantOrganiser is `salon grant organiser`.
type grantOrganiser struct {
	office
	Mail   string `arg:"" help:"Who, by mail address."`
	Fair   string `required:"" placeholder:"SLUG" help:"The fair, by its slug or id."`
	Called string `placeholder:"NAME" help:"What others call them, where they have no account yet. Guessed from the address when empty."`
}

// Run grants; again, it changes nothing.
func (g *grantOrganiser) Run(ctx context.Context) error {
	if err := errors.Join(g.check(), about("MAIL", service.CheckEmail(g.Mail))); err != nil {
		return fmt.Errorf("%w:\n%w", errAsked, err)
	}
	return g.do(ctx, func(ctx context.Context, s *service.Service) error {
		held, err := findFair(ctx, s, g.Fair)
		if err != nil {
			return err
		}
		return organise(ctx, s, held, g.Mail, g.Called)
	})
}

// organise makes who has the address an organiser, and says so.
func organise(ctx context.Context, s *service.Service, held fair.Fair, mail, called string) error {
	account, err := s.Enrol(ctx, mail, called)
	if err == nil {
		_, err = s.Organise(ctx, held.ID, account.ID)
	}
	if err != nil {
		return fmt.Errorf("make an organiser of %s: %w", held.Slug, err)
	}
	fmt.Printf("%s is an organiser of %s.\n", account.Email, held.Slug)
	return nil
}

// grantAdviser is `salon grant adviser`.
type grantAdviser struct {
	office
	Mail   string `arg:"" help:"Who, by mail address."`
	Called string `placeholder:"NAME" help:"What others call them, where they have no account yet. Guessed from the address when empty."`
}

// Run grants; again, it changes nothing.
func (g *grantAdviser) Run(ctx context.Context) error {
	if err := errors.Join(g.check(), about("MAIL", service.CheckEmail(g.Mail))); err != nil {
		return fmt.Errorf("%w:\n%w", errAsked, err)
	}
	return g.do(ctx, func(ctx context.Context, s *service.Service) error {
		account, err := s.Enrol(ctx, g.Mail, g.Called)
		if err == nil {
			_, err = s.Advise(ctx, account.ID)
		}
		if err != nil {
			return fmt.Errorf("make an adviser: %w", err)
		}
		fmt.Printf("%s is an adviser; candidates who name them give their consent.\n", account.Email)
		return nil
	})
}

// resetFactor is `salon reset factor`.
type resetFactor struct {
	office
	Mail string `arg:"" help:"Who, by mail address. Make sure that it is them who ask."`
}

// Run resets; again, it takes what was set up since.
func (r *resetFactor) Run(ctx context.Context) error {
	if err := errors.Join(r.check(), about("MAIL", service.CheckEmail(r.Mail))); err != nil {
		return fmt.Errorf("%w:\n%w", errAsked, err)
	}
	return r.do(ctx, func(ctx context.Context, s *service.Service) error {
		account, err := s.ResetFactors(ctx, r.Mail)
		if fair.KindOf(err) == fair.NotFound {
			return fmt.Errorf("nobody has the address %s", r.Mail)
		}
		if err != nil {
			return fmt.Errorf("reset a second factor: %w", err)
		}
		fmt.Printf("%s is signed out and sets up a second factor at the next sign-in.\n", account.Email)
		return nil
	})
}

// grantRecruiter is `salon grant recruiter`.
type grantRecruiter struct {
	office
	Mail   string `arg:"" help:"Who, by mail address."`
	Fair   string `required:"" placeholder:"SLUG" help:"The fair, by its slug or id."`
	Stand  string `required:"" placeholder:"SLUG" help:"The stand, by its slug or id."`
	Called string `placeholder:"NAME" help:"The name the stand shows, where they have no account yet. Guessed from the address when empty."`
}

// Run grants; again, it changes nothing.
func (g *grantRecruiter) Run(ctx context.Context) error {
	if err := errors.Join(g.check(), about("MAIL", service.CheckEmail(g.Mail))); err != nil {
		return fmt.Errorf("%w:\n%w", errAsked, err)
	}
	return g.do(ctx, func(ctx context.Context, s *service.Service) error {
		held, err := findFair(ctx, s, g.Fair)
		if err != nil {
			return err
		}
		stand, err := s.Stand(ctx, fair.Actor{}, string(held.ID), g.Stand)
		if fair.KindOf(err) == fair.NotFound {
			return fmt.Errorf("%s has no stand %q; an import of offers makes them, /fairs/%s/stands lists them", held.Slug, g.Stand, held.Slug)
		}
		var account fair.Account
		if err == nil {
			account, err = s.Enrol(ctx, g.Mail, g.Called)
		}
		if err == nil {
			_, err = s.Recruit(ctx, stand.ID, account.ID)
		}
		if err != nil {
			return fmt.Errorf("make a recruiter of %s: %w", g.Stand, err)
		}
		fmt.Printf("%s is a recruiter of %s, stand %d of %s.\n", account.Email, stand.Name, stand.Number, held.Slug)
		return nil
	})
}

func findFair(ctx context.Context, s *service.Service, ref string) (fair.Fair, error) {
	held, err := s.Fair(ctx, fair.Actor{}, ref)
	if fair.KindOf(err) == fair.NotFound {
		return held, fmt.Errorf("there is no fair %q; salon create fair makes one", ref)
	}
	return held, err
}
