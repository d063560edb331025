package knowledge

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
)

// Removes reports whether the item takes away what stands under its key.
func (it Item) Removes() bool {
	v := bytes.TrimSpace(it.Value)
	return len(v) == 0 || bytes.Equal(v, []byte("null"))
}

// AskKey is the key of a way of asking: its owner and its text in lower case
// with single spaces. Every line is an item of its own, so that two people
// who add lines to one topic never meet.
func AskKey(owner, text string) string { return owner + "/" + strings.ToLower(OneLine(text)) }

// OneLine is a text with single spaces and none around it.
func OneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// TopicItem is the item that puts a topic into the base. Its ways of asking
// are items of their own and are left out.
func TopicItem(t Topic) Item { return Item{ItemTopic, t.ID, encode(tidyTopic(t))} }

// AskItem is the item that adds a way of asking to a topic.
func AskItem(topic, text string) Item {
	return Item{ItemAsk, AskKey(topic, text), encode(AskLine{topic, OneLine(text)})}
}

// OutsideItem is the item that adds a line to an out-of-scope category.
func OutsideItem(category, line string) Item {
	return Item{ItemOutside, AskKey(category, line), encode(AskLine{category, OneLine(line)})}
}

// InstrumentItem is the item that puts an instrument into the registry.
func InstrumentItem(i Instrument) Item { return Item{ItemInstrument, i.ID, encode(tidyInstrument(i))} }

// WordItem is the item that explains a word of everyday language.
func WordItem(word, means string) Item {
	return Item{ItemWord, strings.ToLower(OneLine(word)), encode(WordLine{OneLine(means)})}
}

// ElectionItem is the item that puts an election into the calendar.
func ElectionItem(e Election) Item { return Item{ItemElection, e.Name, encode(e)} }

// ValuePrint is the fingerprint of a value in the form that [Item.Canonical]
// gives it: hexadecimal SHA-256, empty for no value.
func ValuePrint(value json.RawMessage) string {
	if (Item{Value: value}).Removes() {
		return ""
	}
	sum := sha256.Sum256(value)
	return hex.EncodeToString(sum[:])
}

// ItemPrint is the fingerprint of the base's item, or "" if there is none.
func (b *Base) ItemPrint(kind ItemKind, key string) string { return ValuePrint(b.ItemValue(kind, key)) }

// ItemValue is the base's value of an item, or nil if there is none. Words and
// elections are not in the base.
func (b *Base) ItemValue(kind ItemKind, key string) json.RawMessage {
	switch kind {
	case ItemTopic:
		if t := b.Topic(key); t != nil {
			return encode(tidyTopic(*t))
		}
	case ItemInstrument:
		if i := b.Instrument(key); i != nil {
			return encode(tidyInstrument(*i))
		}
	case ItemAsk:
		owner, _, _ := strings.Cut(key, "/")
		if t := b.Topic(owner); t != nil {
			return lineValue(owner, key, t.Asks)
		}
	case ItemOutside:
		owner, _, _ := strings.Cut(key, "/")
		if c := b.Category(owner); c != nil {
			return lineValue(owner, key, c.Lines)
		}
	}
	return nil
}

func lineValue(owner, key string, lines []string) json.RawMessage {
	i := slices.IndexFunc(lines, func(s string) bool { return AskKey(owner, s) == key })
	if i < 0 {
		return nil
	}
	return encode(AskLine{owner, lines[i]})
}

// encode writes a value of the domain; its types are plain data, so that it
// cannot fail.
func encode(v any) json.RawMessage {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return bytes.TrimSpace(buf.Bytes())
}

// decode reads one whole value and refuses names that it does not know.
func decode(data json.RawMessage, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more than one value")
	}
	return nil
}

// tidyTopic returns a copy without ways of asking, in which an empty list is
// no list, so that equal topics have equal values.
func tidyTopic(t Topic) Topic {
	t.Asks = nil
	t.Outcomes = list(slices.Clone(t.Outcomes))
	for i := range t.Outcomes {
		t.Outcomes[i].Who = list(t.Outcomes[i].Who)
		t.Outcomes[i].Basis = list(t.Outcomes[i].Basis)
	}
	t.Sections, t.Positions = list(t.Sections), list(t.Positions)
	t.Related, t.Sources = list(t.Related), list(t.Sources)
	return t
}

func tidyInstrument(i Instrument) Instrument {
	i.Articles = list(i.Articles)
	return i
}

// list is nil for an empty list.
func list[T any](s []T) []T {
	if len(s) == 0 {
		return nil
	}
	return s
}
