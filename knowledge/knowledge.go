// Package knowledge is what TanyaNetral may say: topics with their verdicts,
// the outcomes that the law attaches to them, the instruments behind them, and
// the words in which people ask. It is a leaf: it knows neither the search
// engine nor Telegram nor the database.
//
// The data are curated by hand in data/ and embedded in the program. Load
// reads them, Base.Check proves them, and Topic.Choose picks the outcomes that
// a day and a person deserve. Nothing here is computed from the text of a
// question: a verdict always comes from the data.
package knowledge

import "slices"

// Topic is one answer of the base: people who deserve the same answer share a
// topic, people who deserve another one have another topic.
type Topic struct {
	ID      string  `yaml:"id"`
	Group   string  `yaml:"group"`
	Title   string  `yaml:"title"`
	Verdict Verdict `yaml:"verdict"`

	Text       `yaml:",inline"`
	Outcomes   []Outcome  `yaml:"outcomes"`
	Sections   []Section  `yaml:"sections,omitempty"`
	Positions  []Position `yaml:"positions,omitempty"`
	Related    []string   `yaml:"related,omitempty"`
	Provenance `yaml:",inline"`

	// Asks are the known wordings of the question, from data/asks/ID.txt.
	Asks []string `yaml:"-"`
}

// Text is what a person reads of a topic, in Indonesian.
type Text struct {
	Answer      string `yaml:"answer"`      // one sentence, verdict first
	Explanation string `yaml:"explanation"` // at most MaxExplanation characters
	Instead     string `yaml:"instead,omitempty"`
	Allowed     string `yaml:"allowed"`   // an example that is allowed
	Forbidden   string `yaml:"forbidden"` // its twin, which is not
	Already     string `yaml:"already"`   // what to do when it has happened
}

// Provenance tells how sure a topic is and who should look at it again.
type Provenance struct {
	Confidence Confidence `yaml:"confidence"`
	Caution    string     `yaml:"caution,omitempty"` // told to the person
	Check      string     `yaml:"check,omitempty"`   // told to curators only
	Reviewed   Day        `yaml:"reviewed"`
	Evidence   Day        `yaml:"evidence"` // newest evidence behind the answer
	Sources    []string   `yaml:"sources,omitempty"`
}

// Outcome is one consequence: who bears it, in which phase, on which basis.
type Outcome struct {
	When  When       `yaml:"when"`
	If    string     `yaml:"if,omitempty"` // condition that phase and person do not decide
	Who   []Who      `yaml:"who"`
	Kind  Kind       `yaml:"kind"`
	Level Level      `yaml:"level"`
	Basis []Citation `yaml:"basis"`
}

// Section is the part of an answer for one person or relation.
type Section struct {
	For  string `yaml:"for"` // a Who or a Relation
	Text string `yaml:"text"`
}

// Position is one side of a contested point.
type Position struct {
	Holder string `yaml:"holder"`
	Text   string `yaml:"text"`
}

// Group gathers topics for browsing.
type Group struct {
	ID    string `yaml:"id"`
	Title string `yaml:"title"`
}

// Instrument is a law, regulation, circular or ruling that topics cite.
type Instrument struct {
	ID          string   `yaml:"id"`
	Title       string   `yaml:"title"`
	Status      Status   `yaml:"status"`
	ReplacedBy  string   `yaml:"replaced_by,omitempty"`
	Binds       string   `yaml:"binds"`
	TextRead    string   `yaml:"text_read"` // how much of the text was read: naskah, sebagian, kutipan, tidak
	Evidence    string   `yaml:"evidence_until"`
	LastChecked Day      `yaml:"last_checked"`
	Note        string   `yaml:"note,omitempty"`
	Articles    []string `yaml:"articles,omitempty"` // what may be cited of it
}

// Source is an item of socialisation material that topics refer to.
type Source struct {
	ID    string `yaml:"id"`
	Title string `yaml:"title"`
	By    string `yaml:"by"`
	Where string `yaml:"where"`
	When  string `yaml:"when"`
	Said  string `yaml:"said"`
	Note  string `yaml:"note,omitempty"` // what in it is wrong or out of date
}

// StatusRule qualifies every outcome for one kind of person, for instance
// that PP 94/2021 does not bind PPPK.
type StatusRule struct {
	Who   Who        `yaml:"who"`
	Rule  string     `yaml:"rule"`
	Basis []Citation `yaml:"basis"`
}

// Category is a recognised subject outside what the bot answers.
type Category struct {
	ID    string   `yaml:"id"`
	Title string   `yaml:"title"`
	Reply string   `yaml:"reply"`
	Lines []string `yaml:"-"` // from data/outside/ID.txt
}

// Question is one item of the quiz.
type Question struct {
	Topic     string   `yaml:"topic"`
	Level     int      `yaml:"level"` // 1 easy, 2 medium, 3 hard
	Situation string   `yaml:"situation"`
	Choices   []string `yaml:"choices"`
	Right     int      `yaml:"right"` // index of the right choice, from 0
	Why       string   `yaml:"why"`
}

// Base is everything that the program knows. It is read-only after Load and
// may be shared between goroutines.
type Base struct {
	Groups      []Group
	Topics      []Topic
	Instruments []Instrument
	Sources     []Source
	Rules       []StatusRule
	Outside     []Category
	Quiz        []Question
	Pledge      []string // the four commitments of the ikrar
	Print       string   // fingerprint of the data, hexadecimal SHA-256

	topics      map[string]*Topic
	instruments map[string]*Instrument
}

// Topic returns the topic with that id, or nil.
func (b *Base) Topic(id string) *Topic { return b.topics[id] }

// Instrument returns the instrument with that id, or nil.
func (b *Base) Instrument(id string) *Instrument { return b.instruments[id] }

// Category returns the out-of-scope category with that id, or nil.
func (b *Base) Category(id string) *Category {
	for i := range b.Outside {
		if b.Outside[i].ID == id {
			return &b.Outside[i]
		}
	}
	return nil
}

// Source returns the socialisation item with that id, or nil.
func (b *Base) Source(id string) *Source {
	for i := range b.Sources {
		if b.Sources[i].ID == id {
			return &b.Sources[i]
		}
	}
	return nil
}

// RulesFor returns the status rules that qualify outcomes for w.
func (b *Base) RulesFor(w Who) []StatusRule {
	var rules []StatusRule
	for _, r := range b.Rules {
		if r.Who == w {
			rules = append(rules, r)
		}
	}
	return rules
}

// InGroup returns the topics of a group in the order of the data.
func (b *Base) InGroup(id string) []*Topic {
	var ts []*Topic
	for i := range b.Topics {
		if b.Topics[i].Group == id {
			ts = append(ts, &b.Topics[i])
		}
	}
	return ts
}

// index builds the look-up tables; the last of two equal ids wins, and Check
// refuses the pair.
func (b *Base) index() {
	b.topics = make(map[string]*Topic, len(b.Topics))
	for i := range b.Topics {
		b.topics[b.Topics[i].ID] = &b.Topics[i]
	}
	b.instruments = make(map[string]*Instrument, len(b.Instruments))
	for i := range b.Instruments {
		b.instruments[b.Instruments[i].ID] = &b.Instruments[i]
	}
}

// WithAsks returns a copy of the base with at most n ways of asking a topic,
// taken evenly over the file so that every writer keeps a share.
func (b *Base) WithAsks(n int) *Base {
	c := *b
	c.Topics = slices.Clone(b.Topics)
	for i := range c.Topics {
		all := c.Topics[i].Asks
		if len(all) <= n {
			continue
		}
		some := make([]string, n)
		for j := range some {
			some[j] = all[j*len(all)/n]
		}
		c.Topics[i].Asks = some
	}
	c.index()
	return &c
}
