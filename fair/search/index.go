package search

import (
	"context"
	"slices"
	"strings"
	"sync"

	"salon/fair"
	"salon/fair/place"
)

// Index is the offer index of one node.
type Index struct {
	turn sync.Mutex        // held by the one who writes
	revs map[fair.ID]int64 // last revision written; guarded by turn
	stem stemmer           // guarded by turn

	mu    sync.RWMutex
	fairs map[fair.ID]*shelf  // guarded by mu
	home  map[fair.ID]fair.ID // the fair of each offer that is in; guarded by mu
}

// New returns an empty index.
func New() *Index {
	return &Index{revs: map[fair.ID]int64{}, stem: stemmer{}, fairs: map[fair.ID]*shelf{}, home: map[fair.ID]fair.ID{}}
}

// Put writes open offers and takes closed ones out.
func (x *Index) Put(ctx context.Context, offers ...fair.Offer) error {
	x.turn.Lock()
	defer x.turn.Unlock()
	for _, o := range offers {
		if err := ctx.Err(); err != nil {
			return err
		}
		if o.Rev < x.revs[o.ID] {
			continue
		}
		x.revs[o.ID] = o.Rev
		if o.State != fair.OfferOpen {
			x.replace(o.ID, "", row{})
		} else {
			x.replace(o.ID, o.Fair, read(o, x.stem))
		}
	}
	return nil
}

// Remove takes offers out; an unknown id is no error.
func (x *Index) Remove(_ context.Context, ids ...fair.ID) error {
	x.turn.Lock()
	defer x.turn.Unlock()
	for _, id := range ids {
		x.replace(id, "", row{})
	}
	return nil
}

// replace takes an offer out and, where a fair is named, puts its row in there.
func (x *Index) replace(id, fairID fair.ID, r row) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if was, in := x.home[id]; in {
		x.fairs[was].take(id)
		delete(x.home, id)
	}
	if fairID == "" {
		return
	}
	s := x.fairs[fairID]
	if s == nil {
		s = &shelf{numbers: map[fair.ID]int32{}, companies: map[string]*named{}, communes: map[string]*named{}, stems: map[string]*entry{}, plain: map[string]*entry{}}
		x.fairs[fairID] = s
	}
	s.put(r)
	x.home[id] = fairID
}

// within runs look on the offers of a fair, which it must not keep.
func (x *Index) within(ctx context.Context, fairID fair.ID, look func(*shelf)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	if s := x.fairs[fairID]; s != nil {
		look(s)
	}
	return nil
}

// shelf is the open offers of one fair, by number. It belongs to its Index.
type shelf struct {
	rows    []row
	free    []int32 // numbers of rows without an offer
	numbers map[fair.ID]int32
	stems   map[string]*entry // by stem
	plain   map[string]*entry // by word as written, of titles and names

	companies, communes map[string]*named // by stand and by INSEE code
}

// entry is a word and where it leads.
type entry struct {
	postings []posting
	letters  uint32 // which letters it holds, one bit each
	bare     string // a cheap stem of it, to compare by the thousand
}

// postings are where a word leads, nowhere when it is not in use.
func postings(lists map[string]*entry, word string) []posting {
	if e := lists[word]; e != nil {
		return e.postings
	}
	return nil
}

// posting says that a word leads to an offer.
type posting struct {
	row    int32
	weight float32
	title  bool
}

func (s *shelf) put(r row) {
	number := int32(len(s.rows))
	if n := len(s.free); n > 0 {
		number, s.free = s.free[n-1], s.free[:n-1]
		s.rows[number] = r
	} else {
		s.rows = append(s.rows, r)
	}
	s.numbers[r.id] = number
	s.name(&s.rows[number], 1)
	link(s.stems, r.stems, number)
	link(s.plain, r.plain, number)
}

func (s *shelf) take(id fair.ID) {
	number, in := s.numbers[id]
	if !in {
		return
	}
	s.name(&s.rows[number], -1)
	unlink(s.stems, s.rows[number].stems, number)
	unlink(s.plain, s.rows[number].plain, number)
	s.rows[number] = row{}
	s.free = append(s.free, number)
	delete(s.numbers, id)
}

// name counts an offer more, or less, for its company and its commune.
func (s *shelf) name(r *row, by int) {
	tell(s.companies, string(r.stand), fair.Suggestion{Kind: fair.SuggestCompany, Label: r.company, Value: string(r.stand)}, by)
	if r.commune == "" {
		return
	}
	label := r.place
	if c, ok := place.CommuneByINSEE(r.commune); ok {
		label = c.Name
	}
	tell(s.communes, r.commune, fair.Suggestion{Kind: fair.SuggestCommune, Label: label, Value: r.commune}, by)
}

func tell(all map[string]*named, key string, one fair.Suggestion, by int) {
	n := all[key]
	if n == nil || n.Label != one.Label {
		was := n
		n = &named{Suggestion: one, words: words(one.Label)}
		n.key = strings.Join(n.words, " ")
		if was != nil {
			n.Offers = was.Offers
		}
		all[key] = n
	}
	if n.Offers += by; n.Offers <= 0 {
		delete(all, key)
	}
}

func link(lists map[string]*entry, terms []term, number int32) {
	for _, t := range terms {
		e := lists[t.word]
		if e == nil {
			e = &entry{letters: letters(t.word), bare: bare(t.word)}
			lists[t.word] = e
		}
		e.postings = append(e.postings, posting{number, t.weight, t.title})
	}
}

func unlink(lists map[string]*entry, terms []term, number int32) {
	for _, t := range terms {
		e := lists[t.word]
		e.postings = slices.DeleteFunc(e.postings, func(p posting) bool { return p.row == number })
		if len(e.postings) == 0 {
			delete(lists, t.word)
		}
	}
}
