package message

import "time"

// Welcome answers hello.
type Welcome struct {
	Account string    `json:"account,omitempty"` // absent for a visitor
	Now     time.Time `json:"now"`
}

// Entered answers enter: what the room looks like now. Both media links begin
// anew after it, also when the peer was here before.
type Entered struct {
	Room     string    `json:"room"`
	Kind     string    `json:"kind" enum:"interview,webconference"`
	Peer     string    `json:"peer"`
	Role     string    `json:"role" enum:"party,adviser,interpreter,host,speaker,viewer"`
	Resume   string    `json:"resume"`
	Members  []Member  `json:"members"`  // those who may publish, this peer included when it may
	Presence int       `json:"presence"` // people in the room, over all nodes
	Recent   []Said    `json:"recent"`   // last lines of text, oldest first
	Now      time.Time `json:"now"`
}

// Member is somebody one sees or hears in the room.
type Member struct {
	Peer    string  `json:"peer"`
	Account string  `json:"account"`
	Name    string  `json:"name"`
	Role    string  `json:"role" enum:"party,adviser,interpreter,host,speaker,viewer"`
	Sending Sending `json:"sending"`
}

// MemberJoined tells that somebody came, or came back.
type MemberJoined struct {
	Member Member `json:"member"`
}

// MemberLeft tells that somebody is gone. "lost" is a connection that broke and
// may come back within seconds; "left" follows when it did not.
type MemberLeft struct {
	Peer   string `json:"peer"`
	Reason string `json:"reason" enum:"left,lost,replaced,kicked"`
}

// MemberChanged tells a change of role or of what is sent. A member whose role
// is now viewer is no longer on stage.
type MemberChanged struct {
	Member Member `json:"member"`
}

// Resume renews the resume token: on entry and every minute, 10 minutes valid.
type Resume struct {
	Token string `json:"token"`
}

// Role tells this peer that its own role changed.
type Role struct {
	Role string `json:"role" enum:"party,adviser,interpreter,host,speaker,viewer"`
}

// Said is a line of text, stamped by the server.
type Said struct {
	ID   string    `json:"id"`
	Peer string    `json:"peer"`
	Name string    `json:"name"`
	Role string    `json:"role"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// TypingBy is somebody's line as typed so far.
type TypingBy struct {
	Peer string `json:"peer"`
	Text string `json:"text"`
}

// Presence counts the people in the room, over all nodes.
type Presence struct {
	Count int `json:"count"`
}

// Speaking names the peer who speaks now; empty when nobody does.
type Speaking struct {
	Peer string `json:"peer"`
}

// Paused lists the pictures ("<peer>.camera", "<peer>.screen") that this peer's
// network does not carry now; empty when it carries all.
type Paused struct {
	Tracks []string `json:"tracks"`
}

// Encodings lists which encodings of a source of this peer anybody is to get, by
// rid, "" for a source sent in one; the others need not be sent.
type Encodings struct {
	Source string   `json:"source" enum:"camera,screen"`
	Active []string `json:"active"`
}

// Keying begins a round of agreeing on keys, because somebody came or went:
// who takes part, and who among them cannot encrypt end to end. Keys of earlier
// rounds are for nobody any more. A round is told once, and its number is never
// used again in this room.
type Keying struct {
	Round  int64    `json:"round"`
	Peers  []string `json:"peers"`
	Unable []string `json:"unable"`
}

// KeyBy is a step of somebody else in the present round.
type KeyBy struct {
	Peer  string `json:"peer"`
	Round int64  `json:"round"`
	Step  string `json:"step" enum:"commit,reveal,give"`
	Body  string `json:"body"`
}

// LinkState tells how a link of this peer does, as the server sees it.
type LinkState struct {
	Link  string `json:"link" enum:"up,down"`
	State string `json:"state" enum:"connecting,connected,disconnected,failed,closed"`
}

// Left says the room is over for this peer; the socket stays open.
type Left struct {
	Reason string `json:"reason" enum:"left,ended,kicked,replaced"`
}

// Topic carries the present view of an entity, never a delta. A view with a
// lower rev than one already seen is dropped.
type Topic struct {
	Topic  string `json:"topic"`
	Epoch  string `json:"epoch"`
	Offset int64  `json:"offset"`
	Entity string `json:"entity" enum:"draw,interview,slot,standby,webconference,line,ticket,thread,application,fairline,wishes"`
	ID     string `json:"id"`
	Rev    int64  `json:"rev"`
	View   View   `json:"view"`
}

// View is the full view of one entity: exactly one field is set.
type View struct {
	Interview     *InterviewView     `json:"interview,omitempty"`
	Slot          *SlotView          `json:"slot,omitempty"`
	Standby       *StandbyView       `json:"standby,omitempty"`
	Webconference *WebconferenceView `json:"webconference,omitempty"`
	Line          *LineView          `json:"line,omitempty"`
	Ticket        *TicketView        `json:"ticket,omitempty"`
	Thread        *ThreadView        `json:"thread,omitempty"`
	Application   *ApplicationView   `json:"application,omitempty"`
	FairLine      *FairLineView      `json:"fair_line,omitempty"`
	Draw          *DrawView          `json:"draw,omitempty"`
	Wishes        *WishesView        `json:"wishes,omitempty"`
}

// InterviewView is what both parties of an interview may see of it. Guests see
// the same without the outcome.
type InterviewView struct {
	State     string     `json:"state" enum:"called,booked,live,ended,cancelled,missed"`
	Channel   string     `json:"channel" enum:"video,phone"`
	StartsAt  time.Time  `json:"starts_at"`
	EndsAt    time.Time  `json:"ends_at"`
	StartedAt *time.Time `json:"started_at,omitempty"`
	EndedAt   *time.Time `json:"ended_at,omitempty"`
	// PlannedEnd moves when more time is given.
	PlannedEnd time.Time `json:"planned_end"`
	SoundOnly  bool      `json:"sound_only"`
	Outcome    string    `json:"outcome,omitempty" enum:"next,pool,declined,later"`
}

// SlotView is what anybody may see of a slot.
type SlotView struct {
	Stand    string    `json:"stand"`
	Free     bool      `json:"free"`
	StartsAt time.Time `json:"starts_at"`
	EndsAt   time.Time `json:"ends_at"`
}

// StandbyView is what somebody may see of their place on a waiting list. Until is
// how long a seat is kept for them.
type StandbyView struct {
	Stand string     `json:"stand"`
	State string     `json:"state" enum:"waiting,offered,booked,left,lapsed"`
	Until *time.Time `json:"until,omitempty"`
}

// WebconferenceView is what anybody may see of a talk's state.
type WebconferenceView struct {
	State    string    `json:"state" enum:"scheduled,open,ended"`
	StartsAt time.Time `json:"starts_at"`
	EndsAt   time.Time `json:"ends_at"`
}

// LineView is a stand's line as everybody in it may see it: who waits is told by
// tickets, in the order of their rank, the first 200. Ranges are those tickets'
// waits in seconds from the view's rev (milliseconds since 1970), lowest and
// highest; -1 where nobody can tell.
type LineView struct {
	State      string     `json:"state" enum:"open,paused,closed"`
	Until      *time.Time `json:"until,omitempty"`
	Message    string     `json:"message"`
	Waiting    int        `json:"waiting"`
	Recruiters int        `json:"recruiters"`
	Order      []string   `json:"order"`
	Ranges     [][]int    `json:"ranges"`
}

// FairLineView is what an organiser follows of each line of a fair.
type FairLineView struct {
	State      string `json:"state" enum:"open,paused,closed"`
	Waiting    int    `json:"waiting"`
	Recruiters int    `json:"recruiters"`
}

// TicketView is a place in a line as its owner follows it.
type TicketView struct {
	Stand       string     `json:"stand"`
	State       string     `json:"state" enum:"waiting,called,meeting,done,left,missed,moved,closed"`
	AnswerUntil *time.Time `json:"answer_until,omitempty"`
	Interview   string     `json:"interview,omitempty"`
}

// ThreadView is what both sides of a thread may see at a glance: never what was
// written.
type ThreadView struct {
	Stand   string     `json:"stand"`
	Last    time.Time  `json:"last"`
	Owes    string     `json:"owes,omitempty" enum:"stand,organiser"` // the side that owes an answer
	AskedAt *time.Time `json:"asked_at,omitempty"`
	Level   int        `json:"level"` // 0 told on duty, 1 all colleagues, 2 the organisers
}

// ApplicationView is where an application stands.
type ApplicationView struct {
	Stand string `json:"stand"`
	State string `json:"state" enum:"received,meet,met,next,closed,withdrawn"`
}

// DrawView is what anybody may see of a draw's state.
type DrawView struct {
	State    string    `json:"state" enum:"open,drawn,done,cancelled"`
	ClosesAt time.Time `json:"closes_at"`
}

// WishesView tells somebody that it is known what became of their wishes in a
// draw.
type WishesView struct {
	Draw  string `json:"draw"`
	Given int    `json:"given"` // how many were granted
}

// Subscribed answers subscribe. Lost means that what was missed is no longer
// known: read again.
type Subscribed struct {
	Topic  string `json:"topic"`
	Epoch  string `json:"epoch"`
	Offset int64  `json:"offset"`
	Lost   bool   `json:"lost"`
}

// Error refuses a frame. Of is the type refused.
type Error struct {
	Code string `json:"code"`
	Of   string `json:"of,omitempty"`
}
