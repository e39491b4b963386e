package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// parsed gives the configuration of a command line, completed.
func parsed(t *testing.T, args ...string) Config {
	t.Helper()
	var c Config
	parser, err := kong.New(&c, kong.Name("salon"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(args); err != nil {
		t.Fatal(err)
	}
	c.complete()
	return c
}

func TestADemoNeedsNothingButItsFlag(t *testing.T) {
	c := parsed(t, "--demo", "--data", t.TempDir())
	if err := c.check(); err != nil {
		t.Fatal(err)
	}
	if c.URL != "http://127.0.0.1:8080" {
		t.Errorf("the address told to people is %s", c.URL)
	}
}

func TestSettingsAreReadFromTheEnvironment(t *testing.T) {
	t.Setenv("SALON_ADDR", "127.0.0.1:9999")
	t.Setenv("SALON_DEMO", "true")
	if c := parsed(t); c.Addr != "127.0.0.1:9999" || !c.Demo {
		t.Errorf("got %+v", c)
	}
}

func TestUnsafeSettingsAreRefused(t *testing.T) {
	data := t.TempDir()
	full := filepath.Join(t.TempDir(), "full")
	demo := filepath.Join(t.TempDir(), "demo")
	write(t, filepath.Join(full, "salon.db"))
	write(t, filepath.Join(demo, demoMarker))
	cert, key := issue(t, t.TempDir(), "salon.example.org")
	production := []string{"--data", data, "--smtp", "smtp://127.0.0.1:25?tls=off&from=fair@example.org", "--url", "https://salon.example.org"}

	for _, tc := range []struct {
		name string
		args []string
		want string // a part of the refusal; empty when accepted
	}{
		{"a server behind a proxy is accepted", []string{"--addr", "0.0.0.0:8080"}, ""},
		{"a real MongoDB and a real Redis are accepted", []string{"--mongo", "mongodb://a,b/salon?replicaSet=rs", "--redis", "rediss://c:6379"}, ""},
		{"the relay and the metrics may be off", []string{"--turn", "off", "--metrics", "off"}, ""},
		{"a relay over TLS is accepted", []string{"--turn-tls", ":5349", "--turn-cert", cert, "--turn-key", key}, ""},
		{"one whose certificate is for another name is not", []string{"--turn-tls", ":5349", "--turn-cert", cert, "--turn-key", key, "--turn-name", "relay.example.org"}, "SALON_TURN_CERT"},
		{"one without a certificate is not", []string{"--turn-tls", ":5349"}, "SALON_TURN_CERT"},
		{"one whose key is a certificate is not", []string{"--turn-tls", ":5349", "--turn-cert", cert, "--turn-key", cert}, "SALON_TURN_KEY"},
		{"one whose certificate is not there is not", []string{"--turn-tls", ":5349", "--turn-cert", "/nowhere/relay.crt", "--turn-key", key}, "/nowhere/relay.crt"},
		{"one over TLS only is not", []string{"--turn", "off", "--turn-tls", ":5349", "--turn-cert", cert, "--turn-key", key}, "SALON_TURN_TLS"},
		{"proxies are accepted", []string{"--proxies", "10.0.0.0/8, fd00::/8"}, ""},
		{"a proxy that is no network is not", []string{"--proxies", "10.0.0.1"}, "SALON_PROXIES"},
		{"an address without port is not", []string{"--addr", "127.0.0.1"}, "SALON_ADDR"},
		{"a site without TLS is not", []string{"--url", "http://salon.example.org"}, "SALON_URL"},
		{"a site in a folder is not", []string{"--url", "https://example.org/salon"}, "SALON_URL"},
		{"a site that is no site is not", []string{"--url", "salon.example.org"}, "SALON_URL"},
		{"an unknown document store is not", []string{"--mongo", "postgres://db"}, "SALON_MONGO"},
		{"an unknown bus is not", []string{"--redis", "localhost"}, "SALON_REDIS"},
		{"a media address that names no machine is not", []string{"--media-ip", "0.0.0.0"}, "SALON_MEDIA_IP"},
		{"two services on one port are not", []string{"--turn", ":7882"}, "SALON_TURN"},
		{"a server without mail is not", []string{"--smtp", ""}, "SALON_SMTP"},
		{"mail that would show its password is not", []string{"--smtp", "smtp://u:p@mail.example.org?tls=off&from=a@example.org"}, "SALON_SMTP"},
		{"files in a bucket and a scanner are accepted", []string{"--files", "https://k:s@s3.example.org/salon", "--clamd", "/run/clamav/clamd.ctl"}, ""},
		{"a file of issuers that is not there is not", []string{"--issuers", "/nowhere/issuers.json"}, "SALON_ISSUERS"},
		{"a bucket without a key is not", []string{"--files", "https://s3.example.org/salon"}, "SALON_FILES"},
		{"a scanner on the network is not", []string{"--clamd", "127.0.0.1:3310"}, "SALON_CLAMD"},
		{"a real fair in a demo's folder is not", []string{"--data", demo}, "SALON_DATA"},
		{"a demo in a real fair's folder is not", []string{"--demo", "--data", full, "--url", ""}, "SALON_DEMO"},
		{"a demo again in its own folder is accepted", []string{"--demo", "--data", demo, "--url", ""}, ""},
		{"a demo open to the network is not", []string{"--demo", "--addr", "0.0.0.0:8080"}, "SALON_DEMO"},
		{"a demo under a public name is not", []string{"--demo", "--data", demo}, "SALON_DEMO"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := parsed(t, append(production, tc.args...)...)
			err := c.check()
			switch {
			case tc.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("got %v, want a refusal of %s", err, tc.want)
			}
		})
	}
}

func TestAllFaultsAreListedAtOnce(t *testing.T) {
	c := parsed(t, "--addr", "nowhere", "--mongo", "mysql://x", "--redis", "x", "--turn", "far", "--data", t.TempDir())
	err := c.check()
	if err == nil {
		t.Fatal("accepted")
	}
	for _, name := range []string{"SALON_ADDR", "SALON_MONGO", "SALON_REDIS", "SALON_TURN", "SALON_SMTP"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not among the faults:\n%v", name, err)
		}
	}
}

func TestARefusalNeverRepeatsAPassword(t *testing.T) {
	c := parsed(t, "--mongo", "mysql://salon:hunter2@db", "--redis", "x://:hunter2@bus", "--smtp", "http://u:hunter2@mail", "--data", t.TempDir())
	if err := c.check(); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
}

func write(t *testing.T, name string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
}
