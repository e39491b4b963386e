package demo

import (
	"time"

	"salon/fair"
)

// slotDays is how many weekdays ahead of now have slots, today included.
const slotDays = 6

// Run is a half-day of slots of one recruiter.
type Run struct {
	Recruiter int // number of the demo recruiter
	Start     time.Time
	Length    time.Duration
	Count     int
	Channels  []fair.Channel
}

// Slots are the half-days of the stand of that number (from 1) on the weekdays
// from now on: mornings begin at 9, afternoons at 14, in Paris, each lasts at most
// three hours, and what has begun is left out. Two days of three a stand receives; its
// first recruiter keeps the mornings, its second the afternoons.
func Slots(stand int, now time.Time) []Run {
	var runs []Run
	for _, days := range weekdays(now, slotDays) {
		morning := Run{
			Recruiter: stand, Start: day(now, days, "09:00"), Length: lengths[stand%len(lengths)], Count: 6,
			Channels: channels[stand%len(channels)],
		}
		afternoon := morning
		afternoon.Recruiter, afternoon.Start = stand+len(companies()), day(now, days, "14:00")
		var run Run
		switch date := day(now, days, "12:00").Unix() / 86400; (date + int64(stand)) % 3 {
		case 0:
			run = morning
		case 1:
			run = afternoon
		default:
			continue
		}
		if run.Start.After(now) {
			runs = append(runs, run)
		}
	}
	return runs
}

var (
	lengths  = []time.Duration{20 * time.Minute, 25 * time.Minute, 30 * time.Minute}
	channels = [][]fair.Channel{
		{fair.Video, fair.Phone}, {fair.Video, fair.Phone}, {fair.Video}, {fair.Phone}, {fair.Video, fair.Phone},
	}
)

// weekdays lists how many days after now the next so many weekdays are.
func weekdays(now time.Time, count int) []int {
	var list []int
	for days := 0; len(list) < count; days++ {
		if d := now.In(paris()).AddDate(0, 0, days).Weekday(); d != time.Saturday && d != time.Sunday {
			list = append(list, days)
		}
	}
	return list
}
