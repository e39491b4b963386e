package message

// Hello is the first frame. Token is for programs; browsers leave it out and
// are known by their cookie.
type Hello struct {
	Token string `json:"token,omitempty" maxLength:"512"`
}

// Enter asks to enter a room with an entry token (from a REST join) or a
// resume token (from this socket's predecessor). Able says that this browser can
// encrypt end to end; Round, after a lost connection, which round's keys it
// still has in full.
type Enter struct {
	Token string `json:"token" maxLength:"2048"`
	Able  bool   `json:"able,omitempty"`
	Round int64  `json:"round,omitempty"`
}

// Key is one step of agreeing on keys that the server never learns; it is passed
// on to those who take part in the round, as it is, or to one of them. Steps:
// "commit" to what will be revealed, "reveal" it once everybody has
// committed, "give" one's own key, sealed, to each. "again" asks for another round,
// when this one leads nowhere. Body is base64.
type Key struct {
	Round int64  `json:"round"`
	Step  string `json:"step" enum:"commit,reveal,give,again"`
	To    string `json:"to,omitempty" maxLength:"64"`
	Body  string `json:"body,omitempty" maxLength:"512"`
}

// Description carries SDP in both directions. Sources names the m-lines of an
// up offer in order: "microphone", "camera", "screen", "screen_audio".
type Description struct {
	Link    string   `json:"link" enum:"up,down"`
	Kind    string   `json:"kind" enum:"offer,answer"`
	SDP     string   `json:"sdp" maxLength:"65536"`
	Sources []string `json:"sources,omitempty" maxItems:"4"`
}

// ICECandidate carries one ICE candidate in both directions.
type ICECandidate struct {
	Link             string `json:"link" enum:"up,down"`
	Candidate        string `json:"candidate" maxLength:"1024"`
	SDPMid           string `json:"sdp_mid,omitempty" maxLength:"64"`
	SDPMLineIndex    uint16 `json:"sdp_m_line_index"`
	UsernameFragment string `json:"username_fragment,omitempty" maxLength:"256"`
}

// Restart asks for an ICE restart of the down link; for the up link the
// participant simply offers again.
type Restart struct {
	Link string `json:"link" enum:"up,down"`
}

// Sending says which sources the participant sends now, so that others draw
// the right thing without any renegotiation.
type Sending struct {
	Microphone bool `json:"microphone"`
	Camera     bool `json:"camera"`
	Screen     bool `json:"screen"`
}

// Viewing says what this screen shows, so that nothing is sent for what it does
// not: Heights are those of the tiles of Tracks ("<peer>.camera", "<peer>.screen"), in
// the screen's own pixels, 0 for one that is not seen. A track that is not listed is wanted as it
// is. Saver asks for small pictures everywhere.
type Viewing struct {
	Tracks  []string `json:"tracks" maxItems:"64"`
	Heights []int    `json:"heights" maxItems:"64"`
	Saver   bool     `json:"saver"`
}

// Quality is how this participant's connection has done since the last time, as
// the browser measured it: told when Level or Told changes, and every half minute. Lost
// is per mille of the packets, RoundTrip and Jitter are milliseconds, Freezes counts
// pictures that stood still. Told is what the person is being proposed instead.
type Quality struct {
	Level     string `json:"level" enum:"good,weak,lost"`
	Lost      int    `json:"lost"`
	RoundTrip int    `json:"round_trip"`
	Jitter    int    `json:"jitter"`
	Freezes   int    `json:"freezes"`
	Told      string `json:"told" enum:"nothing,sound,phone"`
}

// Say is a line of text for the room. ID is the client's own, echoed.
type Say struct {
	ID   string `json:"id" maxLength:"26"`
	Text string `json:"text" minLength:"1" maxLength:"1000"`
}

// Typing is real-time text (EN 301 549, 6.2): the whole line as typed so far,
// sent within 300 ms of a key. An empty text clears the line.
type Typing struct {
	Text string `json:"text" maxLength:"1000"`
}

// Leave leaves the room; the socket stays.
type Leave struct{}

// Subscribe follows a topic, from now on or from where an earlier subscription
// left off. Whoever subscribes first and reads through REST afterwards misses
// nothing in between; a view with a lower rev than the one read is dropped.
type Subscribe struct {
	Topic  string `json:"topic" maxLength:"80"`
	Epoch  string `json:"epoch,omitempty" maxLength:"26"`
	Offset int64  `json:"offset,omitempty"`
	Grant  string `json:"grant,omitempty" maxLength:"1024"`
}

// Unsubscribe stops following a topic.
type Unsubscribe struct {
	Topic string `json:"topic" maxLength:"80"`
}
