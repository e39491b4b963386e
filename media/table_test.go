package media

import (
	"net/netip"
	"testing"
)

// A browser that begins anew may do so from the address of its former connection,
// with other keys: what comes from there is the new one's, also once the old one ends.
func TestAnAddressBelongsToWhoWasLastSeenThere(t *testing.T) {
	var all table
	from := endpoint{netip.MustParseAddrPort("192.0.2.1:9"), false}
	overTCP := endpoint{from.addr, true}
	old, fresh, closed := &intake{}, &intake{}, &intake{closed: true}
	all.admit(from, old)
	all.admit(from, fresh)
	all.admit(overTCP, old)
	if all.of(from) != fresh || all.of(overTCP) != old {
		t.Error("the former connection still takes what comes")
	}
	all.dismiss(old)
	if all.of(from) != fresh || all.of(overTCP) != nil {
		t.Error("the end of the former connection took the address from the new one")
	}
	if all.admit(from, closed); all.of(from) != fresh {
		t.Error("a connection that has ended took an address")
	}
}
