package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/x/mongo/driver/connstring"

	"salon/cmd/apispec/spec"
	"salon/fair"
	"salon/fair/clamd"
	"salon/fair/demo"
	"salon/fair/filestore"
	"salon/fair/issuer"
	"salon/fair/live"
	"salon/fair/mail"
	"salon/fair/mongostore"
	"salon/fair/mongostore/embedded"
	"salon/fair/push"
	"salon/fair/search"
	"salon/fair/service"
	"salon/fair/web"
	"salon/frontend"
	"salon/media"
	"salon/signaling"
	"salon/signaling/redisbus"
	"salon/signaling/token"
	"salon/signaling/ws"
)

// house is a server's parts, each standing on those above it in this list.
type house struct {
	config   Config
	log      *slog.Logger
	clock    func() time.Time
	draining *atomic.Bool // nobody new is let in
	filling  *atomic.Bool // a demo is being filled

	secret  []byte
	store   *mongostore.Store
	scrub   func(context.Context) error // of the embedded engine; nil with a server
	index   *search.Index
	release int64 // revision of the occupations in use; owned by followOccupations once it runs
	bus     *redisbus.Bus
	media   *media.Engine
	relay   *media.TURN // nil when off
	files   service.Files
	scanner service.Scanner // nil when off
	live    *live.Live
	tokens  *token.Signer
	service *service.Service
	hub     *signaling.Hub
	ws      *ws.Server
	web     *web.Server
	tallies *tallies
	metrics *prometheus.Registry

	closers []func() error // in the order of opening
}

// onClose notes how to let go of a part.
func (h *house) onClose(let func() error) { h.closers = append(h.closers, let) }

// close lets go of every part, the last first.
func (h *house) close() error {
	var failed []error
	for _, let := range slices.Backward(h.closers) {
		failed = append(failed, let())
	}
	h.closers = nil
	return errors.Join(failed...)
}

func (h *house) openData(context.Context) (err error) {
	if err := prepareData(h.config); err != nil {
		return err
	}
	h.secret, err = readSecret(h.config)
	return err
}

// database is the name of our database where the URL names none.
const database = "salon"

func (h *house) openStore(ctx context.Context) error {
	name := database
	var how *options.ClientOptions
	if h.config.Mongo == inside {
		engine, err := embedded.Open(filepath.Join(h.config.Data, "salon.db"), embedded.Options{Logger: h.log})
		if err != nil {
			return err
		}
		h.onClose(engine.Close)
		h.scrub, how = engine.Scrub, engine.ClientOptions()
	} else {
		address, err := connstring.ParseAndValidate(h.config.Mongo)
		if err != nil {
			return errors.New("SALON_MONGO is not a MongoDB URL") // the cause may quote a password
		}
		if address.Database != "" {
			name = address.Database
		}
		how = options.Client().ApplyURI(h.config.Mongo)
	}
	client, err := mongo.Connect(ctx, how)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	h.onClose(func() error {
		ctx, cancel := context.WithTimeout(context.Background(), leaveTime)
		defer cancel()
		return client.Disconnect(ctx)
	})
	h.store = mongostore.New(client.Database(name), h.clock)
	return h.store.Migrate(ctx)
}

// fillBatch is how many offers are read at once to fill the index.
const fillBatch = 200

// openIndex fills the offer index from the store: it is in memory. Versions until
// the first release kept one on disk, which is of no more use.
func (h *house) openIndex(ctx context.Context) error {
	if err := os.RemoveAll(filepath.Join(h.config.Data, "offers.index")); err != nil {
		return fmt.Errorf("remove the old offer index: %w", err)
	}
	h.index = search.New()
	return h.eachOpenOffer(ctx, func(o fair.Offer) error { return h.index.Put(ctx, o) })
}

func (h *house) eachOpenOffer(ctx context.Context, do func(fair.Offer) error) error {
	fairs, err := h.store.Fairs.List(ctx)
	if err != nil {
		return err
	}
	for _, f := range fairs {
		for after := fair.ID(""); ; {
			offers, err := h.store.Offers.OpenAfter(ctx, f.ID, after, fillBatch)
			if err != nil {
				return err
			}
			for _, o := range offers {
				if err := do(o); err != nil {
					return err
				}
				after = o.ID
			}
			if len(offers) < fillBatch {
				break
			}
		}
	}
	return nil
}

func (h *house) openBus(ctx context.Context) (err error) {
	if h.bus, err = redisbus.Open(ctx, h.config.Redis, h.log); err == nil {
		h.onClose(h.bus.Close)
	}
	return err
}

func (h *house) openMedia(context.Context) (err error) {
	tcp := h.config.MediaTCP
	if tcp == off {
		tcp = ""
	}
	h.media, err = media.New(media.Config{
		UDPAddr: h.config.MediaUDP, TCPAddr: tcp, PublicIP: h.config.MediaIP,
		Loopback: loopback(h.config.Addr), Logger: h.log,
	})
	if err == nil {
		h.onClose(h.media.Close)
	}
	return err
}

func (h *house) openRelay(context.Context) (err error) {
	if h.config.TURN == off {
		return nil
	}
	relay := media.TURNConfig{
		Addr: h.config.TURN, PublicIP: h.config.MediaIP, Media: h.media.Addresses(),
		Secret: derive(h.secret, "relay"), Logger: h.log,
	}
	if h.config.TURNTLS != off {
		relay.TLSAddr, relay.TLSName = h.config.TURNTLS, h.config.TURNName
		relay.Certificate = newCertificate(h.config.TURNCert, h.config.TURNKey, h.log).get
	}
	h.relay, err = media.NewTURN(relay)
	if err == nil {
		h.onClose(h.relay.Close)
	}
	return err
}

// openFiles opens the store of what people upload, and the scanner of it.
func (h *house) openFiles(context.Context) error {
	if h.config.Clamd != "" {
		s, err := clamd.New(h.config.Clamd)
		if err != nil {
			return err
		}
		h.scanner = s
	}
	if h.config.Files != "" {
		bucket, err := filestore.OpenS3(h.config.Files, nil)
		h.files = bucket
		return err
	}
	disk, err := filestore.OpenDisk(filepath.Join(h.config.Data, "files"))
	if err != nil {
		return err
	}
	h.files = disk
	h.onClose(disk.Close)
	return nil
}

// makeService makes the use cases. They and the hub call each other through
// live, which makeHub connects once both are there.
func (h *house) makeService(context.Context) (err error) {
	if h.live, err = live.New(h.config.URL); err != nil {
		return err
	}
	mailer, from, err := h.mailer()
	if err != nil {
		return err
	}
	locales, err := frontend.Locales()
	if err != nil {
		return err
	}
	compose, err := mail.NewComposer(locales, h.config.URL, from)
	if err != nil {
		return err
	}
	notifications, err := push.New(derive(h.secret, "notifications"), from)
	if err != nil {
		return err
	}
	kept := storesOf(h.store)
	kept.Slots = countedSlots{h.store.Slots, h.tallies.bookings}
	h.service = service.New(service.Config{
		Stores:   kept,
		Notifier: h.live,
		Rooms:    h.live,
		Presence: h.live,
		ICE:      relays{h.relay, h.clock},
		Mailer:   countedMailer{mailer, h.tallies.mails},
		Composer: composer{compose},
		Index:    h.index,
		Files:    h.files,
		Scanner:  h.scanner,
		Pusher:   pusher{notifications},
		Places:   places{},
		Clock:    h.clock,
		Log:      h.log,
		Site:     h.config.URL,
		Secret:   derive(h.secret, "codes"),
		Demo:     h.config.Demo,
		Scrub:    h.scrub,
	})
	if h.config.SMSHook != "" {
		if h.service.Texter, err = push.NewHook(h.config.SMSHook, h.clock); err != nil {
			return err
		}
	}
	known, err := h.config.issuers()
	if err != nil {
		return err
	}
	if len(known) > 0 {
		h.service.Issuers = issuer.New(known, h.clock)
	}
	if h.config.Demo {
		h.service.DemoAccount = demo.Account
	}
	return nil
}

// storesOf names the stores in the words of the use cases.
func storesOf(s *mongostore.Store) service.Stores {
	return service.Stores{
		Accounts: s.Accounts, Persons: s.Persons, Logins: s.Logins, Codes: s.Codes, Fairs: s.Fairs,
		Credentials: s.Credentials, Ceremonies: s.Ceremonies, Quotas: s.Quotas, Invitations: s.Invitations, Keys: s.Keys, Addresses: s.Addresses,
		Companies: s.Companies, Stands: s.Stands, Offers: s.Offers, Slots: s.Slots, SlotRules: s.SlotRules, Draws: s.Draws, Wishes: s.Wishes, Interviews: s.Interviews, Standbys: s.Standbys,
		Webconferences: s.Webconferences, Tickets: s.Tickets, Lines: s.Lines, Threads: s.Threads, Applications: s.Applications, Favourites: s.Favourites,
		Pockets: s.Pockets, CVs: s.CVs, Imports: s.Imports, Watches: s.Watches, Companions: s.Companions, Mails: s.Mails, Audits: s.Audits, Reports: s.Reports, Papers: s.Papers, Erasures: s.Erasures, Effects: s.Effects,
	}
}

// mailer is who hands messages over, and the address they come from.
func (h *house) mailer() (service.Mailer, string, error) {
	if h.config.Demo {
		return mail.Outbox{}, "salon@demo.salon.invalid", nil
	}
	s, err := mail.NewSMTP(h.config.SMTP)
	if err != nil {
		return nil, "", fmt.Errorf("SALON_SMTP: %w", err)
	}
	return s, s.From(), nil
}

func (h *house) makeHub(context.Context) (err error) {
	if h.tokens, err = token.New(derive(h.secret, "tokens"), h.clock); err != nil {
		return err
	}
	h.hub = signaling.New(signaling.Config{
		Media: h.media, Tokens: ws.Tokens(h.tokens), Gate: h.live, Observer: h.live, Bus: h.bus, Log: h.log, Clock: h.clock, Measured: h.tallies.measured,
	})
	h.live.Connect(h.service, h.hub)
	h.ws, err = ws.New(ws.Config{Hub: h.hub, Authenticator: doorkeeper{h.service}, Origins: []string{h.config.URL}, Log: h.log})
	return err
}

func (h *house) makeWeb(ctx context.Context) error {
	site, err := frontend.NewSite()
	if err != nil {
		return err
	}
	if !frontend.Built() {
		h.log.Warn("frontend is not built: pages say to run make")
	}
	proxies, err := h.config.proxies()
	if err != nil {
		return err
	}
	h.web, err = web.New(web.Config{
		Service: h.service, Frontend: site, Tokens: h.tokens, URL: h.config.URL, Log: h.log, Clock: h.clock,
		Demo: h.config.Demo, TrustedProxies: proxies, KeepPages: time.Second, Ready: h.faults, Answered: h.tallies.answered,
	})
	if err != nil {
		return err
	}
	spec.AddMessages(h.web.API())
	h.ws.Mount(context.WithoutCancel(ctx), h.web.App())
	h.web.Seal()
	return nil
}
