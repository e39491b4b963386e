package media

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/logging"
	"github.com/pion/transport/v5"
	"github.com/pion/transport/v5/stdnet"
	"github.com/pion/webrtc/v4"
)

// Config is what an Engine needs to know.
type Config struct {
	// UDPAddr is host:port of the one media socket, ":7882" when empty. Port 0
	// takes a free one. Without a host, all addresses of the machine are offered.
	UDPAddr string
	// TCPAddr is where ICE over TCP (RFC 6544) listens; "" turns it off.
	TCPAddr string
	// PublicIP is told to clients in place of the interfaces' addresses, for a
	// machine behind one-to-one NAT.
	PublicIP string
	// Loopback offers 127.0.0.1 too, for a fair on one machine and for tests.
	Loopback bool
	// Logger gets life-cycle steps; nil discards them.
	Logger *slog.Logger
	// Clock gives the time; nil means time.Now.
	Clock func() time.Time
}

// Engine owns the media port, the certificate and the rooms. Its maps are guarded by mu.
type Engine struct {
	log      *slog.Logger
	now      func() time.Time
	conn     *conn
	pacer    *pacer
	udp      *ice.UDPMuxDefault
	tcp      *streams // nil when off
	kinds    map[Link]*kind
	machine  machine
	conf     webrtc.Configuration
	loopback bool
	publicIP netip.Addr // zero when the interfaces' addresses are told

	mu     sync.Mutex
	rooms  map[string]*Room
	closed bool
	ended  RoomStats      // of rooms that have closed
	wg     sync.WaitGroup // goroutines of rooms and peers
}

// New opens the sockets. The engine serves until Close.
func New(cfg Config) (*Engine, error) {
	if cfg.UDPAddr == "" {
		cfg.UDPAddr = ":7882"
	}
	e := &Engine{log: cfg.Logger, now: cfg.Clock, loopback: cfg.Loopback, rooms: map[string]*Room{}}
	if cfg.PublicIP != "" {
		var err error
		if e.publicIP, err = netip.ParseAddr(cfg.PublicIP); err != nil {
			return nil, fmt.Errorf("read media address told to clients: %w", err)
		}
	}
	if e.log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	if e.now == nil {
		e.now = time.Now
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make media key: %w", err)
	}
	cert, err := webrtc.GenerateCertificate(key)
	if err != nil {
		return nil, fmt.Errorf("make media certificate: %w", err)
	}
	e.conf = webrtc.Configuration{Certificates: []webrtc.Certificate{*cert}, BundlePolicy: webrtc.BundlePolicyMaxBundle}
	if err := e.open(cfg); err != nil {
		return nil, err
	}
	return e, nil
}

// open binds the sockets and builds the two kinds of connection.
func (e *Engine) open(cfg Config) error {
	var err error
	if e.conn, err = listen(cfg.UDPAddr); err != nil {
		return err
	}
	e.pacer = newPacer(e.conn)
	logs := quiet{e.log}
	e.udp = ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: e.conn, Logger: logs.NewLogger("ice")})
	if cfg.TCPAddr != "" {
		l, err := net.Listen("tcp", cfg.TCPAddr)
		if err != nil {
			_ = e.udp.Close()
			e.pacer.close()
			return fmt.Errorf("listen for media over TCP: %w", err)
		}
		e.tcp = &streams{conn: e.conn, conns: map[string][]net.PacketConn{}, TCPMux: ice.NewTCPMuxDefault(ice.TCPMuxParams{
			Listener: l, Logger: logs.NewLogger("ice"), ReadBufferSize: 32, WriteBufferSize: socketBuffer})}
	}
	e.kinds = map[Link]*kind{}
	for _, link := range []Link{Up, Down} {
		if e.kinds[link], err = e.newKind(cfg, link, logs); err != nil {
			return errors.Join(fmt.Errorf("set up media: %w", err), e.closeSockets())
		}
	}
	return nil
}

// waits is how long a connection may be silent: it is told as disconnected after lost, as failed
// gone later; ICE asks every alive, because media passes beside it.
type waits struct{ lost, gone, alive time.Duration }

// pion's own are 5, 25 and 2 seconds: where UDP was cut in the middle of a call, sound came back after 6.6 s
// with those and after 2.5 to 3.2 s with ours (netlab), and an outage of 4 s fails no connection with
// either. Who only watches notices by itself that nothing comes, and asking a hundred of them
// twice a second took a fifth of what forwarding to them takes.
var (
	ofParticipant = waits{2 * time.Second, 5 * time.Second, 500 * time.Millisecond}
	ofAudience    = waits{5 * time.Second, 5 * time.Second, 2 * time.Second}
)

// kind is what the connections of one link have in common.
type kind struct {
	settings webrtc.SettingEngine
	media    *webrtc.MediaEngine
	machine  *machine
}

// machineFor is how long the machine's addresses are taken to be the same.
const machineFor = 10 * time.Second

// machine knows the machine's network interfaces. Asking the system anew for each connection,
// as pion does, took a thirtieth of what a join costs.
type machine struct {
	mu    sync.Mutex
	net   *stdnet.Net // never changed, only replaced
	asked time.Time
}

// network is what it has; nil where the system does not say, and pion asks itself.
func (m *machine) network() transport.Net {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.net == nil || time.Since(m.asked) > machineFor {
		fresh, err := stdnet.NewNet()
		if err != nil {
			return nil
		}
		m.net, m.asked = fresh, time.Now()
	}
	return m.net
}

// api is the factory of one connection, whose secrets go to s. passive says that the other side
// waits for our handshake (RFC 8842, section 5.3), so that it has to be us who begins.
func (k *kind) api(s *secrets, w waits, passive bool) *webrtc.API {
	se := k.settings
	se.SetICETimeouts(w.lost, w.gone, w.alive)
	se.SetNet(k.machine.network())
	if passive {
		_ = se.SetAnsweringDTLSRole(webrtc.DTLSRoleClient) // it refuses other roles only
	}
	s.install(&se)
	return webrtc.NewAPI(webrtc.WithMediaEngine(k.media), webrtc.WithInterceptorRegistry(&interceptor.Registry{}), webrtc.WithSettingEngine(se))
}

// newKind settles what one link's connections have in common. They get none of pion's
// interceptors: reports, retransmission, congestion feedback and keyframe requests are the forwarder's.
func (e *Engine) newKind(cfg Config, link Link, logs logging.LoggerFactory) (*kind, error) {
	se := webrtc.SettingEngine{LoggerFactory: logs}
	se.SetICEUDPMux(e.udp)
	networks := []webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6}
	if e.tcp != nil {
		se.SetICETCPMux(e.tcp)
		networks = append(networks, webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6)
	}
	se.SetNetworkTypes(networks)
	se.DisableActiveTCP(true)
	se.SetIncludeLoopbackCandidate(cfg.Loopback)
	// A participant behind a router is known by its checks alone: take the first
	// way that works. A relay is worth waiting a moment for something better.
	se.SetSrflxAcceptanceMinWait(0)
	se.SetPrflxAcceptanceMinWait(0)
	se.SetRelayAcceptanceMinWait(500 * time.Millisecond)
	se.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	se.SetSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80)
	// Only the server of a DTLS handshake comes to know the media keys; see secrets.
	if err := se.SetAnsweringDTLSRole(webrtc.DTLSRoleServer); err != nil {
		return nil, err
	}
	// ICE has just shown that the other side is where its datagrams come from; asking for
	// a cookie (RFC 6347, section 4.2.1) would show it again, a round trip later.
	se.SetDTLSInsecureSkipHelloVerify(true)
	if cfg.PublicIP != "" {
		rule := webrtc.ICEAddressRewriteRule{External: []string{cfg.PublicIP},
			AsCandidateType: webrtc.ICECandidateTypeHost, Mode: webrtc.ICEAddressRewriteReplace}
		if cfg.Loopback {
			rule.Mode = webrtc.ICEAddressRewriteAppend
		}
		if err := se.SetICEAddressRewriteRules(rule); err != nil {
			return nil, err
		}
	}
	m, err := newMediaEngine(link)
	if err != nil {
		return nil, err
	}
	return &kind{se, m, &e.machine}, nil
}

// Addr is the address of the UDP socket.
func (e *Engine) Addr() net.Addr { return e.conn.LocalAddr() }

// OpenRoom gives the room of that id, opening it if need be. After Close it
// gives a room that is already closed; beyond maxRooms one that refuses everybody (ErrFull).
func (e *Engine) OpenRoom(id string) *Room {
	e.mu.Lock()
	defer e.mu.Unlock()
	if r := e.rooms[id]; r != nil {
		return r
	}
	r := newRoom(e, id)
	r.refused = len(e.rooms) >= maxRooms
	if r.closed = e.closed || r.refused; !r.closed {
		e.rooms[id] = r
	}
	return r
}

// forget takes a closed room out of the list and keeps its counts.
func (e *Engine) forget(r *Room) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.rooms[r.id] == r {
		delete(e.rooms, r.id)
		e.ended.add(r.counters.read())
	}
}

// Close ends every room, waits for every goroutine, then closes the sockets.
func (e *Engine) Close() error {
	e.mu.Lock()
	e.closed = true
	rooms := make([]*Room, 0, len(e.rooms))
	for _, r := range e.rooms {
		rooms = append(rooms, r)
	}
	e.mu.Unlock()
	for _, r := range rooms {
		r.Close()
	}
	e.wg.Wait()
	return e.closeSockets()
}

func (e *Engine) closeSockets() error {
	e.pacer.close()
	err := e.udp.Close()
	if e.tcp != nil {
		err = errors.Join(err, e.tcp.Close())
	}
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// quiet gives pion a logger whose complaints are visible at debug level only:
// most of them are about packets on the network, which nobody here can mend.
// Their arguments are left out, because they may hold addresses.
type quiet struct{ log *slog.Logger }

func (q quiet) NewLogger(scope string) logging.LeveledLogger {
	return quietScope{q.log.With("scope", scope)}
}

type quietScope struct{ log *slog.Logger }

func (quietScope) Trace(string)                   {}
func (quietScope) Tracef(string, ...any)          {}
func (quietScope) Debug(string)                   {}
func (quietScope) Debugf(string, ...any)          {}
func (quietScope) Info(string)                    {}
func (quietScope) Infof(string, ...any)           {}
func (q quietScope) Warn(m string)                { q.say(m) }
func (q quietScope) Warnf(form string, _ ...any)  { q.say(form) }
func (q quietScope) Error(m string)               { q.say(m) }
func (q quietScope) Errorf(form string, _ ...any) { q.say(form) }

func (q quietScope) say(m string) { q.log.Debug("media library complains", "err", m) }
