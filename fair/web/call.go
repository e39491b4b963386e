package web

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"salon/fair"
	"salon/frontend"
)

// call is one request as a handler sees it. It must not outlive the handler.
type call struct {
	fair.Actor            // who acts; the zero Actor is a visitor
	half       fair.Actor // who has signed in but lacks something yet
	lang       fair.Lang  // the language of the answer
	request    string     // id of the request, told in problems and in the log
	fiber      *fiber.Ctx
	fair       *frontend.FairLink // the fair of a page, once it is known
	made       func(*text)        // is given the page that is shown, packed; nil for most
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

// langOf is the language of an answer. A page says it in its address: English
// lives under /en. The API takes ?lang=, else Accept-Language. French otherwise.
func langOf(c *fiber.Ctx) fair.Lang {
	path := c.Path()
	switch {
	case path == "/en" || strings.HasPrefix(path, "/en/"):
		return fair.English
	case !isAPI(path):
		return fair.French
	}
	if lang := fair.Lang(c.Query("lang")); lang == fair.French || lang == fair.English {
		return lang
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

// isAPI tells the addresses that programs ask, and that answer JSON.
func isAPI(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return slices.Contains([]string{"api", "ws", "whip", "whep", "healthz", "readyz"}, first)
}

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

// validText is text without what is not UTF-8, which a cut may have left.
func validText(text string) string { return strings.ToValidUTF8(text, "") }
