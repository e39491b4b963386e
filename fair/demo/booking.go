package demo

import (
	"context"
	"fmt"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// Booked is a slot of a run that a demo candidate has taken.
type Booked struct {
	Slot      int // position in the run, from 0
	Candidate int // number of the demo candidate
	Channel   fair.Channel
}

// candidates come in two circles, so that nobody is in two places at once: those
// of the first take one slot of each run, those of the second one of every third
// run. Within a circle a day's stands meet different people.
const (
	circle       = 60
	secondCircle = 200 // numbered from here on
)

// FullStand is the number of the stand whose slots are all taken, so that its waiting
// list can be seen. A crowd of its own has them; nobody of it comes back for months.
const (
	FullStand = 60
	crowd     = 9000 // numbered from here on
	crowdDays = 100
)

// Bookings are the slots of a run at the stand of that number that are taken
// when the demo is loaded: more than one in five over the fair, all of one stand. They follow from the day
// alone, so that a later start asks for the same ones again.
func Bookings(stand int, run Run) []Booked {
	date := int(run.Start.Unix() / 86400)
	turn := (stand + 8*date) % circle
	channel := run.Channels[date%len(run.Channels)]
	if stand == FullStand {
		all := make([]Booked, run.Count)
		for i := range all {
			all[i] = Booked{Slot: i, Candidate: crowd + date%crowdDays*run.Count + i + 1, Channel: channel}
		}
		return all
	}
	taken := []Booked{{Slot: (stand + date) % run.Count, Candidate: turn + 1, Channel: channel}}
	if (stand+date)/3%3 == 0 {
		taken = append(taken, Booked{Slot: (stand + date + 3) % run.Count, Candidate: secondCircle + turn + 1, Channel: channel})
	}
	return taken
}

// book takes the slots of a run that demo candidates have, unless somebody has
// taken them or has given them back since.
func book(ctx context.Context, svc *service.Service, slots []fair.Slot, stand int, run Run) error {
	for _, b := range Bookings(stand, run) {
		start := run.Start.Add(time.Duration(b.Slot) * run.Length)
		for _, slot := range slots {
			if !slot.Start.Equal(start) || slot.State != fair.SlotFree {
				continue
			}
			candidate, err := actor(ctx, svc, fair.Candidate, b.Candidate)
			if err != nil {
				return err
			}
			if _, err := svc.Book(ctx, candidate, slot.ID, service.BookRequest{Channel: b.Channel, Key: "demo"}); made(err) != nil {
				return fmt.Errorf("book slot %s: %w", slot.ID, err)
			}
		}
	}
	return nil
}
