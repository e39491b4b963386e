package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"salon/frontend"
	"salon/signaling/token"
)

// Config is what a Server is made of. Every field without a remark is needed.
type Config struct {
	Service  Service
	Frontend *frontend.Site
	Tokens   *token.Signer
	URL      string           // public address of the site, no final slash
	Log      *slog.Logger     //
	Clock    func() time.Time //
	Demo     bool             // opens the demo's routes
	// TrustedProxies are the networks whose X-Forwarded-For is believed; none by
	// default.
	TrustedProxies []netip.Prefix
	// KeepPages is how long what a visitor is shown may be shown to the next one; 0
	// makes it anew for each.
	KeepPages time.Duration
	// Ready names the parts that do not work now; nil when everything does.
	Ready func(context.Context) []Fault
	// Answered is told the status of every answer; nil tells nobody.
	Answered func(status int)
}

// Fault is a part that does not work: its name, and what is wrong in words fit
// for an operator.
type Fault struct {
	Part, Text string
}

// PartDemo is the part that does not work while a demo fair is being filled.
const PartDemo = "demo"

// Server answers HTTP requests about a fair.
type Server struct {
	Config
	origin   string // scheme://host[:port] of URL, as browsers write it
	host     string // host[:port] of URL
	secure   bool   // URL is https
	domain   bool   // URL names a domain, so that browsers give passkeys
	api      huma.API
	app      *fiber.App
	limits   limits
	assets   map[string]file
	pictures *pictures
	listings listings
	visitors visitorPages
}

// requestTime bounds the work of one request; it is shorter than the write
// timeout of the listener, so that the refusal still gets out.
const requestTime = 8 * time.Second

// New checks the configuration and describes the API.
func New(c Config) (*Server, error) {
	u, err := url.Parse(c.URL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.Path != "" || u.RawQuery != "" {
		return nil, fmt.Errorf("the public address %q is not an http or https origin", c.URL)
	}
	s := &Server{
		Config: c,
		origin: u.Scheme + "://" + u.Host,
		host:   u.Host,
		secure: u.Scheme == "https",
		domain: named(u.Hostname()),
		limits: newLimits(), pictures: newPictures(),
		visitors: visitorPages{keep: c.KeepPages, clock: c.Clock},
	}
	if s.assets, err = builtAssets(); err != nil {
		return nil, err
	}
	s.app = s.newApp()
	s.use(s.app)
	s.api = s.newAPI(s.app)
	s.routes()
	s.pages()
	settle(s.api)
	return s, nil
}

// named reports whether a host is a name rather than an address.
func named(host string) bool {
	_, err := netip.ParseAddr(host)
	return err != nil
}

// App is the Fiber application with everything of this package mounted. Other
// wings add their routes to it; Seal must come after them.
func (s *Server) App() *fiber.App { return s.app }

// API is the description of the operations. Before the first request others may
// add schemas to it, which are then served along.
func (s *Server) API() huma.API { return s.api }

// Seal adds what answers when nothing else did. It is called once, after every
// other route has been added.
func (s *Server) Seal() { s.app.Use(s.nowhere) }

// Sizes and times of the listener. ReadTimeout ends half-open requests; a large
// import on a slow line has five seconds as well.
const (
	readTimeout  = 5 * time.Second
	writeTimeout = 10 * time.Second
	idleTimeout  = 30 * time.Second
	// bodyLimit is more than any operation takes, in bytes: past it the server
	// hangs up while the client still writes, which then may never read why.
	bodyLimit = 8 << 20
)

func (s *Server) newApp() *fiber.App {
	return fiber.New(fiber.Config{
		Immutable:             true,
		CaseSensitive:         true,
		ReadTimeout:           readTimeout,
		WriteTimeout:          writeTimeout,
		IdleTimeout:           idleTimeout,
		BodyLimit:             bodyLimit,
		ReadBufferSize:        16 << 10, // bytes; the request line and all headers
		ErrorHandler:          s.answerError,
		DisableStartupMessage: true,
		// Nothing here takes a form with files; its parts are not read beforehand.
		DisablePreParseMultipartForm: true,
	})
}
