package web

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"salon/fair"
)

// call is one request as a handler sees it. It must not outlive the handler.
type call struct {
	fair.Actor           // who acts; the zero Actor is a visitor
	lang       fair.Lang // the language of the answer
	request    string    // id of the request, told in problems and in the log
	fiber      *fiber.Ctx
}

type callKey struct{}

// callOf is the call of a context made by begin.
func callOf(ctx context.Context) *call {
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		panic("web: a handler runs outside the middleware of its server")
	}
	return c
}

// begin makes the call of a request: an id, a language, a deadline.
func begin(c *fiber.Ctx) (context.CancelFunc, *call) {
	k := &call{request: string(fair.NewID()), lang: langOf(c), fiber: c}
	ctx, cancel := context.WithTimeout(c.UserContext(), requestTime)
	c.SetUserContext(context.WithValue(ctx, callKey{}, k))
	return cancel, k
}

// langCookie remembers the language somebody chose.
const langCookie = "lang"

// langOf is the language of an answer: what the address asks (a page under /en,
// ?lang=), else the cookie, else the first language of Accept-Language that we
// speak, else French.
func langOf(c *fiber.Ctx) fair.Lang {
	path := c.Path()
	switch {
	case path == "/en" || strings.HasPrefix(path, "/en/"):
		return fair.English
	case !isAPI(path) && !isShell(path):
		return fair.French
	}
	for _, said := range []string{c.Query("lang"), c.Cookies(langCookie)} {
		if lang := fair.Lang(said); lang == fair.French || lang == fair.English {
			return lang
		}
	}
	return preferred(c.Get(fiber.HeaderAcceptLanguage))
}

// preferred reads Accept-Language (RFC 9110, 12.5.4): quality decides, then
// order.
func preferred(header string) fair.Lang {
	best, quality := fair.French, 0.0
	for part := range strings.SplitSeq(header, ",") {
		tag, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		if primary != string(fair.French) && primary != string(fair.English) {
			continue
		}
		if q := weightOf(weight); q > quality {
			best, quality = fair.Lang(primary), q
		}
	}
	return best
}

// isAPI tells the addresses that answer JSON.
func isAPI(path string) bool { return path == "/api" || strings.HasPrefix(path, "/api/") }

// weightOf is the quality of one language, 1 when it is not said.
func weightOf(weight string) float64 {
	value, found := strings.CutPrefix(strings.TrimSpace(weight), "q=")
	if !found {
		return 1
	}
	q, err := strconv.ParseFloat(value, 64)
	if err != nil || q < 0 || q > 1 {
		return 0
	}
	return q
}
