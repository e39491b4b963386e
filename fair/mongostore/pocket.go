package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/bson"

	"salon/fair"
)

// Pockets keeps how people can be reached while the page is closed, one
// document per account.
type Pockets struct{ collection[fair.Pocket] }

// Save writes the devices and the consent of a pocket that was read at its
// revision; one at revision 0 is made. saved is false when it has moved on.
func (s *Pockets) Save(ctx context.Context, p fair.Pocket) (after fair.Pocket, saved bool, err error) {
	if p.Rev == 0 {
		p.Rev, p.UpdatedAt, p.Schema = 1, s.clock(), 1
		if err = s.Insert(ctx, p); duplicate(err) {
			return p, false, nil
		}
		return p, err == nil, err
	}
	u := update{set: eq("devices", p.Devices, "retainUntil", p.RetainUntil)}
	if p.SMS != nil {
		u.set = append(u.set, bson.E{Key: "smsAt", Value: p.SMS})
	} else {
		u.unset = eq("smsAt", "")
	}
	return s.change(ctx, eq("_id", p.ID, "rev", p.Rev), u)
}

// Drop forgets a device, once its push service says that it is gone.
func (s *Pockets) Drop(ctx context.Context, account, device fair.ID) error {
	_, _, err := s.change(ctx, eq("_id", account), update{pull: eq("devices", eq("id", device))})
	return err
}

// Withdraw forgets a device, whoever it belongs to except one: a browser tells
// one person at a time.
func (s *Pockets) Withdraw(ctx context.Context, device, except fair.ID) error {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	_, err := s.c.UpdateMany(ctx,
		bson.D{{Key: "devices.id", Value: device}, {Key: "_id", Value: bson.D{{Key: "$ne", Value: except}}}},
		update{pull: eq("devices", eq("id", device))}.document(s.clock(), nil))
	return fault("withdraw a device", err)
}
