package media

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestKeyframesAreRecognised(t *testing.T) {
	for name, c := range map[string]struct {
		codec codec
		body  []byte
		want  bool
	}{
		"VP8 keyframe, no extension":               {vp8, []byte{0x10, 0x10, 0x02, 0x00}, true},
		"VP8 keyframe, long picture id and layer":  {vp8, []byte{0x90, 0xe0, 0x81, 0x02, 0x07, 0x20, 0x10}, true},
		"VP8 inter frame":                          {vp8, []byte{0x90, 0x80, 0x81, 0x02, 0x11}, false},
		"VP8 keyframe, later packet":               {vp8, []byte{0x80, 0x80, 0x81, 0x02, 0x10}, false},
		"VP8 keyframe, second partition":           {vp8, []byte{0x91, 0x80, 0x81, 0x02, 0x10}, false},
		"VP8 cut short":                            {vp8, []byte{0x90, 0x80, 0x81}, false},
		"VP8 nothing after the descriptor":         {vp8, []byte{0x10}, false},
		"VP9 keyframe without layers":              {vp9, []byte{0x88, 0x01}, true},
		"VP9 keyframe, lowest layer":               {vp9, []byte{0xa8, 0x81, 0x01, 0x00, 0x00}, true},
		"VP9 keyframe, upper layer":                {vp9, []byte{0xa8, 0x01, 0x02}, false},
		"VP9 inter frame":                          {vp9, []byte{0xc8, 0x01}, false},
		"VP9 not the beginning":                    {vp9, []byte{0x80, 0x01}, false},
		"VP9 cut short":                            {vp9, []byte{0xa8}, false},
		"H264 IDR slice":                           {h264, []byte{0x65, 0x88}, true},
		"H264 parameter set":                       {h264, []byte{0x67, 0x42}, true},
		"H264 STAP-A with a parameter set":         {h264, []byte{0x78, 0, 2, 0x09, 0x10, 0, 2, 0x67, 0x42}, true},
		"H264 STAP-A without":                      {h264, []byte{0x78, 0, 2, 0x09, 0x10, 0, 2, 0x61, 0x42}, false},
		"H264 STAP-A with a length beyond its end": {h264, []byte{0x78, 0xff, 0xff, 0x09, 0x10}, false},
		"H264 FU-A start of IDR":                   {h264, []byte{0x7c, 0x85}, true},
		"H264 FU-A middle of IDR":                  {h264, []byte{0x7c, 0x05}, false},
		"H264 slice":                               {h264, []byte{0x61, 0x9a}, false},
		"AV1 new sequence":                         {av1, []byte{0x08}, true},
		"AV1 continuation":                         {av1, []byte{0x88}, false},
		"AV1 other":                                {av1, []byte{0x10}, false},
		"Opus":                                     {opus, []byte{0xf8}, false},
	} {
		if got := c.codec.keyframe(c.body); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
		for _, k := range []codec{none, opus, vp8, vp9, h264, av1} {
			for n := range c.body {
				k.keyframe(c.body[:n]) // any prefix, any format: must not panic
			}
		}
	}
}

func FuzzPayloadParsersDoNotPanic(f *testing.F) {
	f.Add([]byte{0x90, 0xff, 0x80, 0x01, 0x02, 0x03})
	f.Fuzz(func(_ *testing.T, b []byte) {
		for c := none; c < codecs; c++ {
			c.keyframe(b)
		}
		n := &numbering{pictureShift: 7, layer0Shift: 3}
		n.switchTo(&publisher{codec: vp8}, &packet{facts: facts{codec: vp8}, body: b}, time.Time{})
		n.apply(&packet{facts: facts{codec: vp8}, body: b}, time.Time{})
	})
}

// shot is a VP8 packet with a 15-bit picture id and a layer index.
func shot(seq uint16, stamp uint32, picture uint16, layer byte) *packet {
	return &packet{facts: facts{seq: seq, stamp: stamp, codec: vp8}, body: []byte{0x90, 0xc0, 0x80 | byte(picture>>8), byte(picture), layer, 0x10}}
}

func TestNumbersGoOnAcrossSwitchesAndWraps(t *testing.T) {
	n := &numbering{}
	now := time.Unix(0, 0)
	var last *packet
	for i := range 20 {
		src := &publisher{codec: vp8}
		src.video = true
		seq, stamp, picture, layer := uint16(rand.Uint32()), rand.Uint32(), uint16(rand.Uint32())&0x7fff, byte(rand.Uint32())
		if i == 3 {
			seq, stamp, picture, layer = 65530, 1<<32-6000, 0x7ffd, 254 // wraps within the run
		}
		for j := range 50 {
			now = now.Add(time.Second / 30)
			p := shot(seq, stamp, picture, layer)
			if j == 0 {
				n.switchTo(src, p, now)
			}
			if !n.apply(p, now) {
				t.Fatal("a packet in order was refused")
			}
			if last != nil {
				if p.seq != last.seq+1 {
					t.Fatalf("source %d, packet %d: sequence number %d after %d", i, j, p.seq, last.seq)
				}
				if d := p.stamp - last.stamp; d < 2900 || d > 3100 {
					t.Fatalf("source %d, packet %d: timestamp advances by %d, want about 3000", i, j, d)
				}
				if was, is := pictureID(last.body, vp8Descriptor{picture: 2, long: true}), pictureID(p.body, vp8Descriptor{picture: 2, long: true}); is != (was+1)&0x7fff {
					t.Fatalf("source %d, packet %d: picture %d after %d", i, j, is, was)
				}
				if p.body[4] != last.body[4]+1 {
					t.Fatalf("source %d, packet %d: layer index %d after %d", i, j, p.body[4], last.body[4])
				}
			}
			last = p
			seq, stamp, picture, layer = seq+1, stamp+3000, (picture+1)&0x7fff, layer+1
		}
	}
}

func TestPacketsFromBeforeTheSwitchAreRefusedAndLateOnesAreNot(t *testing.T) {
	n := &numbering{}
	src := &publisher{codec: vp8}
	now := time.Unix(0, 0)
	n.switchTo(src, shot(100, 0, 0, 0), now)
	for _, c := range []struct {
		seq  uint16
		want bool
	}{{100, true}, {99, false}, {105, true}, {103, true}, {60, false}} {
		if got := n.apply(shot(c.seq, 0, 0, 0), now); got != c.want {
			t.Errorf("packet %d: %v, want %v", c.seq, got, c.want)
		}
	}
	for i := range 200_000 { // several times round the circle of numbers
		if !n.apply(shot(uint16(106+i), 0, 0, 0), now) {
			t.Fatalf("packet %d after the switch refused", i)
		}
	}
}

func TestTheShortPictureIDStaysShort(t *testing.T) {
	n := &numbering{pictureShift: 100}
	b := []byte{0x90, 0x80, 0x7f, 0x10}
	n.applyVP8(b)
	if b[2] != (0x7f+100)&0x7f {
		t.Errorf("picture id byte = %#x", b[2])
	}
}

func TestNTPTimeGoesThereAndBack(t *testing.T) {
	at := time.Date(2021, 1, 18, 9, 0, 0, 123_456_789, time.UTC)
	if d := fromNTP(ntpTime(at)).Sub(at).Abs(); d > time.Microsecond {
		t.Errorf("differs by %v", d)
	}
	// RFC 868 gives 2,208,988,800 for 1 January 1970.
	if got := ntpTime(time.Unix(0, 0)) >> 32; got != 2_208_988_800 {
		t.Errorf("1970 = %d", got)
	}
}
