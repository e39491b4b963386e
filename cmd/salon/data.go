package main

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// prepareData makes the data folder, for us alone, and marks a demo's.
func prepareData(c Config) error {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	if !c.Demo {
		return nil
	}
	const notice = "A demo of Salon made this folder. Everything in it is invented; it may be deleted.\n"
	if err := os.WriteFile(filepath.Join(c.Data, demoMarker), []byte(notice), 0o600); err != nil {
		return fmt.Errorf("mark the data folder as a demo's: %w", err)
	}
	return nil
}

// shortestSecret is the least a secret file may hold, in bytes.
const shortestSecret = 32

// readSecret reads the secret, which is made when its file does not exist and
// is the one of the data folder. A named file that is missing is an error: the
// nodes of a fair must share one.
func readSecret(c Config) ([]byte, error) {
	info, err := os.Stat(c.SecretFile)
	if errors.Is(err, fs.ErrNotExist) && c.SecretFile == ownSecret(c) {
		return makeSecret(c.SecretFile)
	}
	if err != nil {
		return nil, fmt.Errorf("SALON_SECRET_FILE: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("SALON_SECRET_FILE: others may read %s: chmod 600 it", c.SecretFile)
	}
	secret, err := os.ReadFile(c.SecretFile)
	if err != nil {
		return nil, fmt.Errorf("SALON_SECRET_FILE: %w", err)
	}
	if len(secret) < shortestSecret {
		return nil, fmt.Errorf("SALON_SECRET_FILE: %s holds %d bytes, fewer than %d", c.SecretFile, len(secret), shortestSecret)
	}
	return secret, nil
}

func ownSecret(c Config) string { return filepath.Join(c.Data, "secret") }

// makeSecret writes a secret that survives a power failure before it is used.
func makeSecret(name string) ([]byte, error) {
	secret := make([]byte, shortestSecret)
	if _, err := rand.Read(secret); err != nil {
		return nil, fmt.Errorf("make a secret: %w", err)
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make a secret: %w", err)
	}
	_, err = file.Write(secret)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return nil, errors.Join(fmt.Errorf("make a secret: %w", err), os.Remove(name))
	}
	return secret, nil
}

// derive gives each use its own key, so that what one signs means nothing to
// another (RFC 5869).
func derive(secret []byte, use string) []byte {
	key, err := hkdf.Key(sha256.New, secret, nil, "salon "+use, 32)
	if err != nil {
		panic("salon: derive a key: " + err.Error()) // only for lengths that are wrong in the source
	}
	return key
}
