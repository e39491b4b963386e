// Package client calls the API of a Salon from a program: the commands
// `salon sign-in`, `salon import` and `salon export`, the demo that fills
// itself, and the load generator. It knows HTTP and JSON only, nothing of the
// house's types: it sees what any other client of the API sees.
//
// A Client holds no state beside its settings and may be used by many
// goroutines. It asks again only where that is safe and said to help: after a
// 429 or 503 that names a delay, up to the deadline of the caller's context.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Bounds of one request.
const (
	requestTime   = 30 * time.Second
	longestAnswer = 16 << 20 // bytes
	attempts      = 3
	longestWait   = 10 * time.Second // of one Retry-After
)

// Client speaks to one server as one account, or as nobody.
type Client struct {
	base  string
	token string
	lang  string
	http  *http.Client
}

// New returns a Client of the server at base (https://salon.example.org), with
// the bearer token of an account or "". lang is the language of messages.
func New(base, token, lang string) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%q is not the address of a server, such as https://salon.example.org", base)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	return &Client{
		base:  strings.TrimSuffix(base, "/") + "/api/v1",
		token: token,
		lang:  lang,
		http:  &http.Client{Timeout: requestTime, Transport: transport},
	}, nil
}

// As returns a Client of the same server for another account.
func (c *Client) As(token string) *Client {
	other := *c
	other.token = token
	return &other
}

// Problem is a refusal of the server (RFC 9457). Detail is a sentence for people.
type Problem struct {
	Status    int    `json:"status"`
	Code      string `json:"code"`
	Detail    string `json:"detail"`
	Field     string `json:"field"`
	RequestID string `json:"request_id"`
	Next      []Seat `json:"next"` // free slots, where the one asked for was taken
}

// Seat is a slot somebody could book.
type Seat struct {
	ID       string   `json:"id"`
	Channels []string `json:"channels"`
}

// Error says what the server said.
func (p *Problem) Error() string {
	text := p.Detail
	if text == "" {
		text = http.StatusText(p.Status)
	}
	if p.Field != "" {
		text += " (" + p.Field + ")"
	}
	return fmt.Sprintf("%d %s: %s", p.Status, p.Code, text)
}

// Call makes one request below /api/v1 and decodes the answer into out, if that
// is not nil. header may be nil. Errors: *Problem for a refusal.
func (c *Client) Call(ctx context.Context, method, path string, header http.Header, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return fmt.Errorf("%s %s: %w", method, path, err)
		}
	}
	return c.send(ctx, method, path, header, "application/json", body, out)
}

// send is Call with a body of any type, nil for none.
func (c *Client) send(ctx context.Context, method, path string, header http.Header, kind string, body []byte, out any) error {
	for attempt := 1; ; attempt++ {
		wait, err := c.once(ctx, method, path, header, kind, body, out)
		if err == nil || wait <= 0 || attempt == attempts {
			return err
		}
		if err := pause(ctx, min(wait, longestWait)); err != nil {
			return fmt.Errorf("%s %s: %w", method, path, err)
		}
	}
}

// once makes the request; with an error that may pass, it says how long to wait.
func (c *Client) once(ctx context.Context, method, path string, header http.Header, kind string, body []byte, out any) (time.Duration, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return 0, fmt.Errorf("%s %s: %w", method, path, err)
	}
	if header != nil {
		request.Header = header.Clone()
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Accept-Language", c.lang)
	if body != nil {
		request.Header.Set("Content-Type", kind)
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return 0, fmt.Errorf("%s %s: %w", method, path, err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, longestAnswer))
	if err != nil {
		return 0, fmt.Errorf("read the answer to %s %s: %w", method, path, err)
	}
	if response.StatusCode >= 300 {
		return retryAfter(response), problemOf(response.StatusCode, content)
	}
	if out == nil {
		return 0, nil
	}
	if err := json.Unmarshal(content, out); err != nil {
		return 0, fmt.Errorf("understand the answer to %s %s: %w", method, path, err)
	}
	return 0, nil
}

func problemOf(status int, content []byte) *Problem {
	p := &Problem{}
	if json.Unmarshal(content, p) != nil || p.Code == "" {
		p = &Problem{Code: "http", Detail: "the answer is not one of this API: is the address right?"}
	}
	p.Status = status
	return p
}

func retryAfter(response *http.Response) time.Duration {
	if response.StatusCode != http.StatusTooManyRequests && response.StatusCode != http.StatusServiceUnavailable {
		return 0
	}
	seconds, err := strconv.Atoi(response.Header.Get("Retry-After"))
	if err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// RequestCode has a sign-in code sent to a mail address.
func (c *Client) RequestCode(ctx context.Context, email string) error {
	return c.Call(ctx, http.MethodPost, "/sign-in/code", nil, map[string]string{"email": email, "lang": c.lang}, nil)
}

// SignedIn is a token and what it lacks before it stands for anybody: "factor"
// or "setup", "" for nothing.
type SignedIn struct {
	Token string `json:"token"`
	Lacks string `json:"lacks"`
}

// SignIn exchanges the code for a token. Errors: *Problem; its Field is "code"
// when another code may be tried.
func (c *Client) SignIn(ctx context.Context, email, code string) (in SignedIn, err error) {
	err = c.Call(ctx, http.MethodPost, "/sign-in", nil, map[string]string{"email": email, "code": code, "lang": c.lang}, &in)
	return in, err
}

// Prove gives a code of an authenticator app, or a recovery code, for a token
// that lacks the second factor. Errors: as of SignIn.
func (c *Client) Prove(ctx context.Context, token, code string) (in SignedIn, err error) {
	err = c.As(token).Call(ctx, http.MethodPost, "/sign-in/factor", nil, map[string]string{"code": code}, &in)
	return in, err
}

// DemoToken signs in as one of the people of a demo: role "candidate",
// "recruiter", "organiser" or "speaker", n from 1.
func (c *Client) DemoToken(ctx context.Context, role string, n int) (string, error) {
	var out struct {
		Token string `json:"token"`
	}
	err := c.Call(ctx, http.MethodPost, "/demo/session", nil, map[string]any{"role": role, "n": n}, &out)
	if err == nil && out.Token == "" {
		err = errors.New("the demo gave no token")
	}
	return out.Token, err
}
