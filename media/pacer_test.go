package media

import (
	"slices"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// paced is a subscriber behind a network of so many bit/s, whose pacer is looked at by hand.
func paced(t testing.TB, rate int64, got *[]uint16) (*feed, *subscriber, *pacer) {
	t.Helper()
	f, subs := videoFeed(1, func(int) webrtc.TrackLocalWriter {
		return writer(func(h *rtp.Header, _ []byte) (int, error) { *got = append(*got, h.SequenceNumber); return 0, nil })
	})
	p, s := &pacer{wake: make(chan struct{}, 1)}, subs[0]
	s.wire, s.band, s.line = s.out.Load().wire, &bandwidth{}, &line{pacer: p}
	s.band.bitrate.Store(rate)
	f.rings[0].Store(&ring{})
	return f, s, p
}

// show fans a picture out, which stands in the ring then.
func show(f *feed, b *burst, picture []packet) {
	for i := range picture {
		f.rings[0].Load().put(&picture[i])
	}
	f.fan(b, picture)
}

// keyframe is a picture of so many packets of 1000 bytes.
func keyframe(first uint16, n int) []packet {
	var all []packet
	for i := range uint16(n) {
		all = append(all, packet{facts: facts{seq: first + i, codec: vp8, key: i == 0, marker: int(i) == n-1}, body: make([]byte, 1000)})
	}
	return all
}

func TestALargePictureLeavesLittleByLittleAndInOrder(t *testing.T) {
	var got []uint16
	f, s, p := paced(t, 500_000, &got)
	b := &burst{conn: &conn{}}
	show(f, b, keyframe(0, 16))
	show(f, b, keyframe(16, 4)) // the rest of it
	if len(got) != 0 {
		t.Fatalf("%d packets left at once", len(got))
	}
	now, most, looks := time.Now().UnixNano(), 0, 0
	for s.line.waiting() && looks < 1000 {
		before := len(got)
		p.look(now)
		most, looks, now = max(most, len(got)-before), looks+1, now+int64(paceEvery)
	}
	// 20 kB at half again 500 kbit/s are 213 ms; a look lets a packet or two pass.
	if took := time.Duration(looks) * paceEvery; took < 150*time.Millisecond || took > paceMost+50*time.Millisecond || most > 2 {
		t.Errorf("all left within %v, up to %d at once", took, most)
	}
	if !slices.IsSorted(got) || len(got) != 20 {
		t.Errorf("sent %v", got)
	}
	p.look(now)
	if len(p.lines) != 0 || s.wire.paced.Load() != 0 {
		t.Error("the pacer still looks after an empty line")
	}
	show(f, b, keyframe(20, 1))
	if len(got) != 21 {
		t.Error("a small picture waits")
	}
}

func TestAWideNetworkGetsALargePictureAtOnce(t *testing.T) {
	var got []uint16
	f, _, _ := paced(t, 8_000_000, &got)
	show(f, &burst{conn: &conn{}}, keyframe(0, 16))
	if len(got) != 16 {
		t.Errorf("%d of 16 packets left at once", len(got))
	}
}

func TestPacingAllocatesNothing(t *testing.T) {
	var got []uint16
	f, s, p := paced(t, 300_000, &got)
	s.out.Load().w = writer(func(*rtp.Header, []byte) (int, error) { return 0, nil })
	b, now, picture := &burst{conn: &conn{}}, time.Now().UnixNano(), keyframe(0, 16)
	round := func() {
		show(f, b, picture)
		for s.line.waiting() {
			now += int64(paceEvery)
			p.look(now)
		}
	}
	for range 2 * lineSize {
		round()
	}
	if n := testing.AllocsPerRun(100, round); n != 0 {
		t.Errorf("%v allocations for a picture", n)
	}
}
