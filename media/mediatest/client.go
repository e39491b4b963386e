package mediatest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/nack"
	"github.com/pion/interceptor/pkg/report"
	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/logging"
	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"

	"salon/media/netlab"
)

// The ids under which this client offers its header extensions: it registers them in
// this order and pion numbers from 1.
const (
	levelExtension = iota + 1 // RFC 6464
	midExtension              // RFC 8843
	ridExtension              // RFC 8852
)

// Options say what a client does.
type Options struct {
	// Name marks its packets; Received.From gives it back.
	Name string
	// Sources to publish, of microphone, camera, screen, screen_audio; the
	// default is microphone and camera.
	Sources []string
	// Lose says which incoming datagrams to throw away, as a bad network would.
	Lose func(datagram []byte) bool
	// Host is the machine that it runs on, behind a network of its own; nil: the loopback.
	Host *netlab.Host
	// ICE are servers to ask for relays.
	ICE []webrtc.ICEServer
	// Relay has every packet pass by one of them. Roots is whose certificates are believed
	// of those over TLS, which all are if it is set.
	Relay bool
	Roots *x509.CertPool
	// Trickle takes the addresses of "up" or "down" as they are found; nil: they are waited
	// for and stand in the description.
	Trickle func(link string, c webrtc.ICECandidateInit)
	// Changed hears of the state of "up" or "down"; it must not wait.
	Changed func(link, state string)
	// Simulcast sends the camera in three encodings, "q", "h" and "f"; Sent and Play know
	// the upper ones as "camera/h" and "camera/f".
	Simulcast bool
	// Dense sends pictures of five packets of 1180 bytes, 1.4 Mbit/s, in place of one small one.
	Dense bool
	// Arrived hears of every packet with the mark of a programme: whether it is
	// of a picture, whether it begins a keyframe, and how long it was on its way. It must not wait.
	Arrived func(video, key bool, latency time.Duration)
	// Repeats takes packets that come again in a stream of their own (RFC 4588).
	Repeats bool
	// CounterMode refuses AES-128-GCM.
	CounterMode bool
	// DTLSServer answers as the server of the DTLS handshake, as few do.
	DTLSServer bool
	// TCP leaves out UDP altogether, as some firewalls do (RFC 6544).
	TCP bool
	// IPv6 has it on ::1 in place of 127.0.0.1.
	IPv6 bool
}

// Client is one participant, encoder or viewer. Its methods are safe for concurrent use.
type Client struct {
	opt  Options
	stop chan struct{}
	once sync.Once
	wg   sync.WaitGroup

	mu         sync.Mutex
	up, down   *connection
	programmes map[string]*programme
	received   []*Received
	changed    chan struct{} // closed and replaced at every change
	early      map[string][]webrtc.ICECandidateInit
}

// New makes a client; it opens nothing before its first description.
func New(opt Options) *Client {
	if opt.Sources == nil {
		opt.Sources = []string{"microphone", "camera"}
	}
	return &Client{opt: opt, stop: make(chan struct{}), programmes: map[string]*programme{},
		changed: make(chan struct{}), early: map[string][]webrtc.ICECandidateInit{}}
}

// newConnection opens a socket and a connection on it. Each connection has its
// own socket, as in browsers: a server tells connections apart by address.
func (c *Client) newConnection() (*connection, error) {
	logs := logging.NewDefaultLoggerFactory()
	logs.DefaultLogLevel = logging.LogLevelDisabled
	se := webrtc.SettingEngine{LoggerFactory: logs}
	se.SetIncludeLoopbackCandidate(true)
	se.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	conf := webrtc.Configuration{BundlePolicy: webrtc.BundlePolicyMaxBundle, ICEServers: c.opt.ICE}
	if c.opt.Relay {
		conf.ICETransportPolicy = webrtc.ICETransportPolicyRelay
		se.SetRelayAcceptanceMinWait(0)
	}
	if c.opt.Roots != nil {
		se.SetICEProxyDialer(secure{c.opt.Roots})
	}
	mux, err := c.listen(&se, logs)
	if err != nil {
		return nil, fmt.Errorf("open test client: %w", err)
	}
	m := &webrtc.MediaEngine{}
	ir := &interceptor.Registry{}
	err = errors.Join(register(m), intercept(ir))
	if c.opt.Repeats {
		err = errors.Join(err, registerRepeats(m))
	}
	if c.opt.DTLSServer {
		err = errors.Join(err, se.SetAnsweringDTLSRole(webrtc.DTLSRoleServer))
	}
	if c.opt.CounterMode {
		se.SetSRTPProtectionProfiles(dtls.SRTP_AES128_CM_HMAC_SHA1_80)
	}
	if err == nil {
		api := webrtc.NewAPI(webrtc.WithMediaEngine(m), webrtc.WithInterceptorRegistry(ir), webrtc.WithSettingEngine(se))
		var pc *webrtc.PeerConnection
		if pc, err = api.NewPeerConnection(conf); err == nil {
			return &connection{pc, mux, c.opt.Trickle != nil}, nil
		}
	}
	if mux != nil {
		err = errors.Join(err, mux.Close())
	}
	return nil, fmt.Errorf("open test client: %w", err)
}

// secure dials TLS, of which pion leaves the roots to the system.
type secure struct{ roots *x509.CertPool }

// Dial implements proxy.Dialer.
func (s secure) Dial(network, addr string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	c, err := tls.Dial(network, addr, &tls.Config{ServerName: host, RootCAs: s.roots})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// listen settles where a connection's packets leave and come: by a socket of its
// own on the loopback, or as its host does; a nil multiplexer then.
func (c *Client) listen(se *webrtc.SettingEngine, logs logging.LoggerFactory) (*ice.UDPMuxDefault, error) {
	networks, own := []webrtc.NetworkType{webrtc.NetworkTypeUDP4}, net.IPv4(127, 0, 0, 1)
	if c.opt.TCP {
		networks[0] = webrtc.NetworkTypeTCP4
	}
	if c.opt.IPv6 {
		networks[0], own = webrtc.NetworkTypeUDP6, net.IPv6loopback
	}
	se.SetNetworkTypes(networks)
	if c.opt.Host != nil {
		// Both networks: which one passes is what such tests are about.
		se.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeTCP4})
		se.SetNet(c.opt.Host.Net())
		return nil, nil
	}
	udp, err := net.ListenUDP("udp", &net.UDPAddr{IP: own})
	if err != nil {
		return nil, err
	}
	mux := ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: &lossy{udp, c.opt.Lose}, Logger: logs.NewLogger("ice")})
	if !c.opt.TCP {
		se.SetICEUDPMux(mux)
	}
	return mux, nil
}

// connection is a peer connection and its socket.
type connection struct {
	*webrtc.PeerConnection
	mux      *ice.UDPMuxDefault // nil on a host
	trickles bool
}

func (c *connection) close() error {
	if c == nil {
		return nil
	}
	err := c.GracefulClose()
	if c.mux != nil {
		err = errors.Join(err, c.mux.Close())
	}
	return err
}

func register(m *webrtc.MediaEngine) error {
	feedback := []webrtc.RTCPFeedback{{Type: "transport-cc"}, {Type: "nack"}, {Type: "nack", Parameter: "pli"}, {Type: "ccm", Parameter: "fir"}}
	return errors.Join(
		extension(m, sdp.AudioLevelURI, webrtc.RTPCodecTypeAudio),
		extension(m, sdp.SDESMidURI, webrtc.RTPCodecTypeVideo),
		extension(m, sdp.SDESRTPStreamIDURI, webrtc.RTPCodecTypeVideo),
		extension(m, sdp.TransportCCURI, webrtc.RTPCodecTypeAudio),
		extension(m, sdp.TransportCCURI, webrtc.RTPCodecTypeVideo),
		// Numbers of its own, so that a server has to translate payload types.
		m.RegisterCodec(webrtc.RTPCodecParameters{PayloadType: 109, RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1", RTCPFeedback: feedback[:2]}}, webrtc.RTPCodecTypeAudio),
		m.RegisterCodec(webrtc.RTPCodecParameters{PayloadType: 120, RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeVP8, ClockRate: 90000, RTCPFeedback: feedback}}, webrtc.RTPCodecTypeVideo),
	)
}

// registerRepeats has packets come again in a stream of their own (RFC 4588).
func registerRepeats(m *webrtc.MediaEngine) error {
	return m.RegisterCodec(webrtc.RTPCodecParameters{PayloadType: 121, RTPCodecCapability: webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: "apt=120"}}, webrtc.RTPCodecTypeVideo)
}

func extension(m *webrtc.MediaEngine, uri string, kind webrtc.RTPCodecType) error {
	return m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: uri}, kind)
}

func intercept(ir *interceptor.Registry) error {
	// What comes again in a stream of its own this generator does not see: it would ask for ever.
	generator, err1 := nack.NewGeneratorInterceptor(nack.GeneratorMaxNacksPerPacket(10))
	responder, err2 := nack.NewResponderInterceptor()
	receiver, err3 := report.NewReceiverInterceptor()
	sender, err4 := report.NewSenderInterceptor()
	feedback, err5 := twcc.NewSenderInterceptor(twcc.SendInterval(50 * time.Millisecond))
	ir.Add(feedback)
	ir.Add(generator)
	ir.Add(responder)
	ir.Add(receiver)
	ir.Add(sender)
	return errors.Join(err1, err2, err3, err4, err5)
}

// lossy is a socket on a network that loses what it is told to.
type lossy struct {
	*net.UDPConn
	lose func([]byte) bool
}

func (l *lossy) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, from, err := l.UDPConn.ReadFrom(b)
		if err != nil || l.lose == nil || !l.lose(b[:n]) {
			return n, from, err
		}
	}
}

// Offer begins publishing and gives the offer for Up. Called again, it offers
// a restart of ICE on the same connection.
func (c *Client) Offer(ctx context.Context) (string, error) {
	c.mu.Lock()
	pc := c.up
	c.mu.Unlock()
	if pc != nil {
		return describe(ctx, pc, func() (webrtc.SessionDescription, error) {
			return pc.CreateOffer(&webrtc.OfferOptions{ICERestart: true})
		})
	}
	pc, err := c.connect(&c.up)
	if err != nil {
		return "", err
	}
	for _, source := range c.opt.Sources {
		if err := c.addSource(pc, source); err != nil {
			return "", err
		}
	}
	offer, err := describe(ctx, pc, func() (webrtc.SessionDescription, error) { return pc.CreateOffer(nil) })
	for _, t := range pc.GetTransceivers() {
		mid := t.Mid()
		c.each(func(p *programme) {
			if p.sender == t.Sender() {
				p.mid.Store(&mid)
			}
		})
	}
	return offer, err
}

// addSource makes the programme of a source, or one for each of its encodings.
func (c *Client) addSource(pc *connection, source string) error {
	shapes := []shape{plain}
	switch {
	case c.opt.Simulcast && source == "camera":
		shapes = encodings
	case c.opt.Dense:
		shapes = []shape{dense}
	}
	var sender *webrtc.RTPSender
	for i, sh := range shapes {
		p, err := newProgramme(c.opt.Name, source, source == "camera" || source == "screen", sh)
		if err != nil {
			return err
		}
		name := source
		if i == 0 {
			t, err := pc.AddTransceiverFromTrack(p.track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
			if err != nil {
				return err
			}
			sender = t.Sender()
		} else {
			name += "/" + sh.rid
			if err := sender.AddEncoding(p.track); err != nil {
				return err
			}
		}
		p.sender = sender
		c.mu.Lock()
		c.programmes[name] = p
		c.mu.Unlock()
	}
	return nil
}

func (c *Client) each(do func(*programme)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.programmes {
		do(p)
	}
}

// Reset forgets the up connection, so that the next Offer begins anew.
func (c *Client) Reset() error {
	c.mu.Lock()
	pc := c.up
	c.up = nil
	c.mu.Unlock()
	return pc.close()
}

// Accept takes the answer to Offer; the programme runs from then on.
func (c *Client) Accept(answer string) error {
	c.mu.Lock()
	pc, first := c.up, c.up.RemoteDescription() == nil
	programmes := make([]*programme, 0, len(c.programmes))
	for _, p := range c.programmes {
		programmes = append(programmes, p)
	}
	c.mu.Unlock()
	if err := c.accept("up", pc, answer); err != nil || !first {
		return err
	}
	for _, p := range programmes {
		c.wg.Go(p.feedback)
		c.wg.Go(func() { p.run(c.stop) })
	}
	return nil
}

// View gives a viewer's offer (WHEP): one audio and one video to receive.
func (c *Client) View(ctx context.Context) (string, error) {
	pc, err := c.connect(&c.down)
	if err != nil {
		return "", err
	}
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
		if _, err := pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
			return "", err
		}
	}
	return describe(ctx, pc, func() (webrtc.SessionDescription, error) { return pc.CreateOffer(nil) })
}

// AcceptView takes the answer to View.
func (c *Client) AcceptView(answer string) error {
	c.mu.Lock()
	pc := c.down
	c.mu.Unlock()
	return c.accept("down", pc, answer)
}

// Answer takes the server's offer for Down and gives the answer.
func (c *Client) Answer(ctx context.Context, offer string) (string, error) {
	c.mu.Lock()
	pc := c.down
	c.mu.Unlock()
	if pc == nil {
		var err error
		if pc, err = c.connect(&c.down); err != nil {
			return "", err
		}
	}
	idle, offer := redirect(offer, "a=inactive", "a=sendonly", nil)
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return "", err
	}
	c.flush("down", pc)
	answer, err := describe(ctx, pc, func() (webrtc.SessionDescription, error) { return pc.CreateAnswer(nil) })
	if err != nil {
		return "", err
	}
	_, answer = redirect(answer, "a=recvonly", "a=inactive", idle)
	return answer, nil
}

// redirect changes the direction of media sections and says which; only lists
// those to look at, nil means all. pion as the answering side (v4.2) never
// again receives in a section that was inactive in two offers running, so here it
// sees a section without a track instead, while the server gets the honest answer.
func redirect(sdp, from, to string, only map[int]bool) (map[int]bool, string) {
	done := map[int]bool{}
	sections := strings.Split(sdp, "\r\nm=")
	for i, s := range sections {
		if i > 0 && (only == nil || only[i]) && strings.Contains(s, from) {
			sections[i] = strings.Replace(s, from, to, 1)
			done[i] = true
		}
	}
	return done, strings.Join(sections, "\r\nm=")
}

// AddCandidate takes one of the server's addresses for "up" or "down".
func (c *Client) AddCandidate(link, candidate, mid string, index uint16) error {
	init := webrtc.ICECandidateInit{Candidate: candidate, SDPMid: &mid, SDPMLineIndex: &index}
	c.mu.Lock()
	pc := c.up
	if link == "down" {
		pc = c.down
	}
	if pc == nil || pc.RemoteDescription() == nil {
		c.early[link] = append(c.early[link], init)
		c.mu.Unlock()
		return nil
	}
	c.mu.Unlock()
	return pc.AddICECandidate(init)
}

func (c *Client) accept(link string, pc *connection, answer string) error {
	if pc == nil {
		return errors.New("accept an answer without an offer")
	}
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}); err != nil {
		return err
	}
	c.flush(link, pc)
	return nil
}

// flush adds the addresses that came before the description.
func (c *Client) flush(link string, pc *connection) {
	c.mu.Lock()
	early := c.early[link]
	delete(c.early, link)
	c.mu.Unlock()
	for _, i := range early {
		_ = pc.AddICECandidate(i)
	}
}

// describe sets a local description and waits for its addresses, unless they are told as they are found.
func describe(ctx context.Context, pc *connection, create func() (webrtc.SessionDescription, error)) (string, error) {
	d, err := create()
	if err != nil {
		return "", err
	}
	gathered := webrtc.GatheringCompletePromise(pc.PeerConnection)
	if err := pc.SetLocalDescription(d); err != nil {
		return "", err
	}
	if pc.trickles {
		return d.SDP, nil
	}
	select {
	case <-gathered:
		return pc.LocalDescription().SDP, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// connect makes one of the two connections.
func (c *Client) connect(slot **connection) (*connection, error) {
	pc, err := c.newConnection()
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.stop:
		_ = pc.close()
		return nil, net.ErrClosed
	default:
	}
	*slot = pc
	link := "up"
	if slot == &c.down {
		link = "down"
	}
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		c.touch()
		if c.opt.Changed != nil {
			c.opt.Changed(link, s.String())
		}
	})
	pc.OnICECandidate(func(found *webrtc.ICECandidate) {
		if found != nil && c.opt.Trickle != nil {
			c.opt.Trickle(link, found.ToJSON())
		}
	})
	pc.OnTrack(func(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) { c.receive(pc.PeerConnection, t, r) })
	return pc, nil
}

// State is the connection state of "up" or "down", "new" before there is one.
func (c *Client) State(link string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	pc := c.up
	if link == "down" {
		pc = c.down
	}
	if pc == nil {
		return webrtc.PeerConnectionStateNew.String()
	}
	return pc.ConnectionState().String()
}

// Play turns a source's programme on or off, as a camera is covered: nothing is negotiated.
func (c *Client) Play(source string, on bool) {
	if p := c.programme(source); p != nil {
		p.key.Store(p.key.Load() || on)
		p.on.Store(on)
	}
}

// Speak states an audio level in every microphone packet, in -dBov from 0,
// loudest, to 127 (RFC 6464).
func (c *Client) Speak(level int) {
	if p := c.programme("microphone"); p != nil {
		p.level.Store(int32(level))
	}
}

// Write sends one packet of the test's own making between those of the
// programme; sequence number and timestamp are filled in.
func (c *Client) Write(source string, h rtp.Header, body []byte) error {
	p := c.programme(source)
	if p == nil {
		return fmt.Errorf("no programme for %s", source)
	}
	p.writing.Lock()
	defer p.writing.Unlock()
	h.Version, h.SequenceNumber, h.Timestamp = 2, p.seq, p.stamp
	p.seq++
	return p.track.WriteRTP(&rtp.Packet{Header: h, Payload: body})
}

// Sent counts what was published of a source.
func (c *Client) Sent(source string) Sent {
	p := c.programme(source)
	if p == nil {
		return Sent{}
	}
	return Sent{Packets: p.sent.Load(), Keyframes: p.keyframes.Load(), PLIs: p.plis.Load()}
}

func (c *Client) programme(source string) *programme {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.programmes[source]
}

// Close ends both connections and waits for the goroutines.
func (c *Client) Close() error {
	var err error
	c.once.Do(func() {
		c.mu.Lock()
		close(c.stop)
		up, down := c.up, c.down
		c.mu.Unlock()
		err = errors.Join(up.close(), down.close())
		c.wg.Wait()
	})
	return err
}
