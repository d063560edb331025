package knowledge

// Zone is how an answer may be given.
type Zone string

// The zones: a direct answer, a menu of at most three topics, or none.
const (
	Direct Zone = "direct"
	Menu   Zone = "menu"
	None   Zone = "none"
)

// Candidate is a topic that a question may mean, with the calibrated
// probability (0 to 1) that it is the right one.
type Candidate struct {
	Topic      string  `json:"topic"`
	Confidence float64 `json:"confidence"`
}

// Slots are what a question says of persons, relations and time. An empty
// field was not said.
type Slots struct {
	Who      Who      `json:"who,omitempty"`
	Relation Relation `json:"relation,omitempty"`
	Phase    When     `json:"phase,omitempty"`
	Role     string   `json:"role,omitempty"` // of the other side: calon, timses, partai, relawan
	Act      string   `json:"act,omitempty"`
	Negated  bool     `json:"negated,omitempty"` // the asker says that the act was not done
}

// Answer is what the matcher makes of a question.
type Answer struct {
	Zone       Zone
	Topic      *Topic // set only when Zone is Direct
	Confidence float64
	Candidates []Candidate // best five, whatever the zone
	Menu       []string    // topics to offer, at most three, when Zone is Menu
	Also       []string    // topics of further questions in the same message
	Category   *Category   // recognised subject outside the base
	Slots      Slots
	Normal     string // normal form of the question
	English    bool   // the question was asked in English
}

// Gap is a question that was not answered, as it is kept for the curators:
// scrubbed, without asker and without time of day.
type Gap struct {
	Text   string      // scrubbed, at most MaxGap characters
	Normal string      // normal form, scrubbed alike
	Near   []Candidate // nearest topics
	Day    Day
	Reason Reason
}

// Reason is why a question is in the gap log.
type Reason string

// The reasons: nothing was found, none of the menu was meant, or the answer
// did not help.
const (
	NotFound  Reason = "tidak-ditemukan"
	NotMeant  Reason = "bukan-itu"
	NoHelp    Reason = "tidak-membantu"
	WrongRule Reason = "keliru"
)

// MaxGap is how many characters of a question are kept, from the design's
// decision on identity.
const MaxGap = 300
