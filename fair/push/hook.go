package push

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	"salon/fair"
)

// shortestKey is the least a hook's key may have, in bytes.
const shortestKey = 16

// Hook hands text messages to a sender of the operator's choice: a POST of
// {"id","to","text"}, signed. It may be used by many goroutines.
type Hook struct {
	url    string
	key    []byte
	clock  func() time.Time
	client *http.Client
}

// NewHook reads the address of a hook, https://salon:KEY@host/path: the key signs
// and is never sent. Only https, or http on the loopback.
func NewHook(address string, clock func() time.Time) (*Hook, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Fragment != "" {
		return nil, errors.New("not the address of a hook, such as https://salon:KEY@sms.example.org/send") // it may hold the key
	}
	if u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
		return nil, errors.New("numbers of people need https; plain http is for the loopback")
	}
	key, given := u.User.Password()
	if !given || len(key) < shortestKey {
		return nil, fmt.Errorf("needs a key of %d characters or more to sign with, as in https://salon:KEY@host", shortestKey)
	}
	u.User = nil
	return &Hook{url: u.String(), key: []byte(key), clock: clock, client: &http.Client{
		Timeout:       sendTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// Text hands one message over. The receiver recognises one sent again by its id,
// which is also in the Idempotency-Key. Salon-Signature is t=UNIX,v1=HEX, the
// HMAC-SHA-256 of "UNIX.BODY" under the key. Errors: Invalid when the receiver
// will never take it (4xx); Unavailable, or one of the network, when another try
// may help.
func (h *Hook) Text(ctx context.Context, id fair.ID, to, text string) error {
	body, err := json.Marshal(struct {
		ID   fair.ID `json:"id"`
		To   string  `json:"to"`
		Text string  `json:"text"`
	}{id, to, text})
	if err != nil {
		return fmt.Errorf("write a text message: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(body))
	if err != nil {
		return errors.New("the hook's address cannot be asked")
	}
	at := strconv.FormatInt(h.clock().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", string(id))
	req.Header.Set("Salon-Signature", "t="+at+",v1="+hex.EncodeToString(Sign(h.key, at, body)))
	res, err := h.client.Do(req)
	if err != nil {
		return fmt.Errorf("hand over a text message: %w", withoutAddress(err))
	}
	_, _ = io.CopyN(io.Discard, res.Body, answerBytes)
	_ = res.Body.Close()
	cause := fmt.Errorf("the hook answers %d", res.StatusCode)
	switch {
	case res.StatusCode >= 200 && res.StatusCode < 300:
		return nil
	case res.StatusCode >= 400 && res.StatusCode < 500 && res.StatusCode != http.StatusTooManyRequests && res.StatusCode != http.StatusRequestTimeout:
		return fair.E(fair.Invalid, "sms.refused").Because(cause)
	}
	return fair.E(fair.Unavailable, "push.away").Because(cause)
}

// Sign is the signature of a body at a time, for both ends of a hook.
func Sign(key []byte, at string, body []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(at + "."))
	mac.Write(body)
	return mac.Sum(nil)
}
