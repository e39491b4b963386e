package web

import (
	"github.com/gofiber/fiber/v2"
)

// isShell tells the pages that have one address for both languages.
func isShell(string) bool { return false }

func (s *Server) errorPage(c *fiber.Ctx, p *problem) error {
	return c.SendString(p.Detail)
}
