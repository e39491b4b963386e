package ws

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/gofiber/fiber/v2"
)

// problem answers with problem details (RFC 9457). Encoders show people the
// status at most, so there is no text here beside it.
func problem(c *fiber.Ctx, status int, code string) error {
	body, err := json.Marshal(struct {
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
		Code   string `json:"code"`
	}{"about:blank", http.StatusText(status), status, code})
	if err != nil {
		return fmt.Errorf("encode problem: %w", err)
	}
	c.Set(fiber.HeaderContentType, "application/problem+json")
	return c.Status(status).Send(body)
}

// unavailable says to come back.
func unavailable(c *fiber.Ctx) error {
	c.Set(fiber.HeaderRetryAfter, "5")
	return problem(c, fiber.StatusServiceUnavailable, "unavailable")
}
