package web

import (
	"context"
	"io"
	"mime"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"

	"salon/fair"
	"salon/fair/service"
)

// cvs is what this package asks of service about CVs.
type cvs interface {
	MyCVs(ctx context.Context, a fair.Actor) ([]fair.CV, error)
	BeginCV(ctx context.Context, a fair.Actor, b service.CVBegin) (fair.CV, error)
	ReceiveCV(ctx context.Context, a fair.Actor, id fair.ID, offset int64, content []byte) (fair.CV, error)
	FinishCV(ctx context.Context, a fair.Actor, id fair.ID) (fair.CV, error)
	ChooseCV(ctx context.Context, a fair.Actor, id fair.ID) (fair.CV, error)
	DeleteCV(ctx context.Context, a fair.Actor, id fair.ID) error
	MyCV(ctx context.Context, a fair.Actor, id fair.ID) (service.CVFile, error)
	ApplicationCV(ctx context.Context, a fair.Actor, id fair.ID) (service.CVFile, error)
	TicketCV(ctx context.Context, a fair.Actor, id fair.ID) (service.CVFile, error)
	InterviewCV(ctx context.Context, a fair.Actor, id fair.ID) (service.CVFile, error)
}

// cvRoutes are those of CVs. Their content comes by plain routes: it is streamed,
// and an answer of JSON it is not.
func (s *Server) cvRoutes() {
	register(s, "GET /me/cvs", "myCVs", "One's CVs, the latest first", s.myCVs)
	register(s, "POST /me/cvs", "beginCV", "Announces a CV that comes in parts; the same key gets the same answer again", s.beginCV)
	register(s, "PUT /me/cvs/{cv}/parts/{offset}", "sendCVPart", "Sends the part that begins at that byte, 256 KiB at most; again: nothing changes", s.sendCVPart)
	register(s, "POST /me/cvs/{cv}/finish", "finishCV", "Says that all parts were sent; the content is looked into and scanned", s.finishCV)
	register(s, "PUT /me/cvs/{cv}/current", "chooseCV", "Makes it the one that stands read", s.chooseCV)
	register(s, "DELETE /me/cvs/{cv}", "deleteCV", "Takes it away from everybody", s.deleteCV)
	s.cvFile("/api/v1/me/cvs/:cv/file", "cv", Service.MyCV)
	s.cvFile("/api/v1/applications/:application/cv", "application", Service.ApplicationCV)
	s.cvFile("/api/v1/tickets/:ticket/cv", "ticket", Service.TicketCV)
	s.cvFile("/api/v1/interviews/:interview/cv", "interview", Service.InterviewCV)
}

// CVView is one's own CV.
type CVView struct {
	ID       fair.ID       `json:"id"`
	Name     string        `json:"name"`
	Format   fair.CVFormat `json:"format,omitempty" enum:"pdf,docx,odt" doc:"By its content, once it is whole"`
	State    fair.CVState  `json:"state" enum:"receiving,checking,ready,infected"`
	Size     int64         `json:"size" doc:"Bytes"`
	Received int64         `json:"received" doc:"Bytes; the next part begins there"`
	Current  bool          `json:"current" doc:"The one that stands read"`
	At       time.Time     `json:"at"`
}

func viewCV(c fair.CV) CVView {
	v := CVView{ID: c.ID, Name: c.Name, Format: c.Format, State: c.State, Size: c.Size, Received: c.Received(), At: c.At.UTC()}
	if c.Whole() {
		v.Received = c.Size
	}
	return v
}

// CVCardView is what a stand sees of a CV it may read, beforehand.
type CVCardView struct {
	Format fair.CVFormat `json:"format" enum:"pdf,docx,odt"`
	Size   int64         `json:"size" doc:"Bytes"`
	Since  time.Time     `json:"since" doc:"From when it may be read"`
}

func viewCVCard(c *service.CVCard) *CVCardView {
	if c == nil {
		return nil
	}
	return &CVCardView{c.Format, c.Size, c.Since.UTC()}
}

func (s *Server) myCVs(ctx context.Context, k *call, _ *struct{}) (*answer[List[CVView]], error) {
	found, err := s.Service.MyCVs(ctx, k.Actor)
	if err != nil {
		return nil, err
	}
	views := mapped(found, viewCV)
	if current, ok := fair.CurrentCV(found); ok {
		for i := range views {
			views[i].Current = views[i].ID == current.ID
		}
	}
	return reply(all(views), nil)
}

// oneCV answers with one CV.
func oneCV(c fair.CV, err error) (*answer[CVView], error) { return reply(viewCV(c), err) }

type beginCVInput struct {
	Key  string `header:"Idempotency-Key" doc:"1 to 64 visible ASCII characters; the same key gets the same answer again"`
	Body struct {
		Name string `json:"name" maxLength:"400" doc:"As one calls it; its end says nothing of the format"`
		Size int64  `json:"size" doc:"Bytes, 5 MiB at most"`
	}
}

func (s *Server) beginCV(ctx context.Context, k *call, in *beginCVInput) (*created[CVView], error) {
	if err := s.limits.cvs.take(k.Account, s.Clock()); err != nil {
		return nil, err
	}
	c, err := s.Service.BeginCV(ctx, k.Actor, service.CVBegin{Name: in.Body.Name, Size: in.Body.Size, Key: in.Key})
	if err != nil {
		return nil, err
	}
	return &created[CVView]{viewCV(c)}, nil
}

// CVPath names a CV.
type CVPath struct {
	CV fair.ID `path:"cv"`
}

type sendCVPartInput struct {
	CVPath
	Offset  int64  `path:"offset" minimum:"0" maximum:"5242880"`
	RawBody []byte `contentType:"application/octet-stream"`
}

func (s *Server) sendCVPart(ctx context.Context, k *call, in *sendCVPartInput) (*answer[CVView], error) {
	return oneCV(s.Service.ReceiveCV(ctx, k.Actor, in.CV, in.Offset, in.RawBody))
}

func (s *Server) finishCV(ctx context.Context, k *call, in *CVPath) (*answer[CVView], error) {
	return oneCV(s.Service.FinishCV(ctx, k.Actor, in.CV))
}

func (s *Server) chooseCV(ctx context.Context, k *call, in *CVPath) (*answer[CVView], error) {
	return oneCV(s.Service.ChooseCV(ctx, k.Actor, in.CV))
}

func (s *Server) deleteCV(ctx context.Context, k *call, in *CVPath) (*nothing, error) {
	return &nothing{}, s.Service.DeleteCV(ctx, k.Actor, in.CV)
}

// cvFile serves CVs: for the disk, never to be shown by a browser under our
// address. What a person gave is in a header only as mime writes it.
func (s *Server) cvFile(place, name string, read func(Service, context.Context, fair.Actor, fair.ID) (service.CVFile, error)) {
	s.plain(place, func(k *call) error {
		id := fair.ID(k.fiber.Params(name))
		if !id.Valid() {
			return fair.E(fair.NotFound, "notfound")
		}
		file, err := read(s.Service, k.fiber.UserContext(), k.Actor, id)
		if err != nil {
			return err
		}
		disposition := mime.FormatMediaType("attachment", map[string]string{"filename": file.Name})
		if disposition == "" {
			disposition = "attachment"
		}
		k.fiber.Set(fiber.HeaderContentType, file.Type)
		k.fiber.Set(fiber.HeaderContentDisposition, disposition)
		k.fiber.Set(fiber.HeaderContentSecurityPolicy, "sandbox; default-src 'none'")
		k.fiber.Set(fiber.HeaderXContentTypeOptions, "nosniff")
		k.fiber.Set(fiber.HeaderCacheControl, "no-store")
		conn := k.fiber.Context().Conn()
		return k.fiber.SendStream(&patient{file.Content, conn, time.Now().Add(cvSendTime)}, int(file.Size))
	})
}

// cvSendTime is how long the sending of one CV may take in all; of each part of
// it, writeTimeout.
const cvSendTime = 3 * time.Minute

// patient lets a long answer take longer than a short one, as long as it moves.
type patient struct {
	io.Reader
	conn  net.Conn
	until time.Time
}

// Read implements io.Reader. It runs while the answer is written.
func (p *patient) Read(b []byte) (int, error) {
	if next := time.Now().Add(writeTimeout); next.Before(p.until) {
		if err := p.conn.SetWriteDeadline(next); err != nil {
			return 0, err
		}
	}
	return p.Reader.Read(b)
}
