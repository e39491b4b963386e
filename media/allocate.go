package media

import (
	"cmp"
	"slices"
)

// choice is one way to send a picture: an encoding, the layers of it, what that
// costs and how high the picture is.
type choice struct {
	aim    aim
	cost   int64 // bit/s
	height int   // pixels
	flows  bool  // it is being received now
}

// The order in which pictures get what the network carries, after sound.
const (
	rankScreen = iota
	rankSpeaker
	rankOther
)

// demand is one picture for one peer.
type demand struct {
	sub     *subscriber
	pub     *publisher
	rank    int
	choices []choice // from cheapest to best
	want    int      // index of the best one its screen can use; -1: it is not shown
	before  int      // what it got until now; a newcomer is owed the cheapest
	full    int      // what all of the budget would give
	got     int      // what it gets; -1: nothing
}

// now is the index of what it was given last.
func (d *demand) now() int {
	if !d.sub.steered {
		return 0
	}
	a, at := d.sub.chosen, -1
	for i, c := range d.choices {
		if c.aim.stream == a.stream && c.aim.spatial <= a.spatial && c.aim.temporal <= a.temporal {
			at = i
		}
	}
	return at
}

// allocate shares a budget in bit/s: everybody's cheapest first, then better
// ones by rank, evenly among equals. Who gets nothing is paused; without mayPause
// everybody keeps the cheapest.
func allocate(budget int64, all []*demand, mayPause bool) {
	slices.SortStableFunc(all, func(a, b *demand) int { return cmp.Compare(a.rank, b.rank) })
	for _, d := range all {
		d.got = -1
		if d.want < 0 || mayPause && d.choices[0].cost > budget {
			continue
		}
		d.got = 0
		budget -= d.choices[0].cost
	}
	for first := 0; first < len(all); {
		last := first
		for last < len(all) && all[last].rank == all[first].rank {
			last++
		}
		for raised := true; raised; {
			raised = false
			for _, d := range all[first:last] {
				if d.got < 0 || d.got >= d.want {
					continue
				}
				more := d.choices[d.got+1].cost - d.choices[d.got].cost
				if more > budget {
					continue
				}
				d.got++
				budget -= more
				raised = true
			}
		}
		first = last
	}
}

// fit is the least choice that fills a tile of that height in pixels; -1 when
// the tile is not seen. A picture a little smaller than its tile does.
func fit(choices []choice, height int) int {
	if height <= 0 {
		return -1
	}
	for i, c := range choices {
		whole := i+1 == len(choices) || choices[i+1].height > c.height // all temporal layers
		if whole && c.height*10 >= height*9 {
			return i
		}
	}
	return len(choices) - 1
}
