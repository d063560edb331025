package knowledge

import "encoding/json"

// ItemKind is a kind of item that curators change over the shipped base.
type ItemKind string

// The kinds of item, with their key and value.
const (
	ItemTopic      ItemKind = "topik"   // key: topic id; value: the whole [Topic] without its ways of asking
	ItemAsk        ItemKind = "tanya"   // key: AskKey; value: [AskLine]
	ItemOutside    ItemKind = "luar"    // key: AskKey of category and line; value: [AskLine], Owner the category
	ItemInstrument ItemKind = "dasar"   // key: instrument id; value: [Instrument]
	ItemWord       ItemKind = "kata"    // key: the word; value: [WordLine]; the language takes it, not the base
	ItemElection   ItemKind = "tahapan" // key: name; value: [Election]; the calendar takes it, not the base
)

// Item is one changed item: a whole new value, or none when it is removed.
type Item struct {
	Kind  ItemKind        `json:"kind"`
	Key   string          `json:"key"`
	Value json.RawMessage `json:"value"` // null or empty: removed
}

// AskLine is a way of asking of a topic, or a line of an out-of-scope category.
type AskLine struct {
	Owner string `json:"owner"` // id of the topic or category
	Text  string `json:"text"`
}

// WordLine is what a word of everyday language means in standard words.
type WordLine struct {
	Means string `json:"means"`
}
