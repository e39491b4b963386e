package media

import (
	"bytes"
	"net/netip"
	"slices"
	"testing"

	"github.com/pion/rtcp"
	"github.com/pion/srtp/v3"
)

// sealed is an outlet whose packets stay in the burst.
func sealed(tb testing.TB) *outlet {
	tb.Helper()
	seal, err := newProtection(srtp.ProtectionProfileAeadAes128Gcm, make([]byte, 16), make([]byte, 12))
	if err != nil {
		tb.Fatal(err)
	}
	o := &outlet{wire: &wire{}, ssrc: 7, transport: 3, sent: &sentNumbers{}}
	o.types[opus], o.types[vp8] = 111, 96
	o.wire.seal.Store(seal)
	o.wire.route.Store(&route{addr: netip.MustParseAddrPort("192.0.2.1:9")})
	return o
}

// last is the packet that a burst took last.
func (b *burst) last() []byte {
	r := b.runs[len(b.runs)-1]
	return b.arena[r.start+(r.count-1)*r.segment : r.end]
}

// One place in a stream is one nonce: what is sent again in the same stream is the
// same to the bit, or it is not sent.
func TestAPacketSentAgainInItsStreamIsTheSameToTheBit(t *testing.T) {
	o, b := sealed(t), &burst{size: arenaSize}
	p := &packet{facts: facts{codec: opus, seq: 65535, stamp: 1}, body: []byte("sound")}
	if !o.send(b, p) {
		t.Fatal("not sent")
	}
	first := slices.Clone(b.last())
	for range 3 {
		o.send(b, &packet{facts: facts{codec: opus, seq: p.seq + 1}, body: []byte("more")})
	}
	if !o.resend(b, p) || !bytes.Equal(b.last(), first) {
		t.Errorf("sent\n%x, then\n%x", first, b.last())
	}
	if o.resend(b, &packet{facts: facts{codec: opus, seq: 300}, body: []byte("never")}) {
		t.Error("a packet was sent again that never was")
	}
	for i := range uint16(len(o.sent)) {
		o.send(b, &packet{facts: facts{codec: opus, seq: p.seq + 2 + i}})
	}
	if o.resend(b, p) {
		t.Error("a packet was sent again whose number is forgotten")
	}
}

// Who speaks learns what is lost on the way to those who listen, so that Opus protects itself.
func TestAPublisherLearnsWhatItsFewListenersLose(t *testing.T) {
	f := &feed{counters: &counters{}}
	heard := func(share uint8) *subscriber {
		s := &subscriber{feed: f}
		s.out.Store(&outlet{ssrc: 9})
		s.hear(&burst{}, &rtcp.ReceiverReport{Reports: []rtcp.ReceptionReport{{SSRC: 1, FractionLost: 200}, {SSRC: 9, FractionLost: share}}})
		f.attach(s)
		return s
	}
	if got := f.lossToTell(26); got != 26 {
		t.Errorf("alone: %d", got)
	}
	heard(0)
	heard(64)
	for up, want := range map[uint8]uint8{0: 64, 128: 160, 255: 255} {
		if got := f.lossToTell(up); got != want {
			t.Errorf("%d on the way up: %d, want %d", up, got, want)
		}
	}
	for range fewHear {
		heard(0)
	}
	if got := f.lossToTell(3); got != 3 {
		t.Errorf("one of many listeners decides for all: %d", got)
	}
}
