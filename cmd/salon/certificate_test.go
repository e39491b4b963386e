package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// issue writes a certificate for a name and its key into a folder.
func issue(t *testing.T, folder, name string) (cert, key string) {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{name}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &secret.PublicKey, secret)
	if err != nil {
		t.Fatal(err)
	}
	hidden, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(folder, "relay.crt"), filepath.Join(folder, "relay.key")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: hidden}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

func TestTheRelaysCertificateIsReadAgainWhenItChanges(t *testing.T) {
	folder := t.TempDir()
	cert, key := issue(t, folder, "old.example.org")
	c := newCertificate(cert, key, slog.New(slog.DiscardHandler))
	shown := func() string {
		t.Helper()
		pair, err := c.get(nil)
		if err != nil {
			t.Fatal(err)
		}
		return pair.Leaf.DNSNames[0]
	}
	before, _ := c.get(nil)
	if again, _ := c.get(nil); shown() != "old.example.org" || again != before {
		t.Errorf("%s is shown, read twice: %v", shown(), again != before)
	}
	issue(t, folder, "new.example.org")
	if got := shown(); got != "new.example.org" {
		t.Errorf("%s is shown after the renewal", got)
	}
	// The new certificate is there, its key is not yet.
	third, _ := issue(t, t.TempDir(), "third.example.org")
	half, err := os.ReadFile(third)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cert, append(half, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := shown(); got != "new.example.org" {
		t.Errorf("%s is shown between two files", got)
	}
	if _, err := newCertificate(filepath.Join(folder, "none"), key, nil).get(nil); err == nil {
		t.Error("a certificate that was never there")
	}
}
