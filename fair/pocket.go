package fair

import (
	"encoding/base64"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Pocket is how somebody can be reached while the page is closed and the phone
// in the pocket. One document per account; ID is the account's.
type Pocket struct {
	ID      ID         `bson:"_id"`
	Devices []Device   `bson:"devices"`         // at most MaxDevices, oldest first
	SMS     *time.Time `bson:"smsAt,omitempty"` // since when the person agrees to messages on the number of the profile
	Meta    `bson:",inline"`
}

// Device is a browser that takes web push (RFC 8030).
type Device struct {
	ID       ID        `bson:"id"` // follows from Endpoint
	Endpoint string    `bson:"endpoint"`
	P256dh   string    `bson:"p256dh"` // its public key, base64url (RFC 8291)
	Auth     string    `bson:"auth"`   // its authentication secret, base64url
	At       time.Time `bson:"at"`
}

// MaxDevices is how many devices of one person are told; the oldest gives way.
const MaxDevices = 8

// longestEndpoint is more than any push service uses, in bytes.
const longestEndpoint = 1000

// DeviceID names a device by its endpoint.
func DeviceID(endpoint string) ID { return DeriveID("device", endpoint) }

// Check refuses a device that cannot be one: the endpoint must be https on a
// public host by name, the keys must have their sizes. Whether the name leads
// to a public address is checked again at each connection. Errors: Invalid.
func (d Device) Check() error {
	u, err := url.Parse(d.Endpoint)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Fragment != "" || len(d.Endpoint) > longestEndpoint || !publicName(u.Hostname()) {
		return Refuse("endpoint", "device.endpoint")
	}
	if port := u.Port(); port != "" && port != "443" {
		return Refuse("endpoint", "device.endpoint")
	}
	if key, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(d.P256dh, "=")); err != nil || len(key) != 65 || key[0] != 4 {
		return Refuse("p256dh", "device.keys")
	}
	if auth, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(d.Auth, "=")); err != nil || len(auth) != 16 {
		return Refuse("auth", "device.keys")
	}
	return nil
}

// notPublic are the ends of names that never lead to a public host (RFC 6761,
// RFC 6762, RFC 8375, and what networks use among themselves).
var notPublic = []string{".localhost", ".local", ".internal", ".intranet", ".lan", ".home", ".corp", ".test", ".invalid", ".onion", ".arpa"}

func publicName(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if _, err := netip.ParseAddr(host); err == nil || !strings.Contains(host, ".") || len(host) > 253 {
		return false
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	if last == "" || last[0] >= '0' && last[0] <= '9' { // a number in another spelling
		return false
	}
	return !slices.ContainsFunc(notPublic, func(end string) bool { return strings.HasSuffix("."+host, end) })
}
