package main

import (
	"bytes"
	"encoding/base32"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	neturl "net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"salon/cmd/salon/client"
	"salon/fair/demo"
	"salon/fair/mail/mailtest"
	"salon/fair/proof"
)

// salon runs the binary and answers both of its outputs, and whether it did
// what it was asked.
func salon(t *testing.T, env []string, args ...string) (out, said string, ok bool) {
	t.Helper()
	name, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(t.Context(), name, args...)
	command.Env, command.Stdout, command.Stderr = append(os.Environ(), env...), &stdout, &stderr
	err = command.Run()
	return stdout.String(), stderr.String(), err == nil
}

// must runs the binary, which has to succeed and say want.
func must(t *testing.T, env []string, want string, args ...string) {
	t.Helper()
	if out, said, ok := salon(t, env, args...); !ok || !strings.Contains(out, want) {
		t.Fatalf("salon %s: %s%s, want %q", strings.Join(args[:2], " "), out, said, want)
	}
}

// refused runs the binary, which has to fail and name each of wants.
func refused(t *testing.T, args []string, wants ...string) {
	t.Helper()
	out, said, ok := salon(t, nil, args...)
	for _, want := range wants {
		if ok || !strings.Contains(said, want) {
			t.Errorf("salon %s: %s%s, want a refusal that says %q", strings.Join(args[:2], " "), out, said, want)
		}
	}
}

// inbox is where mails arrive; the sign-in codes in them are taken one by one.
type inbox struct {
	*mailtest.Relay
	taken int
}

var codeInMail = regexp.MustCompile(`sign-in code:\s+(\d{4} ?\d{4})`)

// code is the next one that came by mail.
func (in *inbox) code(t *testing.T) string {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(20 * time.Second); ; {
		var codes []string
		for _, mail := range in.Received() {
			if code := codeInMail.FindStringSubmatch(mail); code != nil {
				codes = append(codes, code[1]) // once: the mail says it as text and as HTML
			}
		}
		if len(codes) > in.taken {
			in.taken++
			return codes[in.taken-1]
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatal("no code came by mail")
		}
	}
}

// signInWith runs `salon sign-in` as a person does, a wrong code first, then the
// code of an authenticator app where there is one, and answers the token.
func signInWith(t *testing.T, url, mail string, in *inbox, secret string) string {
	t.Helper()
	name, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	var token, said bytes.Buffer
	command := exec.CommandContext(t.Context(), name, "sign-in", mail, "--url", url, "--lang", "en")
	command.Stdout, command.Stderr = &token, &said
	typed, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(typed, "nothing\n%s\n%s\n", in.code(t), appCode(t, secret))
	typed.Close()
	if err := command.Wait(); err != nil || strings.Count(said.String(), "Code sent to "+mail) != 2 {
		t.Fatalf("%v: %s", err, said.String())
	}
	return strings.TrimSpace(token.String())
}

// appCode is what an authenticator app would show next: the code of now was used
// to confirm the secret.
func appCode(t *testing.T, secret string) string {
	t.Helper()
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(secret, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	code, err := proof.CodeAt(raw, time.Now().Add(30*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// secretOnPage finds what an authenticator app is to be given.
var secretOnPage = regexp.MustCompile(`class="secret">([A-Z2-7 ]+)<`)

// equip signs somebody in as a browser does and sets up what their role asks
// for; it answers the secret of their authenticator app.
func equip(t *testing.T, url, mail string, in *inbox) (secret string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	// The cookie is Secure, which browsers accept on the loopback and the jar does not.
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	site, _ := neturl.Parse(strings.Replace(url, "http:", "https:", 1))
	send := func(method, path string, form neturl.Values) (*http.Response, string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), method, url+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Origin", url)
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for _, c := range jar.Cookies(site) {
			request.AddCookie(c)
		}
		answer, err := browser.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		jar.SetCookies(site, answer.Cookies())
		page, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer, string(page)
	}
	send(http.MethodPost, "/en/sign-in", neturl.Values{"mail": {mail}})
	answer, page := send(http.MethodPost, "/en/sign-in/code", neturl.Values{"mail": {mail}, "code": {in.code(t)}, "next": {"/organise"}})
	if to := answer.Header.Get("Location"); to != "/en/account/protect?next=%2Forganise" {
		t.Fatalf("after the code: %d, to %q: %s", answer.StatusCode, to, page)
	}
	if answer, _ := send(http.MethodGet, "/organise", nil); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("before the second factor, /organise answers %d", answer.StatusCode)
	}
	send(http.MethodPost, "/account/protect", neturl.Values{"do": {"password"}, "password": {"trois chevaux gris au trot"}})
	_, page = send(http.MethodGet, "/account/protect", nil)
	found := secretOnPage.FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no secret on the page: %s", page)
	}
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(found[1], " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	code, err := proof.CodeAt(raw, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if answer, page = send(http.MethodPost, "/account/protect", neturl.Values{"do": {"totp"}, "code": {code}}); strings.Count(page, "<code>") != proof.RecoveryCodes {
		t.Fatalf("after the first code of the app: %d: %s", answer.StatusCode, page)
	}
	if answer, page = send(http.MethodGet, "/account/protect", nil); answer.StatusCode != http.StatusOK {
		t.Errorf("signed in, the page answers %d: %s", answer.StatusCode, page)
	}
	return found[1]
}

func TestARealFairBeginsWithoutADemo(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	create := []string{"create", "fair", "emploi-2027", "--data", data, "--name", "Rencontres 2027", "--name-en", "Meetings 2027",
		"--tagline", "Quatorze jours en ligne", "--from", "2027-03-01T09:00", "--to", "2027-03-14T18:00",
		"--organised-by", "La métropole", "--organiser", "Boss@Example.org"}
	must(t, nil, "emploi-2027 is made", create...)
	must(t, nil, "emploi-2027 is there already", create...)
	refused(t, append(create, "--name", "Autre", "--zone", "Europe/London"), "with another --from, --name, --to, --zone")
	refused(t, []string{"grant", "organiser", "a@example.org", "--data", data, "--fair", "emploi"}, `no fair "emploi"`)

	in := &inbox{Relay: mailtest.New(t, "")}
	smtp := "smtp://" + in.Address + "?tls=off&from=fair@example.org"
	metrics := freeAddress(t)
	server := startWith(t, "--data", data, "--smtp", smtp, "--metrics", metrics)
	refused(t, create, "stop it")
	url := "http://" + server.addr
	if page := body(t, url+"/fairs/emploi-2027"); !strings.Contains(page, "<title>Rencontres 2027</title>") {
		t.Errorf("the fair's page is:\n%s", page)
	}
	var held struct {
		Organiser string
		StartsAt  string `json:"starts_at"`
	}
	server.call(t, "", http.MethodGet, "/fairs/emploi-2027", nil, &held)
	if held.Organiser != "La métropole" || held.StartsAt != "2027-03-01T08:00:00Z" {
		t.Errorf("the fair is shown as %+v", held)
	}

	as := []string{"SALON_URL=" + url, "SALON_TOKEN=" + signInWith(t, url, "boss@example.org", in, equip(t, url, "boss@example.org", in))}
	company := importOne(t, as, "emploi-2027")
	counted := body(t, "http://"+metrics+"/metrics")
	for _, want := range []string{`fair_mail_total{result="sent"} 2`, `fair_http_answer_total{class="2xx"} `, `fair_http_answer_total{class="4xx"} `, "fair_booking_total 0", "fair_call_loss_ratio_count 0"} {
		if !strings.Contains(counted, "\n"+want) {
			t.Errorf("Prometheus does not read %s", want)
		}
	}
	if !regexp.MustCompile(`\nfair_effect_pending \d`).MatchString(counted) {
		t.Error("Prometheus does not read how much is owed")
	}
	var stands struct {
		Items []struct{ ID, Slug, Name string }
	}
	server.call(t, "", http.MethodGet, "/fairs/emploi-2027/stands", nil, &stands)
	if len(stands.Items) == 0 || !strings.Contains(company, stands.Items[0].Name) {
		t.Fatalf("the import made the stands %+v", stands.Items)
	}
	if err := server.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = server.process.Wait()

	stand := stands.Items[0]
	appoint := []string{"grant", "recruiter", "rh@example.org", "--data", data, "--fair", "emploi-2027", "--stand", stand.Slug, "--called", "La recruteuse"}
	must(t, nil, "rh@example.org is a recruiter of "+stand.Name, appoint...)
	must(t, nil, "rh@example.org is a recruiter of "+stand.Name, appoint...)
	refused(t, append(appoint, "--stand", "nowhere"), `no stand "nowhere"`)
	must(t, nil, "boss@example.org is signed out", "reset", "factor", "Boss@example.org", "--data", data)
	refused(t, []string{"reset", "factor", "nobody@example.org", "--data", data}, "nobody has the address")

	server = startWith(t, "--data", data, "--smtp", smtp)
	var desk struct{ People []struct{ Name string } }
	url = "http://" + server.addr
	token := signInWith(t, url, "rh@example.org", in, equip(t, url, "rh@example.org", in))
	server.call(t, token, http.MethodGet, "/stands/"+stand.ID+"/offers", nil, nil)
	server.call(t, "", http.MethodGet, "/fairs/emploi-2027/stands/"+stand.Slug, nil, &desk)
	if len(desk.People) != 1 || desk.People[0].Name != "La recruteuse" {
		t.Errorf("the stand shows %+v", desk.People)
	}
	equip(t, url, "boss@example.org", in) // who lost a phone begins again
}

// importOne brings the offers of one file of the demo in, and answers the file.
func importOne(t *testing.T, as []string, slug string) string {
	t.Helper()
	files, err := demo.Offers(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "offers.json")
	if err := os.WriteFile(name, files[0].JSON, 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, as, "refused 0", "import", "offers", name, "--fair", slug)
	return string(files[0].JSON)
}

func body(t *testing.T, url string) string {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v", url, answer.StatusCode, err)
	}
	return string(page)
}

func TestAllFaultsOfAFairAreToldAtOnce(t *testing.T) {
	demos := filepath.Join(t.TempDir(), "demo")
	write(t, filepath.Join(demos, demoMarker))
	refused(t, []string{"create", "fair", "Été", "--data", demos, "--mongo", "postgres://db", "--from", "monday", "--zone", "Mars/Olympus", "--organiser", "nobody"},
		"SLUG", "--name: ", "--tagline: ", "--from: ", "--to: ", "--zone: ", "--organised-by: ", "--organiser: ", "SALON_DATA", "SALON_MONGO")
	refused(t, []string{"create", "fair", "emploi", "--data", t.TempDir(), "--name", "a", "--tagline", "b", "--organised-by", "c",
		"--organiser", "d@example.org", "--from", "2027-03-02T09:00", "--to", "2027-03-01T09:00"}, "--to: The end must come after")
	refused(t, []string{"grant", "recruiter", "nobody", "--data", demos, "--fair", "a", "--stand", "b"}, "MAIL: ", "SALON_DATA")
}

func TestSigningInWithoutACodeIsAnError(t *testing.T) {
	c, err := client.New("http://127.0.0.1:1", "", "en")
	if err != nil {
		t.Fatal(err)
	}
	s := signIn{Mail: "a@example.org"}
	if token, err := s.exchange(t.Context(), c, strings.NewReader(""), io.Discard); err == nil || token != "" {
		t.Errorf("no server gave %q, %v", token, err)
	}
}
