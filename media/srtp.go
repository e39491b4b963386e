package media

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what RFC 3711 asks
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"hash"
	"sync"

	"github.com/pion/srtp/v3"
)

// Sizes in bytes: of the authentication tag of AES-128-GCM (RFC 7714), of that
// of AES-CM with HMAC-SHA1 (RFC 3711), of the index behind an SRTCP packet.
const (
	tagGCM      = 16
	tagCM       = 10
	srtcpIndex  = 4
	srtcpHeader = 8
	// encryptedFlag is the E bit before an SRTCP index (RFC 3711, section 3.4).
	encryptedFlag = 1 << 31
)

// scratch is what encrypting one packet needs to write down. It belongs to one
// goroutine; kept between packets, it costs no allocation.
type scratch struct {
	nonce, counter, stream [aes.BlockSize]byte
	sum                    [sha1.Size]byte
	word                   [4]byte
	aad                    [srtcpHeader + srtcpIndex]byte
}

// protection is one direction of one connection's SRTP and SRTCP. Beside pion,
// because it may be used by several goroutines for one stream, takes the place
// of a packet in its stream from the caller, and works in place.
type protection struct{ rtp, rtcp cryptor }

// cryptor encrypts and authenticates with one pair of session keys.
type cryptor struct {
	aead  cipher.AEAD // nil: counter mode
	block cipher.Block
	salt  [aes.BlockSize]byte

	mu  sync.Mutex
	mac hash.Hash // of counter mode, guarded by mu
}

// newProtection derives the session keys (RFC 3711, section 4.3).
func newProtection(profile srtp.ProtectionProfile, key, salt []byte) (*protection, error) {
	p := &protection{}
	for i, c := range []*cryptor{&p.rtp, &p.rtcp} {
		label := byte(3 * i)
		session, err := derive(key, salt, label, len(key))
		if err != nil {
			return nil, err
		}
		sessionSalt, err := derive(key, salt, label+2, len(salt))
		if err != nil {
			return nil, err
		}
		copy(c.salt[:], sessionSalt)
		if c.block, err = aes.NewCipher(session); err != nil {
			return nil, fmt.Errorf("make media cipher: %w", err)
		}
		switch profile {
		case srtp.ProtectionProfileAeadAes128Gcm:
			if c.aead, err = cipher.NewGCM(c.block); err != nil {
				return nil, fmt.Errorf("make media cipher: %w", err)
			}
		case srtp.ProtectionProfileAes128CmHmacSha1_80:
			auth, err := derive(key, salt, label+1, sha1.Size)
			if err != nil {
				return nil, err
			}
			c.mac = hmac.New(sha1.New, auth)
		default:
			return nil, fmt.Errorf("make media cipher: unknown profile %v", profile)
		}
	}
	return p, nil
}

// derive is the key derivation of RFC 3711, section 4.3.3, with a rate of 0.
func derive(key, salt []byte, label byte, size int) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("derive media key: %w", err)
	}
	var in [aes.BlockSize]byte
	copy(in[:14], salt)
	in[7] ^= label
	out := make([]byte, (size+aes.BlockSize-1)/aes.BlockSize*aes.BlockSize)
	for i := 0; i < len(out); i += aes.BlockSize {
		binary.BigEndian.PutUint16(in[14:], uint16(i/aes.BlockSize))
		block.Encrypt(out[i:], in[:])
	}
	return out[:size], nil
}

// overhead is how much longer a packet becomes.
func (c *cryptor) overhead() int {
	if c.aead != nil {
		return tagGCM
	}
	return tagCM
}

// sealRTP encrypts b in place, which begins with a header of that many bytes
// and has room for overhead behind it. index is the sequence number with the
// rollovers above it; the caller never uses one twice for different packets.
func (c *cryptor) sealRTP(k *scratch, b []byte, header int, ssrc uint32, index uint64) []byte {
	if c.aead != nil {
		c.nonceRTP(k, ssrc, index)
		sealed := c.aead.Seal(b[header:header], k.nonce[:12], b[header:], b[:header])
		return b[:header+len(sealed)]
	}
	c.xor(k, b[header:], ssrc, index)
	binary.BigEndian.PutUint32(k.word[:], uint32(index>>16))
	return append(b, c.authenticate(k, b, k.word[:])...)
}

// openRTP decrypts b in place and gives it without its tag; false when it is not genuine.
func (c *cryptor) openRTP(k *scratch, b []byte, header int, ssrc uint32, index uint64) ([]byte, bool) {
	if len(b) < header+c.overhead() {
		return nil, false
	}
	if c.aead != nil {
		c.nonceRTP(k, ssrc, index)
		plain, err := c.aead.Open(b[header:header], k.nonce[:12], b[header:], b[:header])
		return b[:header+len(plain)], err == nil
	}
	body := b[:len(b)-tagCM]
	binary.BigEndian.PutUint32(k.word[:], uint32(index>>16))
	if subtle.ConstantTimeCompare(c.authenticate(k, body, k.word[:]), b[len(body):]) != 1 {
		return nil, false
	}
	c.xor(k, body[header:], ssrc, index)
	return body, true
}

// sealRTCP encrypts a compound packet in place; b has room for overhead and index behind it.
func (c *cryptor) sealRTCP(k *scratch, b []byte, index uint32) []byte {
	ssrc := binary.BigEndian.Uint32(b[4:])
	if c.aead != nil {
		c.nonceRTCP(k, ssrc, index, b)
		sealed := c.aead.Seal(b[srtcpHeader:srtcpHeader], k.nonce[:12], b[srtcpHeader:], k.aad[:])
		return binary.BigEndian.AppendUint32(b[:srtcpHeader+len(sealed)], index|encryptedFlag)
	}
	c.xor(k, b[srtcpHeader:], ssrc, uint64(index))
	b = binary.BigEndian.AppendUint32(b, index|encryptedFlag)
	return append(b, c.authenticate(k, b, nil)...)
}

// openRTCP decrypts a compound packet in place and gives its index; false when
// it is not genuine. Packets that are not encrypted are refused.
func (c *cryptor) openRTCP(k *scratch, b []byte) (plain []byte, index uint32, ok bool) {
	if len(b) < srtcpHeader+c.overhead()+srtcpIndex {
		return nil, 0, false
	}
	end := len(b) - srtcpIndex
	if c.aead == nil {
		end -= tagCM
	}
	word := binary.BigEndian.Uint32(b[end:])
	index = word &^ encryptedFlag
	if word == index {
		return nil, 0, false
	}
	ssrc := binary.BigEndian.Uint32(b[4:])
	if c.aead != nil {
		c.nonceRTCP(k, ssrc, index, b)
		opened, err := c.aead.Open(b[srtcpHeader:srtcpHeader], k.nonce[:12], b[srtcpHeader:end], k.aad[:])
		return b[:srtcpHeader+len(opened)], index, err == nil
	}
	if subtle.ConstantTimeCompare(c.authenticate(k, b[:end+srtcpIndex], nil), b[end+srtcpIndex:]) != 1 {
		return nil, 0, false
	}
	c.xor(k, b[srtcpHeader:end], ssrc, uint64(index))
	return b[:end], index, true
}

// nonceRTP is RFC 7714, section 8.1.
func (c *cryptor) nonceRTP(k *scratch, ssrc uint32, index uint64) {
	n := k.nonce[:12]
	n[0], n[1] = 0, 0
	binary.BigEndian.PutUint32(n[2:], ssrc)
	binary.BigEndian.PutUint32(n[6:], uint32(index>>16))
	binary.BigEndian.PutUint16(n[10:], uint16(index))
	subtle.XORBytes(n, n, c.salt[:12])
}

// nonceRTCP is RFC 7714, section 9.1, and the associated data of section 9.2.
func (c *cryptor) nonceRTCP(k *scratch, ssrc, index uint32, b []byte) {
	n := k.nonce[:12]
	n[0], n[1], n[6], n[7] = 0, 0, 0, 0
	binary.BigEndian.PutUint32(n[2:], ssrc)
	binary.BigEndian.PutUint32(n[8:], index)
	subtle.XORBytes(n, n, c.salt[:12])
	copy(k.aad[:], b[:srtcpHeader])
	binary.BigEndian.PutUint32(k.aad[srtcpHeader:], index|encryptedFlag)
}

// xor is the counter mode of RFC 3711, section 4.1.1.
func (c *cryptor) xor(k *scratch, b []byte, ssrc uint32, index uint64) {
	n := k.counter[:]
	clear(n)
	binary.BigEndian.PutUint32(n[4:], ssrc)
	binary.BigEndian.PutUint32(n[8:], uint32(index>>16))
	binary.BigEndian.PutUint16(n[12:], uint16(index))
	subtle.XORBytes(n[:14], n[:14], c.salt[:14])
	for i := uint16(0); len(b) > 0; i++ {
		binary.BigEndian.PutUint16(n[14:], i)
		c.block.Encrypt(k.stream[:], n)
		b = b[subtle.XORBytes(b, b, k.stream[:]):]
	}
}

// authenticate is RFC 3711, section 4.2.
func (c *cryptor) authenticate(k *scratch, b, more []byte) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mac.Reset()
	_, _ = c.mac.Write(b) // a hash never fails
	_, _ = c.mac.Write(more)
	return c.mac.Sum(k.sum[:0])[:tagCM]
}

// extend gives the whole index of a sequence number, of which newest is the
// highest seen (RFC 3711, section 3.3.1 and appendix A); false when it is from before the stream began.
func extend(seq uint16, newest uint64) (uint64, bool) {
	index := int64(newest) + int64(int16(seq-uint16(newest)))
	return uint64(index), index >= 0
}
