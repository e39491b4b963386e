package push

import (
	"context"
	"crypto/ecdh"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/SherClockHolmes/webpush-go"

	"salon/fair"
)

// Times and sizes of a delivery.
const (
	sendTime    = 10 * time.Second // for one device, all told
	longestKeep = 24 * time.Hour   // a push service need not try longer
	answerBytes = 4 << 10          // of an answer that are read, to use the connection again
	longestBody = 3000             // of a notification; services take 4,096 bytes encrypted (RFC 8030, 7.2)
	idle        = 90 * time.Second // a connection to a push service is kept so long
	tries       = 8                // to make a key: each fails once in four thousand million
)

// Notification is one notification.
type Notification struct {
	Topic  fair.ID       // a later one of the same topic takes its place while it waits
	Body   []byte        // at most 3,000 bytes
	Keep   time.Duration // how long the push service may try
	Urgent bool          // also on a device that saves its battery
}

// Sender sends notifications. It may be used by many goroutines.
type Sender struct {
	private, public string // the signing key, base64url
	contact         string // whom a push service writes to, an address
	client          *http.Client
}

// Option changes a Sender; for tests.
type Option func(*Sender)

// Through has everything sent by that client, which then decides where
// connections may lead.
func Through(c *http.Client) Option { return func(s *Sender) { s.client = c } }

// New returns a Sender that signs with a key made of seed, 32 random bytes, and
// gives contact, a mail address, to push services.
func New(seed []byte, contact string, options ...Option) (*Sender, error) {
	if len(seed) != 32 {
		return nil, fmt.Errorf("make the key of notifications: a seed of %d bytes, want 32", len(seed))
	}
	key, err := keyOf(seed)
	if err != nil {
		return nil, err
	}
	s := &Sender{
		private: base64.RawURLEncoding.EncodeToString(key.Bytes()),
		public:  base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes()),
		contact: contact,
		client:  guarded(),
	}
	for _, o := range options {
		o(s)
	}
	return s, nil
}

// keyOf makes a key on P-256. Not every number is one.
func keyOf(seed []byte) (*ecdh.PrivateKey, error) {
	for range tries {
		if key, err := ecdh.P256().NewPrivateKey(seed); err == nil {
			return key, nil
		}
		next := sha256.Sum256(seed)
		seed = next[:]
	}
	return nil, errors.New("make the key of notifications: no luck with this seed")
}

// Key is the public key browsers subscribe with, base64url.
func (s *Sender) Key() string { return s.public }

// Push sends to one device. Errors: Gone when it takes none any more; Invalid
// when this will never be taken; Unavailable, or one of the network, when
// another try may help.
func (s *Sender) Push(ctx context.Context, d fair.Device, n Notification) error {
	if len(n.Body) > longestBody {
		return fmt.Errorf("push: %d bytes are too many", len(n.Body))
	}
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	urgency := webpush.UrgencyNormal
	if n.Urgent {
		urgency = webpush.UrgencyHigh
	}
	res, err := webpush.SendNotificationWithContext(ctx, n.Body, &webpush.Subscription{
		Endpoint: d.Endpoint, Keys: webpush.Keys{P256dh: d.P256dh, Auth: d.Auth},
	}, &webpush.Options{
		HTTPClient: s.client, Subscriber: s.contact, VAPIDPublicKey: s.public, VAPIDPrivateKey: s.private,
		Topic: string(n.Topic), TTL: int(min(max(n.Keep, 0), longestKeep) / time.Second), Urgency: urgency,
	})
	if errors.Is(err, errNotPublic) {
		return fair.E(fair.Invalid, "device.endpoint").Because(err)
	}
	if err != nil {
		return fmt.Errorf("push to a device: %w", withoutAddress(err))
	}
	_, _ = io.CopyN(io.Discard, res.Body, answerBytes) // whatever it says, its status counts
	_ = res.Body.Close()
	return verdict(res.StatusCode)
}

// verdict says what the status of a push service means (RFC 8030, 5 and 7.3).
func verdict(status int) error {
	cause := fmt.Errorf("the push service answers %d", status)
	switch {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusNotFound || status == http.StatusGone:
		return fair.E(fair.Gone, "device.unknown").Because(cause)
	case status == http.StatusTooManyRequests || status >= 500:
		return fair.E(fair.Unavailable, "push.away").Because(cause)
	}
	return fair.E(fair.Invalid, "device.endpoint").Because(cause)
}

// withoutAddress takes the address out of an error of the network: an endpoint
// is a secret of its owner and has no place in a log.
func withoutAddress(err error) error {
	var op *net.OpError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.As(err, &op):
		return fmt.Errorf("%s failed", op.Op)
	}
	return errors.New("no answer")
}
