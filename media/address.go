package media

import (
	"net"
	"net/netip"
	"strings"
)

// special are the address blocks of no public host, beyond those that netip
// names itself (IANA special-purpose address registries, RFC 6890).
var special = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
)

// globalIPv6 is all that is given out to public IPv6 hosts (RFC 4291).
var globalIPv6 = netip.MustParsePrefix("2000::/3")

func prefixes(all ...string) (out []netip.Prefix) {
	for _, p := range all {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}

// public says whether an address belongs to a host of the public Internet: not
// private, loopback, link-local, unique-local, shared by a carrier, multicast,
// reserved, or a tunnel into any of these.
func public(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.Is6() && !globalIPv6.Contains(a) {
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// candidateAddress is the address in a candidate line (RFC 8839, section 5.1);
// false for a name, which is never looked up.
func candidateAddress(line string) (netip.Addr, bool) {
	fields := strings.Fields(line)
	if len(fields) < 6 {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(fields[4])
	return a, err == nil
}

// dialable says whether the server may send checks to a candidate: to anybody
// on one machine, else to public hosts only. A client elsewhere in a private network
// is found all the same, by the checks that it sends itself.
func (e *Engine) dialable(line string) bool {
	a, ok := candidateAddress(line)
	return ok && (e.loopback || public(a))
}

// withoutPrivate drops the candidates of a description that may not be dialled.
func (e *Engine) withoutPrivate(sdp string) string {
	var kept strings.Builder
	for line := range strings.Lines(sdp) {
		if c, is := strings.CutPrefix(line, "a=candidate:"); !is || e.dialable(c) {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

// Addresses are those at which clients are told to find the media port.
func (e *Engine) Addresses() []netip.AddrPort {
	own := e.conn.LocalAddr().(*net.UDPAddr).AddrPort()
	if e.publicIP.IsValid() && !e.loopback {
		return []netip.AddrPort{netip.AddrPortFrom(e.publicIP, own.Port())}
	}
	var all []netip.AddrPort
	if e.publicIP.IsValid() {
		all = append(all, netip.AddrPortFrom(e.publicIP, own.Port()))
	}
	if a := own.Addr().Unmap(); !a.IsUnspecified() {
		return append(all, netip.AddrPortFrom(a, own.Port()))
	}
	for _, a := range interfaceAddresses(e.loopback) {
		all = append(all, netip.AddrPortFrom(a, own.Port()))
	}
	return all
}

// interfaceAddresses are the machine's own, without link-local ones.
func interfaceAddresses(loopback bool) (all []netip.Addr) {
	found, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	for _, f := range found {
		p, err := netip.ParsePrefix(f.String())
		if err != nil {
			continue
		}
		if a := p.Addr().Unmap(); a.IsGlobalUnicast() || loopback && a.IsLoopback() {
			all = append(all, a)
		}
	}
	return all
}
