package redisbus

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"salon/signaling"
)

// Embedded is the address of the Redis in the same process.
const Embedded = "embedded"

const (
	noticeChannel = "salon:notices"
	topicChannel  = "salon:topics"

	callTimeout  = 2 * time.Second
	retryPause   = time.Second
	positionLife = 24 * time.Hour // a topic without publications gets a new epoch after this
	fenceLife    = 24 * time.Hour
)

//go:embed lua/*.lua
var sources embed.FS

var (
	presenceScript = script("presence")
	publishScript  = script("publish")
	sinceScript    = script("since")
	raiseScript    = script("raise")
	holdScript     = script("hold")
	releaseScript  = script("release")
	accountScript  = script("account")
	keptScript     = script("kept")
)

func script(name string) *redis.Script {
	text, err := sources.ReadFile("lua/" + name + ".lua")
	if err != nil {
		panic("redisbus: " + err.Error())
	}
	return redis.NewScript(string(text))
}

// Bus is a node's connection to the others. It is safe for concurrent use.
type Bus struct {
	log    *slog.Logger
	node   string        // random: one per Bus
	life   time.Duration // of this node's word about its accounts; shorter in tests
	client *redis.Client
	feed   *redis.PubSub
	server *server // nil unless embedded
}

// Open connects to addr: Embedded, "host:port" or a redis:// or rediss:// URL.
// From then on nothing that others publish is missed. log may be nil.
func Open(ctx context.Context, addr string, log *slog.Logger) (*Bus, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	b := &Bus{log: log, node: random(), life: signaling.PresenceTTL}
	options, err := b.options(addr)
	if err != nil {
		return nil, err
	}
	b.client = redis.NewClient(options)
	b.feed = b.client.Subscribe(ctx, noticeChannel, topicChannel)
	if _, err := b.feed.Receive(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("connect to redis: %w", err), b.Close())
	}
	return b, nil
}

// options says how to connect, starting the embedded server when it is asked for.
func (b *Bus) options(addr string) (*redis.Options, error) {
	o := &redis.Options{Addr: addr}
	switch {
	case addr == Embedded:
		s, err := startServer()
		if err != nil {
			return nil, err
		}
		b.server = s
		o.Addr, o.Password = s.addr, s.password
	case strings.Contains(addr, "://"):
		var err error
		if o, err = redis.ParseURL(addr); err != nil {
			return nil, errors.New("address of redis is not a redis:// URL") // the cause may quote a password
		}
	}
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout = callTimeout, callTimeout, callTimeout
	o.ContextTimeoutEnabled = true
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return o, nil
}

// Close ends the connection, and the embedded server if there is one.
func (b *Bus) Close() error {
	_ = b.feed.Close() // Run may have done it
	err := b.client.Close()
	if b.server != nil {
		b.server.stop()
	}
	return err
}

// Ping reports whether Redis answers.
func (b *Bus) Ping(ctx context.Context) error {
	if err := b.client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("ping redis: %w", err)
	}
	return nil
}

// Run implements signaling.Bus. A broken connection is made again; what was
// published meanwhile shows as a gap in offsets.
func (b *Bus) Run(ctx context.Context, r signaling.Receiver) error {
	// A blocked read does not look at ctx; closing the feed wakes it.
	unhook := context.AfterFunc(ctx, func() { _ = b.feed.Close() })
	defer unhook()
	for {
		m, err := b.feed.ReceiveMessage(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, redis.ErrClosed):
			return fmt.Errorf("receive from redis: %w", err)
		case err != nil:
			b.log.Warn("redis does not deliver", "err", err)
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(retryPause):
			}
		case m.Channel == noticeChannel:
			b.notice(r, m.Payload)
		default:
			b.publication(r, m.Payload)
		}
	}
}

func (b *Bus) notice(r signaling.Receiver, payload string) {
	var n signaling.Notice
	if err := json.Unmarshal([]byte(payload), &n); err != nil {
		b.log.Error("notice not understood", "err", err)
		return
	}
	r.Notice(n)
}

// Tell implements signaling.Bus.
func (b *Bus) Tell(ctx context.Context, n signaling.Notice) error {
	payload, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("encode notice: %w", err)
	}
	if err := b.client.Publish(ctx, noticeChannel, payload).Err(); err != nil {
		return fmt.Errorf("tell other nodes: %w", err)
	}
	return nil
}

// random is 26 characters of [a-z2-7], 130 random bits.
func random() string { return strings.ToLower(rand.Text()) }
