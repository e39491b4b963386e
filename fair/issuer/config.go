package issuer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"regexp"
	"slices"

	"salon/fair"
)

// Config is one issuer as the file of SALON_ISSUERS has it.
type Config struct {
	Key    string          `json:"key"`    // in addresses, a-z and digits: "franceconnect"
	Name   string          `json:"name"`   // as its button says
	Issuer string          `json:"issuer"` // its address, https
	Client string          `json:"client"` // how it knows this site
	Secret string          `json:"secret"`
	Roles  []fair.RoleKind `json:"roles"` // who may come through it
	Scopes []string        `json:"scopes,omitempty"`
	// Ask are the acr values wanted of a sign-in, the best liked first.
	Ask []string `json:"acr,omitempty"`
	// Strong are the acr values that count as a second factor.
	Strong []string `json:"strong,omitempty"`
	// Trust takes its addresses for verified although it does not say so: for
	// issuers that check them by contract.
	Trust bool `json:"trust_mail,omitempty"`
}

// largestFile is how long a file of issuers may be, in bytes.
const largestFile = 64 << 10

// keyShape keeps keys fit for addresses.
var keyShape = regexp.MustCompile(`^[a-z][a-z0-9-]{1,30}$`)

// Read reads a file of issuers: a JSON list. It answers everything that is wrong
// with it, and repeats no secret.
func Read(r io.Reader) ([]Config, error) {
	raw, err := io.ReadAll(io.LimitReader(r, largestFile+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > largestFile {
		return nil, fmt.Errorf("longer than %d bytes", largestFile)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	var list []Config
	if err := d.Decode(&list); err != nil {
		return nil, fmt.Errorf("not a JSON list of issuers: %w", err)
	}
	var faults []error
	seen := map[string]bool{}
	for n, c := range list {
		if err := c.check(); err != nil {
			faults = append(faults, fmt.Errorf("issuer %d (%s): %w", n+1, c.Key, err))
		}
		if seen[c.Key] {
			faults = append(faults, fmt.Errorf("issuer %d: the key %q is there twice", n+1, c.Key))
		}
		seen[c.Key] = true
	}
	return list, errors.Join(faults...)
}

func (c Config) check() error {
	var faults []error
	if !keyShape.MatchString(c.Key) {
		faults = append(faults, errors.New("key: 2 to 31 of a-z, 0-9 and -"))
	}
	if c.Name == "" || c.Client == "" || c.Secret == "" {
		faults = append(faults, errors.New("name, client and secret are needed"))
	}
	if u, err := url.Parse(c.Issuer); err != nil || !safe(c.Issuer) || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		faults = append(faults, errors.New("issuer: an https address, as the issuer writes it"))
	}
	if len(c.Roles) == 0 {
		faults = append(faults, errors.New("roles: who may come through it is needed"))
	}
	for _, r := range c.Roles {
		if !slices.Contains([]fair.RoleKind{fair.Candidate, fair.Recruiter, fair.Organiser, fair.Adviser}, r) {
			faults = append(faults, fmt.Errorf("roles: no role %q; candidate, recruiter, organiser, adviser", r))
		}
	}
	return errors.Join(faults...)
}

// safe reports whether what is sent to an address is read by nobody between:
// https, or on this machine.
func safe(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && err == nil && ip.IsLoopback()
}
