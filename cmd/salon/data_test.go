package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestASecretIsMadeOnceAndKept(t *testing.T) {
	c := parsed(t, "--demo", "--data", filepath.Join(t.TempDir(), "data"))
	if err := prepareData(c); err != nil {
		t.Fatal(err)
	}
	first, err := readSecret(c)
	if err != nil {
		t.Fatal(err)
	}
	again, err := readSecret(c)
	if err != nil || !bytes.Equal(first, again) || len(first) != shortestSecret {
		t.Errorf("%d bytes, then %d, %v", len(first), len(again), err)
	}
	if err := c.check(); err != nil {
		t.Errorf("the demo does not know its own folder: %v", err)
	}
	if bytes.Equal(derive(first, "tokens"), derive(first, "codes")) {
		t.Error("two uses share a key")
	}
}

func TestASecretThatIsNotSafeIsRefused(t *testing.T) {
	for _, tc := range []struct {
		name    string
		content string
		mode    os.FileMode
		want    string
	}{
		{"too short", "hunter2", 0o600, "fewer than"},
		{"readable by others", strings.Repeat("x", 40), 0o644, "others may read"},
		{"missing though named", "", 0, "no such file"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "secret")
			if tc.mode != 0 {
				if err := os.WriteFile(name, []byte(tc.content), tc.mode); err != nil {
					t.Fatal(err)
				}
			}
			_, err := readSecret(Config{stores: stores{Data: t.TempDir()}, SecretFile: name})
			if err == nil || !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v", err)
			}
		})
	}
}
