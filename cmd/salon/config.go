package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"salon/fair/clamd"
	"salon/fair/filestore"
	"salon/fair/issuer"
	"salon/fair/mail"
	"salon/fair/push"
)

// Config is every setting of `salon serve`: a flag and an environment variable
// of the same name. It is read once. The table of settings in the README is
// written from this struct.
type Config struct {
	Addr string `env:"SALON_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where HTTP listens."`
	URL  string `env:"SALON_URL" name:"url" placeholder:"URL" help:"The address people type, told in mails and links. From SALON_ADDR when empty. Anything but the loopback needs https."`
	stores
	Redis    string `env:"SALON_REDIS" default:"embedded" placeholder:"URL" help:"Presence and the bus between nodes: \"embedded\" or the URL of a Redis 7, redis://..."`
	MediaUDP string `env:"SALON_MEDIA_UDP" default:":7882" placeholder:"HOST:PORT" help:"The one UDP port of pictures and sound."`
	MediaTCP string `env:"SALON_MEDIA_TCP" default:":7882" placeholder:"HOST:PORT" help:"The TCP port for networks that let no UDP through, or \"off\"."`
	MediaIP  string `env:"SALON_MEDIA_IP" placeholder:"IP" help:"The address told to browsers for pictures and sound. Found by itself when empty; behind NAT, say the public one."`
	relaySettings
	Metrics    string `env:"SALON_METRICS" default:"127.0.0.1:9464" placeholder:"HOST:PORT" help:"Where Prometheus reads, or \"off\". Keep it off the public network."`
	SMTP       string `env:"SALON_SMTP" name:"smtp" placeholder:"URL" help:"Where mail goes: smtp://user:password@host:587?from=fair@example.org (STARTTLS), smtps://... (TLS), with ?tls=off for a relay on the loopback. A demo keeps mail for its own page instead."`
	SMSHook    string `env:"SALON_SMS_HOOK" name:"sms-hook" placeholder:"URL" help:"Where text messages go, to candidates who gave a number and agreed: https://salon:KEY@sms.example.org/send gets a POST of {\"id\",\"to\",\"text\"}, signed with KEY. None when empty."`
	Proxies    string `env:"SALON_PROXIES" placeholder:"NETWORKS" help:"Networks of reverse proxies, such as 10.0.0.0/8, separated by commas: only their X-Forwarded-For is believed when tries are counted by address."`
	Files      string `env:"SALON_FILES" placeholder:"URL" help:"Where CVs are kept: a folder of SALON_DATA when empty, or an S3 bucket, https://KEY:SECRET@s3.example.org/BUCKET/PREFIX?region=R, which several nodes need."`
	Clamd      string `env:"SALON_CLAMD" name:"clamd" placeholder:"PATH" help:"The unix socket of a ClamAV daemon on this machine, such as /run/clamav/clamd.ctl, which scans every CV; while it is down new ones wait. Nothing is scanned when empty."`
	Issuers    string `env:"SALON_ISSUERS" placeholder:"FILE" help:"Other sites that say who somebody is, by OpenID Connect (FranceConnect, ProConnect, any issuer): a JSON list, described below. None when empty."`
	SecretFile string `env:"SALON_SECRET_FILE" placeholder:"FILE" help:"32 bytes or more that sign tokens; the same on every node. Made in SALON_DATA when empty."`
	Demo       bool   `env:"SALON_DEMO" help:"Serve the demo fair, where anybody may be anybody. Only on the loopback, only in a folder a demo has made."`
}

// relaySettings say where the relay listens.
type relaySettings struct {
	TURN     string `env:"SALON_TURN" name:"turn" default:":3478" placeholder:"HOST:PORT" help:"The relay for difficult networks, over UDP and TCP, or \"off\"."`
	TURNTLS  string `env:"SALON_TURN_TLS" name:"turn-tls" default:"off" placeholder:"HOST:PORT" help:"The relay over TLS, for networks that let only HTTPS through, or \"off\". Best on port 443 of an address of its own, else 5349."`
	TURNName string `env:"SALON_TURN_NAME" name:"turn-name" placeholder:"HOST" help:"The name of this machine in the relay's certificate. The host of SALON_URL when empty."`
	TURNCert string `env:"SALON_TURN_CERT" name:"turn-cert" placeholder:"FILE" help:"The relay's certificate with its chain (PEM). It is read again when it changes."`
	TURNKey  string `env:"SALON_TURN_KEY" name:"turn-key" placeholder:"FILE" help:"Its key (PEM)."`
}

// stores is the settings that the commands working without a server share with
// `salon serve`: where everything is kept.
type stores struct {
	Data  string `env:"SALON_DATA" default:"./data" placeholder:"DIR" help:"Folder of everything kept on this machine. One server at a time."`
	Mongo string `env:"SALON_MONGO" default:"embedded" placeholder:"URL" help:"Documents: \"embedded\" or the URL of a MongoDB 7 replica set, mongodb://..."`
}

// The words that stand where an address could.
const (
	inside = "embedded"
	off    = "off"
)

// complete fills in what follows from other settings.
func (c *Config) complete() {
	if c.URL == "" {
		c.URL = "http://" + c.Addr
	}
	c.URL = strings.TrimSuffix(c.URL, "/")
	if u, err := url.Parse(c.URL); err == nil && c.TURNName == "" {
		c.TURNName = u.Hostname()
	}
	if c.SecretFile == "" {
		c.SecretFile = filepath.Join(c.Data, "secret")
	}
}

// check lists everything that is wrong with the settings, or answers nil. It
// looks at the file system only to tell whose folder SALON_DATA is.
func (c *Config) check() error {
	return errors.Join(
		c.checkAddresses(),
		c.checkURL(),
		c.checkRelay(),
		c.checkMongo(),
		oneOf("SALON_REDIS", c.Redis, "redis", "rediss"),
		c.checkMail(),
		c.checkHook(),
		c.checkFiles(),
		c.checkIssuers(),
		c.checkProxies(),
		c.checkData(),
	)
}

func (c *Config) checkAddresses() error {
	var faults []error
	for _, a := range []struct {
		name, value string
		mayBeOff    bool
	}{
		{"SALON_ADDR", c.Addr, false},
		{"SALON_MEDIA_UDP", c.MediaUDP, false},
		{"SALON_MEDIA_TCP", c.MediaTCP, true},
		{"SALON_TURN", c.TURN, true},
		{"SALON_TURN_TLS", c.TURNTLS, true},
		{"SALON_METRICS", c.Metrics, true},
	} {
		if a.mayBeOff && a.value == off {
			continue
		}
		if _, err := net.ResolveTCPAddr("tcp", a.value); err != nil {
			faults = append(faults, fmt.Errorf("%s: %q is not HOST:PORT: %w", a.name, a.value, err))
		}
	}
	if c.MediaIP != "" {
		if ip, err := netip.ParseAddr(c.MediaIP); err != nil || ip.IsUnspecified() {
			faults = append(faults, fmt.Errorf("SALON_MEDIA_IP: %q is not the address of one machine", c.MediaIP))
		}
	}
	if c.TURN == c.MediaUDP && !strings.HasSuffix(c.TURN, ":0") {
		faults = append(faults, fmt.Errorf("SALON_TURN and SALON_MEDIA_UDP are both %s: each needs its own port", c.TURN))
	}
	if c.Demo && !loopback(c.Addr) {
		faults = append(faults, fmt.Errorf("SALON_DEMO: in a demo anybody may be anybody, so SALON_ADDR must be on the loopback and %s is not", c.Addr))
	}
	return errors.Join(faults...)
}

func (c *Config) checkURL() error {
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("SALON_URL: %q is not the address of a site, such as https://salon.example.org", c.URL)
	case u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return fmt.Errorf("SALON_URL: %q must be scheme and host only", c.URL)
	case u.Scheme == "http" && !loopback(u.Host):
		return fmt.Errorf("SALON_URL: browsers give camera and sign-in to https only, and %s is not", c.URL)
	case c.Demo && !loopback(u.Host):
		return fmt.Errorf("SALON_DEMO: SALON_URL must be on the loopback and %s is not", c.URL)
	}
	return nil
}

// checkRelay refuses a relay over TLS that no browser would trust.
func (c *Config) checkRelay() error {
	if c.TURNTLS == off {
		return nil
	}
	if c.TURN == off {
		return errors.New("SALON_TURN_TLS: there is no relay over TLS without SALON_TURN")
	}
	if err := newCertificate(c.TURNCert, c.TURNKey, nil).check(c.TURNName); err != nil {
		return fmt.Errorf("SALON_TURN_CERT and SALON_TURN_KEY: %w", err)
	}
	return nil
}

func (s stores) checkMongo() error { return oneOf("SALON_MONGO", s.Mongo, "mongodb", "mongodb+srv") }

// oneOf refuses what is neither "embedded" nor a URL of one of the schemes. It
// does not repeat the value, which may hold a password.
func oneOf(name, value string, schemes ...string) error {
	if value == inside {
		return nil
	}
	if u, err := url.Parse(value); err == nil && u.Host != "" && slices.Contains(schemes, u.Scheme) {
		return nil
	}
	return fmt.Errorf("%s: neither \"embedded\" nor a %s:// URL", name, schemes[0])
}

func (c *Config) checkMail() error {
	switch {
	case c.Demo:
		return nil
	case c.SMTP == "":
		return errors.New("SALON_SMTP: missing, and without mail nobody can sign in (SALON_DEMO needs none)")
	}
	if _, err := mail.NewSMTP(c.SMTP); err != nil {
		return fmt.Errorf("SALON_SMTP: %w", err)
	}
	return nil
}

func (c *Config) checkHook() error {
	if c.SMSHook == "" {
		return nil
	}
	if _, err := push.NewHook(c.SMSHook, nil); err != nil {
		return fmt.Errorf("SALON_SMS_HOOK: %w", err)
	}
	return nil
}

func (c *Config) checkFiles() error {
	var faults []error
	if c.Files != "" {
		if _, err := filestore.OpenS3(c.Files, nil); err != nil {
			faults = append(faults, fmt.Errorf("SALON_FILES: %w", err))
		}
	}
	if c.Clamd != "" {
		if _, err := clamd.New(c.Clamd); err != nil {
			faults = append(faults, fmt.Errorf("SALON_CLAMD: %w", err))
		}
	}
	return errors.Join(faults...)
}

func (c *Config) checkIssuers() error {
	_, err := c.issuers()
	return err
}

// issuers are those of the file in SALON_ISSUERS.
func (c *Config) issuers() ([]issuer.Config, error) {
	if c.Issuers == "" {
		return nil, nil
	}
	file, err := os.Open(c.Issuers)
	if err != nil {
		return nil, fmt.Errorf("SALON_ISSUERS: %w", err)
	}
	defer file.Close()
	list, err := issuer.Read(file)
	if err != nil {
		return nil, fmt.Errorf("SALON_ISSUERS: %w", err)
	}
	return list, nil
}

func (c *Config) checkProxies() error {
	_, err := c.proxies()
	return err
}

// proxies are the networks named in SALON_PROXIES.
func (c *Config) proxies() ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for text := range strings.SplitSeq(c.Proxies, ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		network, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("SALON_PROXIES: %q is not a network such as 10.0.0.0/8", text)
		}
		networks = append(networks, network)
	}
	return networks, nil
}

// demoMarker is the file that says a data folder was made by a demo.
const demoMarker = "demo.txt"

func (c *Config) checkData() error {
	_, markErr := os.Stat(filepath.Join(c.Data, demoMarker))
	entries, err := os.ReadDir(c.Data)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("SALON_DATA: %w", err)
	case c.Demo && markErr != nil && len(entries) > 0:
		return fmt.Errorf("SALON_DEMO: %s was not made by a demo; name another folder with SALON_DATA", c.Data)
	case !c.Demo && markErr == nil:
		return fmt.Errorf("SALON_DATA: %s was made by a demo, full of people anybody may be; name another folder", c.Data)
	}
	return nil
}

// loopback reports whether every address of a host, with or without port, is
// this machine only.
func loopback(hostPort string) bool {
	host, _, err := net.SplitHostPort(hostPort)
	if err != nil {
		host = strings.Trim(hostPort, "[]")
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
