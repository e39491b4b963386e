package media_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/logging"
	"github.com/pion/turn/v4"
	"github.com/pion/webrtc/v4"

	"salon/media"
	"salon/media/mediatest"
)

// echo answers every datagram with itself until the test ends.
func echo(t *testing.T) netip.AddrPort {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	go func() {
		b := make([]byte, 100)
		for {
			n, from, err := c.ReadFrom(b)
			if err != nil {
				return
			}
			_, _ = c.WriteTo(b[:n], from)
		}
	}()
	return c.LocalAddr().(*net.UDPAddr).AddrPort()
}

func newTURN(t *testing.T, clock func() time.Time, peers ...netip.AddrPort) *media.TURN {
	t.Helper()
	s, err := media.NewTURN(media.TURNConfig{Addr: "127.0.0.1:0", Media: peers, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// relayClient speaks to the server at a URL with credentials.
func relayClient(t *testing.T, url, username, credential string) *turn.Client {
	t.Helper()
	at, transport, _ := strings.Cut(strings.TrimPrefix(url, "turn:"), "?transport=")
	var conn net.PacketConn
	if transport == "tcp" {
		c, err := net.Dial("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		conn = turn.NewSTUNConn(c)
	} else {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		conn = c
	}
	logs := logging.NewDefaultLoggerFactory()
	logs.DefaultLogLevel = logging.LogLevelDisabled
	c, err := turn.NewClient(&turn.ClientConfig{STUNServerAddr: at, TURNServerAddr: at, Conn: conn,
		Username: username, Password: credential, Realm: "salon", LoggerFactory: logs})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); _ = conn.Close() })
	if err := c.Listen(); err != nil {
		t.Fatal(err)
	}
	return c
}

// allocate asks for a relay and gives it back after the test.
func allocate(t *testing.T, c *turn.Client) (net.PacketConn, error) {
	t.Helper()
	r, err := c.Allocate()
	if err == nil {
		t.Cleanup(func() { _ = r.Close() })
	}
	return r, err
}

func TestARelayReachesOurMediaPortAndNothingElseHere(t *testing.T) {
	open, shut := echo(t), echo(t)
	s := newTURN(t, nil, open)
	urls, user, pass := s.Credentials("ann", time.Now())
	for _, url := range urls[1:] {
		c := relayClient(t, url, user, pass)
		r, err := allocate(t, c)
		if err != nil {
			t.Fatalf("%s: %v", url, err)
		}
		for _, to := range []netip.AddrPort{shut, open} {
			if _, err := r.WriteTo([]byte(to.String()), net.UDPAddrFromAddrPort(to)); err != nil {
				t.Fatalf("%s: %v", url, err)
			}
		}
		// The echo of the second is here: had the first gone out, its echo would be too.
		for i, want := range []string{open.String(), ""} {
			wait := patience
			if want == "" {
				wait = 50 * time.Millisecond
			}
			b := make([]byte, 100)
			_ = r.SetReadDeadline(time.Now().Add(wait))
			n, _, err := r.ReadFrom(b)
			if got := string(b[:n]); got != want || (err == nil) != (want != "") {
				t.Errorf("%s: datagram %d = %q, %v; want %q", url, i, got, err, want)
			}
		}
		for _, refused := range []string{"10.0.0.1:9", "169.254.169.254:80", "192.168.1.1:53"} {
			if err := c.CreatePermission(net.UDPAddrFromAddrPort(netip.MustParseAddrPort(refused))); err == nil {
				t.Errorf("%s: %s permitted", url, refused)
			}
		}
	}
}

func TestCredentials(t *testing.T) {
	var shift atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(shift.Load())) }
	s := newTURN(t, now)
	urls, user, pass := s.Credentials("ann", now())
	other := newTURN(t, nil)
	_, _, foreign := other.Credentials("ann", now())
	for name, c := range map[string]struct {
		user, pass string
		later      time.Duration
		want       bool
	}{
		"fresh":                     {user, pass, 0, true},
		"after four minutes":        {user, pass, 4 * time.Minute, true},
		"after five minutes":        {user, pass, 5 * time.Minute, false},
		"wrong password":            {user, pass + "x", 0, false},
		"another server's":          {user, foreign, 0, false},
		"expiry changed":            {"9" + user, pass, 0, false},
		"account changed":           {strings.Replace(user, "ann", "bob", 1), pass, 0, false},
		"a user name of no shape":   {"ann", pass, 0, false},
		"an expiry that is no time": {"soon:ann", pass, 0, false},
		"no account":                {strings.TrimSuffix(user, "ann"), pass, 0, false},
	} {
		shift.Store(int64(c.later))
		if _, err := allocate(t, relayClient(t, urls[1], c.user, c.pass)); (err == nil) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestARelayInUseOutlivesItsCredentials(t *testing.T) {
	peer := echo(t)
	var shift atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(shift.Load())) }
	s := newTURN(t, now, peer)
	urls, user, pass := s.Credentials("ann", now())
	c := relayClient(t, urls[1], user, pass)
	if _, err := allocate(t, c); err != nil {
		t.Fatal(err)
	}
	shift.Store(int64(time.Hour))
	if err := c.CreatePermission(net.UDPAddrFromAddrPort(peer)); err != nil {
		t.Errorf("permission for a relay in use: %v", err)
	}
	if _, err := allocate(t, relayClient(t, urls[1], user, pass)); err == nil {
		t.Error("a second relay with expired credentials")
	}
}

func TestTheThirteenthRelayOfAnAccountIsRefused(t *testing.T) {
	s := newTURN(t, nil)
	urls, user, pass := s.Credentials("ann", time.Now())
	var first net.PacketConn
	for i := range 13 {
		r, err := allocate(t, relayClient(t, urls[1], user, pass))
		if (err == nil) != (i < 12) {
			t.Fatalf("relay %d: %v", i+1, err)
		}
		if i == 0 {
			first = r
		}
	}
	_, user, pass = s.Credentials("bob", time.Now())
	if _, err := allocate(t, relayClient(t, urls[1], user, pass)); err != nil {
		t.Errorf("another account: %v", err)
	}
	_ = first.Close()
	_, user, pass = s.Credentials("ann", time.Now())
	if _, err := allocate(t, relayClient(t, urls[1], user, pass)); err != nil {
		t.Errorf("after giving one back: %v", err)
	}
}

func TestTheRelayTellsPeopleTheirAddress(t *testing.T) {
	s := newTURN(t, nil)
	urls, user, pass := s.Credentials("ann", time.Now())
	if !strings.HasPrefix(urls[0], "stun:127.0.0.1:") || len(urls) != 3 { // none over TLS
		t.Errorf("urls = %v", urls)
	}
	c := relayClient(t, urls[1], user, pass)
	if a, err := c.SendBindingRequest(); err != nil || !strings.HasPrefix(a.String(), "127.0.0.1:") {
		t.Errorf("binding = %v, %v", a, err)
	}
}

func TestASilentConnectionToTheRelayEndsWithIt(t *testing.T) {
	s, err := media.NewTURN(media.TURNConfig{Addr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	urls, _, _ := s.Credentials("ann", time.Now())
	c, err := net.Dial("tcp", strings.TrimPrefix(urls[0], "stun:"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_ = c.SetReadDeadline(time.Now().Add(patience))
	if _, err := c.Read(make([]byte, 1)); err == nil || os.IsTimeout(err) {
		t.Errorf("read = %v, want the end of the connection", err)
	}
}

// certified is a certificate for localhost that lasts an hour, and who believes it.
func certified(t *testing.T) (func(*tls.ClientHelloInfo) (*tls.Certificate, error), *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	pair := &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	return func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return pair, nil }, roots
}

// Each client has one way only, as behind a firewall that lets nothing else
// through. That it finds it among others is netlab's to show.
func TestWhoHasNoUDPIsInTheRoomWithinFiveSeconds(t *testing.T) {
	t.Parallel()
	e, err := media.New(media.Config{UDPAddr: "127.0.0.1:0", TCPAddr: "127.0.0.1:0", Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	certificate, roots := certified(t)
	s, err := media.NewTURN(media.TURNConfig{Addr: "127.0.0.1:0", Media: e.Addresses(),
		TLSAddr: "127.0.0.1:0", TLSName: "localhost", Certificate: certificate})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	urls, name, credential := s.Credentials("bob", time.Now())
	over := func(i int) []webrtc.ICEServer {
		return []webrtc.ICEServer{{URLs: urls[i : i+1], Username: name, Credential: credential}}
	}
	for id, opt := range map[string]mediatest.Options{
		"TCP":              {TCP: true},
		"a relay over TCP": {Relay: true, ICE: over(2)},
		"a relay over TLS": {Relay: true, ICE: over(3), Roots: roots},
	} {
		t.Run(id, func(t *testing.T) {
			room := e.OpenRoom(id)
			defer room.Close()
			ann := both(t, room, "ann")
			began := time.Now()
			bob := join(t, room, "bob", media.PeerOptions{Publish: true, Subscribe: true}, opt)
			bob.publish()
			bob.untilReceived("ann's media", hears("ann", "ann.camera", 10))
			ann.untilReceived("bob's media", hears("bob", "bob.camera", 10))
			took := time.Since(began)
			t.Logf("joined, heard and seen after %v", took.Round(time.Millisecond))
			if took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func TestTheRelayOverTLSShowsTheCertificateOfTheDay(t *testing.T) {
	first, firstRoots := certified(t)
	second, secondRoots := certified(t)
	var renewed atomic.Bool
	s, err := media.NewTURN(media.TURNConfig{Addr: "127.0.0.1:0", TLSAddr: "127.0.0.1:0", TLSName: "localhost",
		Certificate: func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
			if renewed.Load() {
				return second(h)
			}
			return first(h)
		}})
	if err != nil {
		t.Fatal(err)
	}
	urls, _, _ := s.Credentials("ann", time.Now())
	at, is := strings.CutSuffix(strings.TrimPrefix(urls[3], "turns:"), "?transport=tcp")
	if !is || !strings.HasPrefix(at, "localhost:") {
		t.Fatalf("url = %s", urls[3])
	}
	dial := func(roots *x509.CertPool, most uint16) (*tls.Conn, error) {
		return tls.Dial("tcp", at, &tls.Config{RootCAs: roots, MaxVersion: most})
	}
	silent, err := dial(firstRoots, tls.VersionTLS12)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	renewed.Store(true)
	if _, err := dial(firstRoots, 0); err == nil {
		t.Error("the old certificate is still shown")
	}
	if c, err := dial(secondRoots, 0); err != nil {
		t.Errorf("the new certificate: %v", err)
	} else {
		_ = c.Close()
	}
	if _, err := dial(secondRoots, tls.VersionTLS11); err == nil {
		t.Error("TLS 1.1 is accepted")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_ = silent.SetReadDeadline(time.Now().Add(patience))
	if _, err := silent.Read(make([]byte, 1)); err == nil || os.IsTimeout(err) {
		t.Errorf("read = %v, want the end of the connection", err)
	}
}
