package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/fasthttp/websocket"

	"salon/cmd/salon/client"
	"salon/signaling/message"
)

// binary builds the server as `make build` does, without the race detector: the
// test watches the process from outside, and a demo filled under the detector
// takes minutes.
var binary = sync.OnceValues(func() (string, error) {
	var err error
	if workshop, err = os.MkdirTemp("", "salon-test-"); err != nil {
		return "", err
	}
	name := filepath.Join(workshop, "salon")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", name, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the server: %w: %s", err, out)
	}
	return name, nil
})

// workshop is the folder binary builds in; "" before.
var workshop string

func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(workshop)
	os.Exit(code)
}

// running is a server in a process of its own.
type running struct {
	*client.Client
	process *exec.Cmd
	addr    string
	log     string // the file of its log
}

// start runs a demo on data and waits until it says where it is.
func start(t *testing.T, data string) *running {
	t.Helper()
	return startWith(t, "--demo", "--data", data)
}

// startWith runs a server with more settings than those of every test.
func startWith(t *testing.T, settings ...string) *running {
	t.Helper()
	addr := freeAddress(t)
	server, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	process := exec.Command(server, append([]string{"serve", "--addr", addr,
		"--media-udp", "127.0.0.1:0", "--media-tcp", off, "--turn", "127.0.0.1:0", "--metrics", off}, settings...)...)
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	process.Stderr = log
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = process.Process.Kill(); _ = process.Wait(); log.Close() })
	said := bufio.NewScanner(out)
	if !said.Scan() || !strings.HasPrefix(said.Text(), "Salon: http://") {
		lines, _ := os.ReadFile(log.Name())
		t.Fatalf("the server said %q and did not start:\n%s", said.Text(), lines)
	}
	c, err := client.New("http://"+addr, "", "en")
	if err != nil {
		t.Fatal(err)
	}
	return &running{c, process, addr, log.Name()}
}

// freeAddress is one that nobody listens at, below the ports that systems give to
// connections: the system hands one of those to another test before a server has begun.
func freeAddress(t *testing.T) string {
	t.Helper()
	for {
		listener, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", 10_000+rand.IntN(14_000)))
		if err == nil {
			defer listener.Close()
			return listener.Addr().String()
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			t.Fatal(err)
		}
	}
}

// book keeps a free slot for the first candidate and answers its interview.
func (r *running) book(t *testing.T, token string) (interview string) {
	t.Helper()
	var free struct {
		Items []struct {
			ID       string   `json:"id"`
			Channels []string `json:"channels"`
		} `json:"items"`
	}
	r.call(t, token, http.MethodGet, "/fairs/rencontres-2021/slots?free=true&limit=1", nil, &free)
	if len(free.Items) == 0 {
		t.Fatal("the demo has no free slot")
	}
	var booked struct {
		Interview struct {
			ID string `json:"id"`
		} `json:"interview"`
	}
	err := r.As(token).Call(t.Context(), http.MethodPost, "/slots/"+free.Items[0].ID+"/booking",
		http.Header{"Idempotency-Key": {"one"}}, map[string]string{"channel": free.Items[0].Channels[0]}, &booked)
	if err != nil {
		t.Fatal(err)
	}
	return booked.Interview.ID
}

func (r *running) call(t *testing.T, token, method, path string, in, out any) {
	t.Helper()
	if err := r.As(token).Call(t.Context(), method, path, nil, in, out); err != nil {
		t.Fatal(err)
	}
}

func (r *running) token(t *testing.T) string {
	t.Helper()
	token, err := r.DemoToken(t.Context(), "candidate", 1000)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// socket opens a websocket as a program does and waits for the welcome.
func (r *running) socket(t *testing.T, token string) *websocket.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	conn, _, err := websocket.DefaultDialer.DialContext(ctx, "ws://"+r.addr+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	hello := map[string]any{"type": "hello", "v": 1, "token": token}
	if err := conn.WriteJSON(hello); err != nil {
		t.Fatal(err)
	}
	var welcome struct{ Type string }
	if err := conn.ReadJSON(&welcome); err != nil || welcome.Type != "welcome" {
		t.Fatalf("greeted with %q, %v", welcome.Type, err)
	}
	return conn
}

func TestAServerFindsEverythingAgainAndTakesItsLeave(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	metrics := freeAddress(t)
	first := startWith(t, "--demo", "--data", data, "--metrics", metrics)
	token := first.token(t)
	interview := first.book(t, token)
	if counted := body(t, "http://"+metrics+"/metrics"); !regexp.MustCompile(`\nfair_booking_total [1-9]`).MatchString(counted) {
		t.Error("Prometheus does not read the booking")
	}
	if err := first.process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.process.Wait()

	second := start(t, data)
	var found struct {
		ID    string `json:"id"`
		State string `json:"state"`
	}
	second.call(t, token, http.MethodGet, "/interviews/"+interview, nil, &found)
	if found.ID != interview || found.State != "booked" {
		t.Errorf("after kill -9 the interview is %+v", found)
	}
	var offers struct{ Total int }
	second.call(t, "", http.MethodGet, "/fairs/rencontres-2021/offers?q=boulangere", nil, &offers)
	if offers.Total == 0 {
		t.Error("after kill -9 the search finds nothing")
	}
	checkReady(t, second.addr)

	conn := second.socket(t, token)
	if err := second.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for {
		_, _, err := conn.ReadMessage()
		if err == nil {
			continue
		}
		closed, ok := err.(*websocket.CloseError)
		if !ok || !message.CloseCode(closed.Code).Retry() {
			t.Errorf("the socket ended with %v, want a code that says to come back", err)
		}
		break
	}
	if err := second.process.Wait(); err != nil {
		t.Errorf("told to end, the server answered %v", err)
	}
}

func checkReady(t *testing.T, addr string) {
	t.Helper()
	for _, page := range []string{"/healthz", "/readyz"} {
		response, err := http.Get("http://" + addr + page)
		if err != nil {
			t.Fatal(err)
		}
		var said map[string]any
		err = json.NewDecoder(response.Body).Decode(&said)
		response.Body.Close()
		if err != nil || response.StatusCode != http.StatusOK {
			t.Errorf("%s: %d %v, %v", page, response.StatusCode, said, err)
		}
	}
}

func TestTwoServersDoNotShareAFolder(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	c := parsed(t, "--demo", "--data", data, "--addr", freeAddress(t), "--media-udp", "127.0.0.1:0", "--media-tcp", off, "--turn", off)
	h := &house{config: c, log: newLog(os.Stderr), clock: time.Now}
	if err := h.openData(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := h.openStore(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer h.close()
	_, err := build(t.Context(), c, newLog(os.Stderr))
	if err == nil || !strings.Contains(fmt.Sprint(err), "another process") {
		t.Errorf("the second started with %v", err)
	}
}
