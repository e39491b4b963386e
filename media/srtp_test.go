package media

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"testing"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

var profiles = map[string]srtp.ProtectionProfile{
	"AES-128-GCM":             srtp.ProtectionProfileAeadAes128Gcm,
	"AES-CM-128-HMAC-SHA1-80": srtp.ProtectionProfileAes128CmHmacSha1_80,
}

// keyed gives our protection and pion's context under one random key.
func keyed(t testing.TB, profile srtp.ProtectionProfile) (*protection, *srtp.Context) {
	t.Helper()
	keySize, _ := profile.KeyLen()
	saltSize, _ := profile.SaltLen()
	key, salt := make([]byte, keySize), make([]byte, saltSize)
	_, _ = rand.Read(key)
	_, _ = rand.Read(salt)
	ours, err := newProtection(profile, key, salt)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := srtp.CreateContext(key, salt, profile)
	if err != nil {
		t.Fatal(err)
	}
	return ours, theirs
}

func TestWhatIsEncryptedHereIsDecryptedThereAndBack(t *testing.T) {
	for name, profile := range profiles {
		t.Run(name, func(t *testing.T) {
			ours, theirs := keyed(t, profile)
			k := &scratch{}
			// Over the end of the sequence numbers twice: rollovers count.
			for i := range uint64(3 << 16) {
				if i > 10 && i < 65500 || i > 65600 && i < 131000 {
					if i%1000 != 0 { // far fewer would lose the count
						continue
					}
				}
				p := rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: 96, SSRC: 0xfeed, SequenceNumber: uint16(i), Marker: i%3 == 0},
					Payload: []byte(fmt.Sprintf("packet %d", i))}
				if i%2 == 0 {
					_ = p.Header.SetExtension(3, []byte{1, 2})
				}
				plain, err := p.Marshal()
				if err != nil {
					t.Fatal(err)
				}
				header := p.Header.MarshalSize()
				sealed := ours.rtp.sealRTP(k, append(make([]byte, 0, 200), plain...), header, p.SSRC, i)
				opened, err := theirs.DecryptRTP(nil, sealed, nil)
				if err != nil || !bytes.Equal(opened, plain) {
					t.Fatalf("packet %d sealed here: %v", i, err)
				}
				sealed, err = theirs.EncryptRTP(nil, plain, nil)
				if err != nil {
					t.Fatal(err)
				}
				opened, ok := ours.rtp.openRTP(k, sealed, header, p.SSRC, i)
				if !ok || !bytes.Equal(opened, plain) {
					t.Fatalf("packet %d sealed there cannot be opened", i)
				}
			}
		})
	}
}

func TestFeedbackIsEncryptedHereAndDecryptedThereAndBack(t *testing.T) {
	for name, profile := range profiles {
		t.Run(name, func(t *testing.T) {
			ours, theirs := keyed(t, profile)
			k := &scratch{}
			plain, err := rtcp.Marshal([]rtcp.Packet{&rtcp.ReceiverReport{SSRC: 7}, &rtcp.PictureLossIndication{SenderSSRC: 7, MediaSSRC: 9}})
			if err != nil {
				t.Fatal(err)
			}
			for index := range uint32(5) {
				sealed := ours.rtcp.sealRTCP(k, append(make([]byte, 0, 200), plain...), index+1)
				opened, err := theirs.DecryptRTCP(nil, sealed, nil)
				if err != nil || !bytes.Equal(opened, plain) {
					t.Fatalf("sealed here: %v", err)
				}
				sealed, err = theirs.EncryptRTCP(nil, plain, nil)
				if err != nil {
					t.Fatal(err)
				}
				opened, _, ok := ours.rtcp.openRTCP(k, sealed)
				if !ok || !bytes.Equal(opened, plain) {
					t.Fatal("sealed there cannot be opened")
				}
			}
		})
	}
}

func TestWhatWasTamperedWithIsNotOpened(t *testing.T) {
	for name, profile := range profiles {
		t.Run(name, func(t *testing.T) {
			ours, _ := keyed(t, profile)
			k := &scratch{}
			rtpPacket := append(make([]byte, 0, 200), 0x80, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7, 'h', 'i')
			sealed := ours.rtp.sealRTP(k, rtpPacket, 12, 7, 1)
			for i := range sealed {
				bad := bytes.Clone(sealed)
				bad[i] ^= 1
				if _, ok := ours.rtp.openRTP(k, bad, 12, 7, 1); ok {
					t.Errorf("RTP with byte %d changed was taken", i)
				}
			}
			if _, ok := ours.rtp.openRTP(k, bytes.Clone(sealed), 12, 7, 1+1<<16); ok {
				t.Error("RTP of another rollover was taken")
			}
			feedback := append(make([]byte, 0, 200), 0x80, 201, 0, 1, 0, 0, 0, 7)
			sealed = ours.rtcp.sealRTCP(k, feedback, 3)
			for i := range sealed {
				bad := bytes.Clone(sealed)
				bad[i] ^= 1
				if _, _, ok := ours.rtcp.openRTCP(k, bad); ok {
					t.Errorf("RTCP with byte %d changed was taken", i)
				}
			}
			for n := range sealed {
				_, _, _ = ours.rtcp.openRTCP(k, bytes.Clone(sealed[:n])) // must not panic
			}
		})
	}
}

func TestAnIndexIsExtendedAroundTheNewest(t *testing.T) {
	for _, c := range []struct {
		seq          uint16
		newest, want uint64
		ok           bool
	}{
		{5, 3, 5, true}, {3, 5, 3, true}, {0, 65535, 65536, true}, {65535, 65536, 65535, true}, {65535, 3, 0, false},
		{1, 65536*4 + 65000, 65536*5 + 1, true}, {65000, 65536*5 + 1, 65536*4 + 65000, true},
	} {
		if got, ok := extend(c.seq, c.newest); ok != c.ok || ok && got != c.want {
			t.Errorf("extend(%d, %d) = %d, %v, want %d, %v", c.seq, c.newest, got, ok, c.want, c.ok)
		}
	}
}
