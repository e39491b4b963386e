package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"
)

// healthz says that the process answers.
func (s *Server) healthz(k *call) error {
	k.fiber.Set(fiber.HeaderCacheControl, "no-store")
	return k.fiber.JSON(map[string]string{"status": "ok"})
}

// FaultView is one part that does not work.
type FaultView struct {
	Part string `json:"part"`
	Text string `json:"text"`
}

// readyz says whether this process may get visitors, and if not, why: 503 with
// the failing parts by name.
func (s *Server) readyz(k *call) error {
	k.fiber.Set(fiber.HeaderCacheControl, "no-store")
	faults := s.Ready(k.fiber.UserContext())
	if len(faults) == 0 {
		return k.fiber.JSON(map[string]string{"status": "ready"})
	}
	return k.fiber.Status(http.StatusServiceUnavailable).JSON(map[string]any{
		"status": "not ready",
		"faults": mapped(faults, func(f Fault) FaultView { return FaultView(f) }),
	})
}
