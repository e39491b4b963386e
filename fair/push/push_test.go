package push_test

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/push"
)

var b64 = base64.RawURLEncoding

// browser is what a browser and its push service do with a notification, by
// the RFCs and with nothing but the standard library.
type browser struct {
	t       *testing.T
	key     *ecdh.PrivateKey
	auth    []byte
	server  *httptest.Server
	status  int
	headers http.Header
	read    string
	got     int
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	b := &browser{t: t, auth: make([]byte, 16), status: http.StatusCreated}
	_, _ = rand.Read(b.auth)
	var err error
	if b.key, err = ecdh.P256().GenerateKey(rand.Reader); err != nil {
		t.Fatal(err)
	}
	b.server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.got++
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		b.headers, b.read = r.Header, b.decrypt(body)
		w.WriteHeader(b.status)
	}))
	t.Cleanup(b.server.Close)
	return b
}

func (b *browser) device() fair.Device {
	return fair.Device{
		Endpoint: b.server.URL + "/v1/secret-of-the-device", P256dh: b64.EncodeToString(b.key.PublicKey().Bytes()), Auth: b64.EncodeToString(b.auth),
	}
}

// decrypt reads one record of aes128gcm (RFC 8188, 2.1; RFC 8291, 3).
func (b *browser) decrypt(body []byte) string {
	b.t.Helper()
	salt, size, idlen := body[:16], binary.BigEndian.Uint32(body[16:20]), int(body[20])
	theirs, err := ecdh.P256().NewPublicKey(body[21 : 21+idlen])
	if err != nil {
		b.t.Fatal(err)
	}
	shared, err := b.key.ECDH(theirs)
	if err != nil {
		b.t.Fatal(err)
	}
	derive := func(secret, salt []byte, info string, n int) []byte {
		key, err := hkdf.Key(sha256.New, secret, salt, info, n)
		if err != nil {
			b.t.Fatal(err)
		}
		return key
	}
	ikm := derive(shared, b.auth, "WebPush: info\x00"+string(b.key.PublicKey().Bytes())+string(theirs.Bytes()), 32)
	block, err := aes.NewCipher(derive(ikm, salt, "Content-Encoding: aes128gcm\x00", 16))
	if err != nil {
		b.t.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		b.t.Fatal(err)
	}
	if len(body) > int(size) {
		b.t.Errorf("a record of %d bytes, longer than it says (%d)", len(body), size)
	}
	plain, err := gcm.Open(nil, derive(ikm, salt, "Content-Encoding: nonce\x00", 12), body[21+idlen:], nil)
	if err != nil {
		b.t.Fatal(err)
	}
	plain = bytes.TrimRight(plain, "\x00")
	return string(bytes.TrimSuffix(plain, []byte{2}))
}

func sender(t *testing.T, b *browser) *push.Sender {
	t.Helper()
	s, err := push.New(bytes.Repeat([]byte{7}, 32), "fair@salon.example.org", push.Through(b.server.Client()))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestANotificationIsReadByItsBrowserAlone(t *testing.T) {
	b := newBrowser(t)
	s := sender(t, b)
	const said = `{"title":"C’est à vous !"}`
	topic := fair.DeriveID("ticket")
	if err := s.Push(t.Context(), b.device(), push.Notification{Topic: topic, Body: []byte(said), Keep: 90 * time.Second, Urgent: true}); err != nil {
		t.Fatal(err)
	}
	if b.read != said {
		t.Errorf("the browser reads %q", b.read)
	}
	for name, want := range map[string]string{"Ttl": "90", "Urgency": "high", "Topic": string(topic), "Content-Encoding": "aes128gcm"} {
		if got := b.headers.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	b.signed(s.Key(), b.headers.Get("Authorization"))
}

// signed checks the signature of the server (RFC 8292, 2).
func (b *browser) signed(public, header string) {
	b.t.Helper()
	token, key, found := strings.Cut(strings.TrimPrefix(header, "vapid t="), ", k=")
	parts := strings.Split(token, ".")
	if !found || key != public || len(parts) != 3 {
		b.t.Fatalf("signed by %q, the key told to browsers is %q", key, public)
	}
	raw, err := b64.DecodeString(key)
	if err != nil || len(raw) != 65 {
		b.t.Fatalf("the key: %v", err)
	}
	signature, err := b64.DecodeString(parts[2])
	if err != nil || len(signature) != 64 {
		b.t.Fatalf("the signature: %v", err)
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	verify, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), raw)
	if err != nil {
		b.t.Fatalf("the key: %v", err)
	}
	if !ecdsa.Verify(verify, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		b.t.Error("the signature is not right")
	}
	claims, err := b64.DecodeString(parts[1])
	if err != nil {
		b.t.Fatal(err)
	}
	var said struct{ Aud, Sub string }
	if err := json.Unmarshal(claims, &said); err != nil || said.Aud != b.server.URL || said.Sub != "mailto:fair@salon.example.org" {
		b.t.Errorf("claims %s (%v)", claims, err)
	}
}

func TestTheKeyFollowsFromTheSecret(t *testing.T) {
	key := func(seed byte) string {
		s, err := push.New(bytes.Repeat([]byte{seed}, 32), "a@b.example")
		if err != nil {
			t.Fatal(err)
		}
		return s.Key()
	}
	if first := key(1); first != key(1) || first == key(2) {
		t.Error("every node needs the same key, every house another")
	}
	if key(0xff) == "" { // a number beyond the order of the curve
		t.Error("no key from a seed that is none itself")
	}
	if _, err := push.New([]byte("short"), "a@b.example"); err == nil {
		t.Error("a short seed was taken")
	}
}

func TestWhatAPushServiceAnswersDecidesWhatBecomesOfADevice(t *testing.T) {
	b := newBrowser(t)
	s := sender(t, b)
	for status, want := range map[int]fair.Kind{
		404: fair.Gone, 410: fair.Gone, 400: fair.Invalid, 403: fair.Invalid, 413: fair.Invalid,
		429: fair.Unavailable, 500: fair.Unavailable, 503: fair.Unavailable, 307: fair.Invalid,
	} {
		b.status = status
		if err := s.Push(t.Context(), b.device(), push.Notification{Body: []byte("{}")}); err == nil || fair.KindOf(err) != want {
			t.Errorf("%d: %v", status, err)
		}
	}
	b.status = 202
	if err := s.Push(t.Context(), b.device(), push.Notification{Body: []byte("{}")}); err != nil {
		t.Errorf("202: %v", err)
	}
	if err := s.Push(t.Context(), b.device(), push.Notification{Body: make([]byte, 5000)}); err == nil {
		t.Error("5,000 bytes were sent")
	}
	b.server.Close()
	err := s.Push(t.Context(), b.device(), push.Notification{Body: []byte("{}")})
	if err == nil || fair.KindOf(err) != fair.Internal || strings.Contains(err.Error(), "secret-of-the-device") || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("a service that is down: %v", err)
	}
}

func TestNoConnectionIsMadeToAnAddressThatIsNotPublic(t *testing.T) {
	b := newBrowser(t) // listens on the loopback
	s, err := push.New(bytes.Repeat([]byte{7}, 32), "fair@salon.example.org")
	if err != nil {
		t.Fatal(err)
	}
	d := b.device()
	for _, host := range []string{
		"127.0.0.1", "localhost", "10.0.0.7", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "[::1]",
		"[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "198.18.0.1", "224.0.0.1", "255.255.255.255",
	} {
		_, port, _ := strings.Cut(strings.TrimPrefix(b.server.URL, "https://"), ":")
		d.Endpoint = "https://" + host + ":" + port + "/"
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		err := s.Push(ctx, d, push.Notification{Body: []byte("{}")})
		cancel()
		if fair.KindOf(err) != fair.Invalid {
			t.Errorf("%s: %v", host, err)
		}
	}
	if b.got != 0 {
		t.Errorf("%d connections were made", b.got)
	}
}

func TestATextMessageIsHandedOverSigned(t *testing.T) {
	const key = "a key of sixteen bytes or more"
	status := http.StatusAccepted
	var got *http.Request
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		if status == http.StatusFound {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(status)
	}))
	defer server.Close()
	at := time.Unix(1_800_000_000, 0)
	h, err := push.NewHook(strings.Replace(server.URL, "http://", "http://salon:a%20key%20of%20sixteen%20bytes%20or%20more@", 1)+"/send", func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Text(t.Context(), "id", "+33639981234", "C’est à vous !"); err != nil {
		t.Fatal(err)
	}
	if string(body) != `{"id":"id","to":"+33639981234","text":"C’est à vous !"}` || got.URL.Path != "/send" || got.Header.Get("Idempotency-Key") != "id" {
		t.Errorf("%s %s %v", got.URL, body, got.Header)
	}
	if user, _, sent := got.BasicAuth(); sent {
		t.Errorf("the key was sent, as the password of %q", user)
	}
	want := "t=1800000000,v1=" + hexOf(push.Sign([]byte(key), "1800000000", body))
	if signature := got.Header.Get("Salon-Signature"); signature != want {
		t.Errorf("signed %q, want %q", signature, want)
	}
	for code, kind := range map[int]fair.Kind{400: fair.Invalid, 404: fair.Invalid, 429: fair.Unavailable, 408: fair.Unavailable, 500: fair.Unavailable, 302: fair.Unavailable} {
		if status = code; fair.KindOf(h.Text(t.Context(), "id", "+33639981234", "x")) != kind {
			t.Errorf("%d is not told as kind %d", code, kind)
		}
	}
	server.Close()
	if err := h.Text(t.Context(), "id", "+33639981234", "x"); err == nil || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("a hook that is down: %v", err)
	}
}

func hexOf(b []byte) string {
	const digits = "0123456789abcdef"
	var s strings.Builder
	for _, c := range b {
		s.WriteByte(digits[c>>4])
		s.WriteByte(digits[c&15])
	}
	return s.String()
}

func TestAHookIsAnAddressFitForNumbersOfPeople(t *testing.T) {
	for address, ok := range map[string]bool{
		"https://salon:0123456789abcdef@sms.example.org/send": true,
		"http://salon:0123456789abcdef@127.0.0.1:9000/":       true,
		"http://salon:0123456789abcdef@[::1]:9000/":           true,
		"http://salon:0123456789abcdef@sms.example.org/send":  false,
		"https://sms.example.org/send":                        false,
		"https://salon:short@sms.example.org/send":            false,
		"ftp://salon:0123456789abcdef@sms.example.org":        false,
		"sms.example.org":                  false,
		"https://salon:0123456789abcdef@/": false,
	} {
		_, err := push.NewHook(address, time.Now)
		if (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
		if err != nil && (strings.Contains(err.Error(), "0123456789abcdef") || errors.Is(err, context.Canceled)) {
			t.Errorf("the fault repeats the key: %v", err)
		}
	}
}
