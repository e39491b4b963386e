package service_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// letter delivers what is owed and answers the last message of that kind to an
// address.
func (h *house) letter(to, kind string) (token string, found bool) {
	h.t.Helper()
	h.dispatch()
	h.world.mu.Lock()
	defer h.world.mu.Unlock()
	for _, m := range h.world.mails {
		if m.To == to && m.Subject == "address "+kind {
			token, found = m.Text, true
		}
	}
	return token, found
}

func TestAnAddressChangesOnceTheNewOneConfirms(t *testing.T) {
	h := newHouse(t)
	ada := h.person("ada@fiction.example")
	phone := h.person("ada@fiction.example") // another device
	h.must(h.AskAddress(t.Context(), ada, " Ada@Elsewhere.example "))
	token, found := h.letter("ada@elsewhere.example", "confirm")
	if !found || token == "" {
		t.Fatal("nothing reached the new address")
	}
	if _, told := h.letter("ada@fiction.example", "changed"); told {
		t.Error("the old address was told too early")
	}
	// A mistyped address gives nobody the account.
	eve := h.person("eve@fiction.example")
	refused(t, h.ConfirmAddress(t.Context(), eve, token), fair.NotFound, "address.unknown")
	if err := h.ConfirmAddress(t.Context(), fair.Actor{}, token); fair.KindOf(err) != fair.Unauthenticated {
		t.Errorf("a visitor: %v", err)
	}
	// Neither link does what the other does.
	refused(t, h.UndoAddress(t.Context(), token), fair.NotFound, "address.unknown")
	for _, nobodys := range []string{"", "x", token + "x", strings.Split(token, ".")[0] + ".x"} {
		refused(t, h.ConfirmAddress(t.Context(), ada, nobodys), fair.NotFound, "address.unknown")
	}

	h.must(h.ConfirmAddress(t.Context(), ada, token))
	refused(t, h.ConfirmAddress(t.Context(), ada, token), fair.Gone, "address.over")
	if account, err := h.Me(t.Context(), ada); err != nil || account.Email != "ada@elsewhere.example" {
		t.Errorf("changed: %+v, %v", account.Email, err)
	}
	if _, err := h.Login(t.Context(), phone); fair.KindOf(err) != fair.Unauthenticated {
		t.Errorf("the other device: %v", err)
	}
	if _, err := h.Login(t.Context(), ada); err != nil {
		t.Errorf("this device: %v", err)
	}
	if in := h.signIn("ada@elsewhere.example"); in.Account.ID != ada.Account {
		t.Error("the new address opens another account")
	}

	// The old one is told, and may take it back, even after a second change.
	undo, told := h.letter("ada@fiction.example", "changed")
	if !told {
		t.Fatal("the old address was not told")
	}
	h.must(h.AskAddress(t.Context(), ada, "thief@fiction.example"))
	second, _ := h.letter("thief@fiction.example", "confirm")
	h.must(h.ConfirmAddress(t.Context(), ada, second))
	back, _ := h.letter("ada@elsewhere.example", "changed")
	h.must(h.AskAddress(t.Context(), ada, "third@fiction.example"))
	third, _ := h.letter("third@fiction.example", "confirm")
	h.must(h.UndoAddress(t.Context(), undo))
	refused(t, h.UndoAddress(t.Context(), undo), fair.Gone, "address.over")
	refused(t, h.UndoAddress(t.Context(), back), fair.Gone, "address.over")
	refused(t, h.ConfirmAddress(t.Context(), ada, third), fair.Gone, "address.over")
	if _, err := h.Login(t.Context(), ada); fair.KindOf(err) != fair.Unauthenticated {
		t.Errorf("who changed it is signed in still: %v", err)
	}
	if _, told := h.letter("ada@fiction.example", "back"); !told {
		t.Error("the old address does not know that it counts again")
	}
	if in := h.signIn("ada@fiction.example"); in.Account.ID != ada.Account {
		t.Error("the old address opens another account")
	}
}

func TestAnAddressThatCannotBeOnesOwn(t *testing.T) {
	h := newHouse(t)
	ada, bea := h.person("ada@fiction.example"), h.person("bea@fiction.example")
	refused(t, h.AskAddress(t.Context(), ada, "Ada@fiction.example"), fair.Conflict, "address.same")
	refused(t, h.AskAddress(t.Context(), ada, "no address"), fair.Invalid, "email.invalid")
	refused(t, h.AskAddress(t.Context(), ada, "a@b.example\r\nBcc: c@d.example"), fair.Invalid, "email.invalid")
	refused(t, h.AskAddress(t.Context(), h.demo(fair.Candidate, 1), "x@fiction.example"), fair.Conflict, "address.demo")
	// Who asks is not told that somebody has it; whose it is, is.
	h.must(h.AskAddress(t.Context(), ada, "bea@fiction.example"))
	if token, told := h.letter("bea@fiction.example", "taken"); !told || token != "" {
		t.Errorf("told %v with %q", told, token)
	}
	if _, told := h.letter("bea@fiction.example", "confirm"); told {
		t.Error("an address that has an account may be confirmed")
	}
	// Taken between the question and the press.
	h.must(h.AskAddress(t.Context(), ada, "new@fiction.example"))
	token, _ := h.letter("new@fiction.example", "confirm")
	h.person("new@fiction.example")
	refused(t, h.ConfirmAddress(t.Context(), ada, token), fair.Conflict, "address.taken")
	// At most so many mails to one address, from whomever.
	for _, who := range []fair.Actor{ada, bea} {
		for range 2 {
			_ = h.AskAddress(t.Context(), who, "full@fiction.example")
		}
	}
	refused(t, h.AskAddress(t.Context(), bea, "full@fiction.example"), fair.TooMany, "address.many")
	h.clock.Pass(fair.AddressTime)
	ada = h.person("ada@fiction.example")
	_, err := h.ReadAddress(t.Context(), ada, token, fair.AddressAsked)
	refused(t, err, fair.Gone, "address.over")
}

func TestAChangeOfAddressSurvivesWhoConfirmsIt(t *testing.T) {
	h := newHouse(t)
	ada := h.person("ada@fiction.example")
	h.must(h.AskAddress(t.Context(), ada, "new@fiction.example"))
	token, _ := h.letter("new@fiction.example", "confirm")
	died := errors.New("died")
	dying := newHouseOn(h, func(c *service.Config) {
		c.Step = func(name string) error {
			if name == "address" {
				return died
			}
			return nil
		}
	})
	if err := dying.ConfirmAddress(t.Context(), ada, token); !errors.Is(err, died) {
		t.Fatal(err)
	}
	if _, told := h.letter("ada@fiction.example", "changed"); !told {
		t.Error("the old address was not told")
	}
	if account, err := h.Me(t.Context(), ada); err != nil || account.Email != "new@fiction.example" {
		t.Errorf("after the death: %q, %v", account.Email, err)
	}
}

// A link is followed twice, from two machines, and two changes may be under way:
// one turns each, and an address moves only from what it was.
func TestOneOfManyWhoFollowALinkChangesTheAddress(t *testing.T) {
	h := newHouse(t)
	ada := h.person("ada@fiction.example")
	h.must(h.AskAddress(t.Context(), ada, "new@fiction.example"))
	token, _ := h.letter("new@fiction.example", "confirm")
	c, err := h.ReadAddress(t.Context(), ada, token, fair.AddressAsked)
	h.must(err)
	var turned, moved atomic.Int32
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			now := h.clock.Now()
			if _, done, err := h.store.Addresses.Turn(t.Context(), c.ID, fair.AddressAsked, fair.AddressConfirmed, now, now.Add(time.Hour)); err != nil {
				t.Error(err)
			} else if done {
				turned.Add(1)
			}
			to := fmt.Sprintf("other-%d@fiction.example", n)
			if _, done, err := h.store.Accounts.SetEmail(t.Context(), ada.Account, "ada@fiction.example", to); err != nil {
				t.Error(err)
			} else if done {
				moved.Add(1)
			}
		})
	}
	wg.Wait()
	if turned.Load() != 1 || moved.Load() != 1 {
		t.Errorf("%d of 8 turned the change, %d moved the address", turned.Load(), moved.Load())
	}
}
