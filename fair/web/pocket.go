package web

import (
	"context"

	"salon/fair"
	"salon/fair/service"
)

// pockets is what this package asks of service about reaching people whose page
// is closed.
type pockets interface {
	MyPocket(ctx context.Context, a fair.Actor) (service.Pocket, error)
	AddDevice(ctx context.Context, a fair.Actor, d fair.Device) (fair.ID, error)
	DropDevice(ctx context.Context, a fair.Actor, device fair.ID) error
	AgreeToSMS(ctx context.Context, a fair.Actor, agreed bool) error
}

// PocketView is how the caller can be reached while the page is closed.
type PocketView struct {
	Key     string    `json:"key" doc:"What a browser subscribes with, base64url; empty when there are no notifications"`
	Devices []fair.ID `json:"devices"`
	SMS     bool      `json:"sms" doc:"Agreed to text messages"`
	Texts   bool      `json:"texts" doc:"Text messages can be sent at all"`
	Phone   bool      `json:"phone" doc:"A number was given"`
}

func (s *Server) myPush(ctx context.Context, k *call, _ *struct{}) (*answer[PocketView], error) {
	p, err := s.Service.MyPocket(ctx, k.Actor)
	devices := mapped(p.Devices, func(d fair.Device) fair.ID { return d.ID })
	return reply(PocketView{p.Key, devices, p.SMS, p.Texts, p.Phone}, err)
}

// addDeviceInput is a PushSubscription as browsers write it (W3C Push API, 10).
type addDeviceInput struct {
	Body struct {
		Endpoint       string   `json:"endpoint" minLength:"10" maxLength:"1000"`
		ExpirationTime *float64 `json:"expirationTime,omitempty" doc:"Not used"`
		Keys           struct {
			P256dh string `json:"p256dh" minLength:"80" maxLength:"100"`
			Auth   string `json:"auth" minLength:"20" maxLength:"30"`
		} `json:"keys"`
	}
}

// DeviceView names a device that is told.
type DeviceView struct {
	Device fair.ID `json:"device"`
}

func (s *Server) addDevice(ctx context.Context, k *call, in *addDeviceInput) (*answer[DeviceView], error) {
	b := in.Body
	id, err := s.Service.AddDevice(ctx, k.Actor, fair.Device{Endpoint: b.Endpoint, P256dh: b.Keys.P256dh, Auth: b.Keys.Auth})
	return reply(DeviceView{id}, err)
}

type dropDeviceInput struct {
	Device string `query:"device" pattern:"^[a-z2-7]{26}$" doc:"Left out, all of them"`
}

func (s *Server) dropDevice(ctx context.Context, k *call, in *dropDeviceInput) (*nothing, error) {
	return &nothing{}, s.Service.DropDevice(ctx, k.Actor, fair.ID(in.Device))
}

type agreeToSMSInput struct {
	Body struct {
		Agreed bool `json:"agreed"`
	}
}

func (s *Server) agreeToSMS(ctx context.Context, k *call, in *agreeToSMSInput) (*answer[PocketView], error) {
	if err := s.Service.AgreeToSMS(ctx, k.Actor, in.Body.Agreed); err != nil {
		return nil, err
	}
	return s.myPush(ctx, k, nil)
}
