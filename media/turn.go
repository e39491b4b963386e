package media

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pion/turn/v4"
)

const (
	// credentialsLast is how long a relay may be asked for after a page was
	// given its credentials. A relay in use outlives them.
	credentialsLast = 5 * time.Minute
	// relaysPerAccount: two connections of some tabs, over UDP and TCP.
	relaysPerAccount = 12
	// maxControl is how many TCP connections to the relay may be open.
	maxControl = 4096
	// Such a connection has to begin, and then to go on: permissions are
	// refreshed every four minutes or so (RFC 8656, section 9).
	controlFirst = 10 * time.Second
	controlIdle  = 10 * time.Minute
	// acceptAgain is after how long a listener that failed tries again.
	acceptAgain = 50 * time.Millisecond
	turnRealm   = "salon"
)

// TURNConfig is what the relay needs to know.
type TURNConfig struct {
	// Addr is host:port of the UDP and the TCP listener, ":3478" when empty.
	// With port 0 TCP takes the port that UDP was given.
	Addr string
	// PublicIP is the address of the relay sockets as told to clients, and the
	// host of the URLs. Without it: the host of Addr, else the machine's first address, else loopback.
	PublicIP string
	// Media are the media engine's addresses (Engine.Addresses): reachable
	// through the relay, at that port only, even where they are private.
	Media []netip.AddrPort
	// TLSAddr is host:port of the listener over TLS, for networks that let only what looks
	// like HTTPS through; none when empty. TLSName is the name told to
	// clients, which Certificate is for.
	TLSAddr, TLSName string
	Certificate      func(*tls.ClientHelloInfo) (*tls.Certificate, error)
	// Secret signs the credentials; nodes that share it accept each other's. Nil: a random one.
	Secret []byte
	Logger *slog.Logger
	Clock  func() time.Time
}

// TURN is the STUN and TURN server (RFC 8656), over UDP, TCP and TLS, for people behind networks that
// let nothing else through. It relays to public hosts and to our own media
// port, never into a private network. Its counts are guarded by mu.
type TURN struct {
	server *turn.Server
	secret []byte
	now    func() time.Time
	media  []netip.AddrPort
	urls   []string
	tcp    []*control // over TCP, and over TLS if that is on

	mu     sync.Mutex
	relays map[string]map[string]int // by account, then user name and client address
}

// NewTURN opens the listeners. The relay serves until Close.
func NewTURN(cfg TURNConfig) (*TURN, error) {
	if cfg.Addr == "" {
		cfg.Addr = ":3478"
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	t := &TURN{secret: cfg.Secret, now: cfg.Clock, media: cfg.Media, relays: map[string]map[string]int{}}
	if t.now == nil {
		t.now = time.Now
	}
	if len(t.secret) == 0 {
		t.secret = make([]byte, 32)
		_, _ = rand.Read(t.secret) // it never fails
	}
	udp, err := t.listen(cfg)
	if err != nil {
		return nil, err
	}
	ip, err := relayAddress(cfg.PublicIP, udp.LocalAddr().(*net.UDPAddr).AddrPort().Addr())
	if err != nil {
		return nil, errors.Join(err, udp.Close(), t.hangUp())
	}
	t.urls = t.addresses(ip, udp.LocalAddr().(*net.UDPAddr).Port, cfg.TLSName)
	relays := &relayGenerator{turn: t, ip: ip}
	var listeners []turn.ListenerConfig
	for _, c := range t.tcp {
		listeners = append(listeners, turn.ListenerConfig{Listener: c, RelayAddressGenerator: relays, PermissionHandler: t.permit})
	}
	t.server, err = turn.NewServer(turn.ServerConfig{
		Realm:             turnRealm,
		AuthHandler:       t.authenticate,
		QuotaHandler:      t.withinQuota,
		EventHandler:      turn.EventHandler{OnAllocationCreated: t.created, OnAllocationDeleted: t.deleted},
		PacketConnConfigs: []turn.PacketConnConfig{{PacketConn: udp, RelayAddressGenerator: relays, PermissionHandler: t.permit}},
		ListenerConfigs:   listeners,
		LoggerFactory:     quiet{cfg.Logger},
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start relay: %w", err), udp.Close(), t.hangUp())
	}
	return t, nil
}

// listen opens the listeners: over UDP and TCP at one port, over TLS at its own.
func (t *TURN) listen(cfg TURNConfig) (net.PacketConn, error) {
	udp, tcp, err := onePort(cfg.Addr)
	if err != nil {
		return nil, err
	}
	t.tcp = append(t.tcp, newControl(tcp))
	if cfg.TLSAddr == "" {
		return udp, nil
	}
	over, err := tls.Listen("tcp", cfg.TLSAddr, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: cfg.Certificate})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listen for relay over TLS: %w", err), udp.Close(), t.hangUp())
	}
	t.tcp = append(t.tcp, newControl(over))
	return udp, nil
}

// onePort listens over UDP and TCP at one port. Where the system chooses it, another is tried
// when somebody has taken its TCP half.
func onePort(addr string) (net.PacketConn, net.Listener, error) {
	host, port, _ := net.SplitHostPort(addr)
	for tries := 0; ; tries++ {
		udp, err := net.ListenPacket("udp", addr)
		if err != nil {
			return nil, nil, fmt.Errorf("listen for relay: %w", err)
		}
		tcp, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(udp.LocalAddr().(*net.UDPAddr).Port)))
		if err == nil {
			return udp, tcp, nil
		}
		if _ = udp.Close(); port != "0" || tries == 9 {
			return nil, nil, fmt.Errorf("listen for relay over TCP: %w", err)
		}
	}
}

// addresses are the URLs of the relay (RFC 7064, RFC 7065).
func (t *TURN) addresses(ip netip.Addr, port int, name string) []string {
	at := net.JoinHostPort(ip.String(), strconv.Itoa(port))
	urls := []string{"stun:" + at, "turn:" + at + "?transport=udp", "turn:" + at + "?transport=tcp"}
	for _, over := range t.tcp[1:] {
		urls = append(urls, "turns:"+net.JoinHostPort(name, strconv.Itoa(over.Addr().(*net.TCPAddr).Port))+"?transport=tcp")
	}
	return urls
}

// relayAddress is what clients are told: the address set, else the one listened at, else the machine's.
func relayAddress(set string, bound netip.Addr) (netip.Addr, error) {
	if set != "" {
		a, err := netip.ParseAddr(set)
		if err != nil {
			return a, fmt.Errorf("read relay address told to clients: %w", err)
		}
		return a.Unmap(), nil
	}
	if bound = bound.Unmap(); !bound.IsUnspecified() {
		return bound, nil
	}
	all := append(interfaceAddresses(false), netip.AddrFrom4([4]byte{127, 0, 0, 1}))
	return all[0], nil
}

// Credentials let an account ask for relays for five minutes from now. They
// are for RTCPeerConnection's iceServers.
func (t *TURN) Credentials(account string, now time.Time) (urls []string, username, credential string) {
	username = strconv.FormatInt(now.Add(credentialsLast).Unix(), 10) + ":" + account
	return slices.Clone(t.urls), username, t.password(username)
}

func (t *TURN) password(username string) string {
	mac := hmac.New(sha256.New, t.secret)
	mac.Write([]byte(username))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Close ends every relay.
func (t *TURN) Close() error {
	err := t.server.Close()
	if _ = t.hangUp(); err != nil { // the server has closed the listeners
		return fmt.Errorf("close relay: %w", err)
	}
	return nil
}

// hangUp closes the listeners and every connection of theirs.
func (t *TURN) hangUp() (err error) {
	for _, c := range t.tcp {
		err = errors.Join(err, c.Close())
		c.closeAll()
	}
	return err
}

// authenticate gives the key of a user name that has not expired, or that has a relay in
// use from the same address: refreshing one needs no new credentials.
func (t *TURN) authenticate(username, realm string, from net.Addr) ([]byte, bool) {
	until, account, ok := strings.Cut(username, ":")
	expiry, err := strconv.ParseInt(until, 10, 64)
	if !ok || err != nil || account == "" {
		return nil, false
	}
	if t.now().Unix() >= expiry && !t.inUse(account, username, from) {
		return nil, false
	}
	return turn.GenerateAuthKey(username, realm, t.password(username)), true
}

func relayKey(username string, from net.Addr) string { return username + " " + from.String() }

func (t *TURN) inUse(account, username string, from net.Addr) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.relays[account][relayKey(username, from)] > 0
}

func (t *TURN) withinQuota(username, _ string, _ net.Addr) bool {
	_, account, _ := strings.Cut(username, ":")
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for _, k := range t.relays[account] {
		n += k
	}
	return n < relaysPerAccount
}

func (t *TURN) created(from, _ net.Addr, _, username, _ string, _ net.Addr, _ int) {
	_, account, _ := strings.Cut(username, ":")
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.relays[account] == nil {
		t.relays[account] = map[string]int{}
	}
	t.relays[account][relayKey(username, from)]++
}

func (t *TURN) deleted(from, _ net.Addr, _, username, _ string) {
	_, account, _ := strings.Cut(username, ":")
	t.mu.Lock()
	defer t.mu.Unlock()
	if key := relayKey(username, from); t.relays[account][key] > 1 {
		t.relays[account][key]--
	} else if delete(t.relays[account], key); len(t.relays[account]) == 0 {
		delete(t.relays, account)
	}
}

// permit says to whom a relay may be opened: public hosts, and our own media address.
func (t *TURN) permit(_ net.Addr, peer net.IP) bool {
	a, ok := netip.AddrFromSlice(peer)
	return ok && (public(a) || slices.ContainsFunc(t.media, func(m netip.AddrPort) bool { return m.Addr() == a.Unmap() }))
}

// reachable is permit for one datagram: of our own addresses, the media port only.
func (t *TURN) reachable(to netip.AddrPort) bool {
	to = netip.AddrPortFrom(to.Addr().Unmap(), to.Port())
	for _, m := range t.media {
		if m.Addr() == to.Addr() {
			return slices.Contains(t.media, to)
		}
	}
	return public(to.Addr())
}

// relayGenerator opens the sockets of relays.
type relayGenerator struct {
	turn *TURN
	ip   netip.Addr
}

// Validate has nothing left to check.
func (g *relayGenerator) Validate() error { return nil }

// AllocatePacketConn opens a relay's socket.
func (g *relayGenerator) AllocatePacketConn(network string, port int) (net.PacketConn, net.Addr, error) {
	host := ""
	if g.ip.IsLoopback() {
		host = g.ip.String() // a relay on one machine is not to be seen from outside
	}
	c, err := net.ListenPacket(network, net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return nil, nil, fmt.Errorf("open relay: %w", err)
	}
	told := &net.UDPAddr{IP: g.ip.AsSlice(), Port: c.LocalAddr().(*net.UDPAddr).Port}
	return &relay{c, g.turn}, told, nil
}

// AllocateConn refuses relays over TCP (RFC 6062): media needs none.
func (g *relayGenerator) AllocateConn(string, int) (net.Conn, net.Addr, error) {
	return nil, nil, errors.New("relays carry UDP only")
}

// relay is a relay's socket; it sends only where the relay may.
type relay struct {
	net.PacketConn
	turn *TURN
}

func (r *relay) WriteTo(b []byte, to net.Addr) (int, error) {
	if a, ok := to.(*net.UDPAddr); !ok || !r.turn.reachable(a.AddrPort()) {
		return len(b), nil // as if lost on the way
	}
	return r.PacketConn.WriteTo(b, to)
}

// control is a listener over TCP or TLS; it knows its connections, to bound and to close them.
type control struct {
	net.Listener
	mu     sync.Mutex
	open   map[net.Conn]bool
	closed bool
}

func newControl(l net.Listener) *control { return &control{Listener: l, open: map[net.Conn]bool{}} }

func (c *control) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		if err != nil && !errors.Is(err, net.ErrClosed) {
			time.Sleep(acceptAgain) // no more files, perhaps; an error would end the listening for good
			continue
		}
		if err != nil {
			return nil, err
		}
		c.mu.Lock()
		full := c.closed || len(c.open) >= maxControl
		if !full {
			c.open[conn] = true
		}
		c.mu.Unlock()
		if !full {
			_ = conn.SetReadDeadline(time.Now().Add(controlFirst))
			return &controlConn{conn, c}, nil
		}
		_ = conn.Close()
	}
}

func (c *control) closeAll() {
	c.mu.Lock()
	c.closed = true
	open := make([]net.Conn, 0, len(c.open))
	for conn := range c.open {
		open = append(open, conn)
	}
	c.mu.Unlock()
	for _, conn := range open {
		if over, ok := conn.(*tls.Conn); ok {
			conn = over.NetConn() // a farewell could wait for who does not read
		}
		_ = conn.Close()
	}
}

// controlConn strikes itself off the list when it ends.
type controlConn struct {
	net.Conn
	list *control
}

func (c *controlConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if err != nil {
		_ = c.Close()
		return n, err
	}
	_ = c.SetReadDeadline(time.Now().Add(controlIdle))
	return n, nil
}

func (c *controlConn) Close() error {
	c.list.mu.Lock()
	delete(c.list.open, c.Conn)
	c.list.mu.Unlock()
	return c.Conn.Close()
}
