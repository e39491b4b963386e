package proof

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
)

// Seal encrypts a secret under a key of 32 bytes (AES-256-GCM), bound to whose
// it is: moved to another account, it does not open.
func Seal(key, secret []byte, whose string) ([]byte, error) {
	box, err := boxOf(key)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, box.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("seal a secret: %w", err)
	}
	return box.Seal(nonce, nonce, secret, []byte(whose)), nil
}

// Open decrypts what Seal made.
func Open(key, sealed []byte, whose string) ([]byte, error) {
	box, err := boxOf(key)
	if err != nil {
		return nil, err
	}
	if len(sealed) < box.NonceSize() {
		return nil, errors.New("open a sealed secret: too short")
	}
	secret, err := box.Open(nil, sealed[:box.NonceSize()], sealed[box.NonceSize():], []byte(whose))
	if err != nil {
		return nil, fmt.Errorf("open a sealed secret: %w", err)
	}
	return secret, nil
}

func boxOf(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("seal a secret: %w", err)
	}
	return cipher.NewGCM(block)
}
