package service_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// lastInvitation delivers what is owed and answers the token of the last mail.
func (h *house) lastInvitation() (token string) {
	h.t.Helper()
	h.dispatch()
	h.world.mu.Lock()
	defer h.world.mu.Unlock()
	for _, m := range h.world.mails {
		if m.Subject == string(fair.EffectMailInvited) {
			token = m.Text
		}
	}
	return token
}

func TestAnInvitationGivesItsRoleOnceToItsAddress(t *testing.T) {
	h := newHouse(t)
	stand := h.demo(fair.Recruiter, 1).Roles[0].Stand
	_, err := h.Invite(t.Context(), h.boss, h.fair.Slug, "Remi@Example.org", fair.Recruiter, stand)
	h.must(err)
	token := h.lastInvitation()
	for range 3 { // scanners of mail follow links
		d, err := h.ReadInvitation(t.Context(), token)
		h.must(err)
		if d.Invitation.Email != "remi@example.org" || d.Stand.ID != stand || len(d.Invitation.Seed) != 0 {
			t.Errorf("the page tells %+v", d)
		}
	}
	if _, err := h.store.Accounts.ByEmail(t.Context(), "remi@example.org"); fair.KindOf(err) != fair.NotFound {
		t.Error("looking at an invitation made an account")
	}
	var wg sync.WaitGroup
	answers := make(chan error, 100)
	for range 100 {
		wg.Go(func() {
			_, err := h.AcceptInvitation(t.Context(), token, fair.French)
			answers <- err
		})
	}
	wg.Wait()
	close(answers)
	won := 0
	for err := range answers {
		if err == nil {
			won++
		} else if fair.KindOf(err) != fair.Gone {
			t.Errorf("a later one is answered %v", err)
		}
	}
	if won != 1 {
		t.Errorf("taken %d times", won)
	}
	account, err := h.store.Accounts.ByEmail(t.Context(), "remi@example.org")
	h.must(err)
	if len(account.Roles) != 2 || account.Roles[1] != (fair.Role{Kind: fair.Recruiter, Fair: h.fair.ID, Stand: stand}) {
		t.Errorf("the roles are %+v", account.Roles)
	}
	_, err = h.Invite(t.Context(), h.boss, h.fair.Slug, "remi@example.org", fair.Recruiter, stand)
	refused(t, err, fair.Conflict, "invitation.held")
}

func TestAWrongOldOrWithdrawnInvitationOpensNothing(t *testing.T) {
	h := newHouse(t)
	d, err := h.Invite(t.Context(), h.boss, h.fair.Slug, "ida@example.org", fair.Organiser, "")
	h.must(err)
	first := h.lastInvitation()
	_, err = h.ResendInvitation(t.Context(), h.boss, d.Invitation.ID)
	h.must(err)
	second := h.lastInvitation()
	if first == second {
		t.Fatal("sent again, the link is the same")
	}
	id, secret, _ := strings.Cut(second, ".")
	for what, token := range map[string]string{
		"the link before": first, "none": "", "the id alone": id, "another secret": id + "." + strings.ToUpper(secret), "junk": "a.b", "too much": second + "a",
	} {
		if _, err := h.AcceptInvitation(t.Context(), token, fair.French); fair.KindOf(err) != fair.NotFound {
			t.Errorf("%s: %v", what, err)
		}
	}
	h.must(h.WithdrawInvitation(t.Context(), h.boss, d.Invitation.ID))
	_, err = h.AcceptInvitation(t.Context(), second, fair.French)
	refused(t, err, fair.Gone, "invitation.over")
	_, err = h.Invite(t.Context(), h.boss, h.fair.Slug, "ida@example.org", fair.Organiser, "")
	h.must(err)
	third := h.lastInvitation()
	h.clock.Pass(fair.InvitationTime)
	_, err = h.ReadInvitation(t.Context(), third)
	refused(t, err, fair.Gone, "invitation.over")
}

func TestAThousandInvitationsToOneAddressAreThreeMails(t *testing.T) {
	h := newHouse(t)
	stand := h.demo(fair.Recruiter, 1).Roles[0].Stand
	for n := range 1000 {
		kind := []fair.RoleKind{fair.Recruiter, fair.Organiser, fair.Adviser, fair.Speaker}[n%4]
		_, err := h.Invite(t.Context(), h.boss, h.fair.Slug, "ida@example.org", kind, stand)
		if err != nil && fair.KindOf(err) != fair.TooMany {
			t.Fatal(err)
		}
	}
	h.dispatch()
	if n := h.world.sent(fair.EffectMailInvited); n > fair.InvitationsTo.Times {
		t.Errorf("%d mails", n)
	}
}

func TestAnInvitationTakenByWhoDiesIsGivenAllTheSame(t *testing.T) {
	h := newHouse(t)
	_, err := h.Invite(t.Context(), h.boss, h.fair.Slug, "ida@example.org", fair.Organiser, "")
	h.must(err)
	token := h.lastInvitation()
	died := errors.New("killed")
	dying := newHouseOn(h, func(c *service.Config) {
		c.Step = func(name string) error {
			if name == "grant" {
				return died
			}
			return nil
		}
	})
	if _, err := dying.AcceptInvitation(t.Context(), token, fair.French); !errors.Is(err, died) {
		t.Fatal(err)
	}
	h.dispatch()
	account, err := h.store.Accounts.ByEmail(t.Context(), "ida@example.org")
	h.must(err)
	if !(fair.Actor{Account: account.ID, Roles: account.Roles}).Organises(h.fair.ID) {
		t.Errorf("the roles are %+v", account.Roles)
	}
}

func TestATakenRoleSignsOutEverywhereAtOnce(t *testing.T) {
	h := newHouse(t)
	_, _, in := h.equipped("remi@example.org")
	actor, err := h.Authenticate(t.Context(), in.Token)
	h.must(err)
	stand := actor.Roles[1].Stand
	people, err := h.People(t.Context(), h.boss, h.fair.Slug, "REMI@", 1, 20)
	h.must(err)
	if people.Total != 1 || !people.Items[0].Equipped || people.Items[0].Account.CameAt.IsZero() || people.Items[0].Stands[stand].ID != stand {
		t.Errorf("the organiser sees %+v", people)
	}
	refused(t, h.RemoveRole(t.Context(), h.boss, h.fair.Slug, h.boss.Account, fair.Organiser, ""), fair.Conflict, "role.own")
	candidate := h.person("nadia@example.org")
	h.must(h.RemoveRole(t.Context(), h.boss, h.fair.Slug, candidate.Account, fair.Recruiter, stand))
	if h.world.heard("out " + string(candidate.Login)) {
		t.Error("somebody without the role was signed out")
	}
	h.must(h.RemoveRole(t.Context(), h.boss, h.fair.Slug, actor.Account, fair.Recruiter, stand))
	if !h.world.heard("out " + string(actor.Login)) {
		t.Error("the sockets were not told")
	}
	_, err = h.Authenticate(t.Context(), in.Token)
	refused(t, err, fair.Unauthenticated, "login.ended")
	st, err := h.store.Stands.Get(t.Context(), stand)
	h.must(err)
	if strings.Contains(fmt.Sprint(st.People), string(actor.Account)) {
		t.Error("the stand still shows them")
	}
}

func TestDevicesAreOnesOwn(t *testing.T) {
	h := newHouse(t)
	in := h.signIn("camille@example.org")
	camille, err := h.Authenticate(t.Context(), in.Token)
	h.must(err)
	h.must(h.Browse(t.Context(), camille.Login, "Firefox · Linux"))
	h.clock.Pass(time.Minute)
	other := h.person("camille@example.org")
	nadia := h.person("nadia@example.org")
	list, err := h.MyDevices(t.Context(), camille)
	h.must(err)
	if len(list) != 2 || list[1].Browser != "Firefox · Linux" {
		t.Errorf("the devices are %+v", list)
	}
	h.must(h.EndDevice(t.Context(), camille, nadia.Login))
	if h.world.heard("out " + string(nadia.Login)) {
		t.Error("somebody else was signed out")
	}
	h.must(h.EndDevice(t.Context(), camille, other.Login))
	h.must(h.SignOutEverywhere(t.Context(), camille))
	for _, l := range []fair.ID{camille.Login, other.Login} {
		if !h.world.heard("out " + string(l)) {
			t.Errorf("login %s goes on", l)
		}
	}
}

func TestSomebodySeesWhoReadTheirData(t *testing.T) {
	h := newHouse(t)
	camille, remi := h.demo(fair.Candidate, 1), h.demo(fair.Recruiter, 1)
	booked, err := h.book(camille, h.slots(remi, 1)[0].ID, "k")
	h.must(err)
	h.dispatch()
	_, err = h.Interview(t.Context(), remi, booked.Interview.ID)
	h.must(err)
	read, err := h.WhoRead(t.Context(), camille)
	h.must(err)
	if len(read) != 1 || read[0].Reader != remi.Name || read[0].Entry.Action != string(fair.ReadProfile) || read[0].Entry.Why != fair.NounInterview {
		t.Errorf("she sees %+v", read)
	}
	if other, err := h.WhoRead(t.Context(), remi); err != nil || len(other) != 0 {
		t.Errorf("he sees %+v, %v", other, err)
	}
}
