package knowledge

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of what curators may write, in characters.
const (
	maxWording = MaxGap // a way of asking is as long as a logged question may be
	maxTitle   = 120    // two lines of a telephone; the longest shipped title has 89
	maxWord    = 40     // longer than any word of the lexicon
	maxMeans   = 80     // a few words
	maxKey     = 40     // a topic's id has to fit a button's 64 bytes with its verb
)

// change is an item as it is understood.
type change struct {
	item       Item // canonical
	removes    bool
	topic      Topic
	line       AskLine
	instrument Instrument
}

// Canonical returns the item as the store keeps it, with its value written in
// one way, or what is wrong with it on its own: kind, key, form and, of ways
// of asking, words and elections, all their rules. Whether it fits a base is
// told by [Base.With].
func (it Item) Canonical() (Item, []Problem) {
	c, err := it.read()
	if err != nil {
		return Item{}, []Problem{problemOf(it, err)}
	}
	return c.item, nil
}

// fault is an error in words for the person who edits.
type fault struct{ field, text string }

func (f fault) Error() string { return f.text }

func problemOf(it Item, err error) Problem {
	var f fault
	if errors.As(err, &f) {
		return Problem{it, f.field, f.text}
	}
	return Problem{it, "", "Isinya tidak dapat dibaca."}
}

// read decodes an item.
func (it Item) read() (change, error) {
	c := change{item: it, removes: it.Removes()}
	if strings.TrimSpace(it.Key) == "" {
		return c, fault{"", "Kuncinya kosong."}
	}
	readers := map[ItemKind]func(*change) (string, error){
		ItemTopic: (*change).readTopic, ItemAsk: (*change).readLine, ItemOutside: (*change).readLine,
		ItemInstrument: (*change).readInstrument, ItemWord: (*change).readWord,
		ItemElection: (*change).readElection,
	}
	reader, ok := readers[it.Kind]
	if !ok {
		return c, fault{"", fmt.Sprintf("Jenis %q tidak dikenal.", it.Kind)}
	}
	if c.removes {
		c.item.Value = nil
		c.line.Owner, _, _ = strings.Cut(it.Key, "/")
		return c, nil
	}
	key, err := reader(&c)
	if err == nil && key != it.Key {
		err = fault{"", "Isinya tidak cocok dengan kuncinya."}
	}
	return c, err
}

// topicID is how the id of a topic is written.
var topicID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (c *change) readTopic() (string, error) {
	if err := decode(c.item.Value, &c.topic); err != nil {
		return "", err
	}
	id := c.topic.ID
	if !topicID.MatchString(id) || len(id) > maxKey {
		return "", fault{"id", fmt.Sprintf(
			"Id topik hanya huruf kecil, angka, dan tanda hubung, paling banyak %d karakter.", maxKey)}
	}
	c.topic = tidyTopic(c.topic)
	c.item.Value = encode(c.topic)
	return id, nil
}

func (c *change) readInstrument() (string, error) {
	if err := decode(c.item.Value, &c.instrument); err != nil {
		return "", err
	}
	c.instrument = tidyInstrument(c.instrument)
	c.item.Value = encode(c.instrument)
	return c.instrument.ID, nil
}

func (c *change) readLine() (string, error) {
	if err := decode(c.item.Value, &c.line); err != nil {
		return "", err
	}
	if text := CheckWording(c.line.Text); text != "" {
		return "", fault{"text", text}
	}
	c.item.Value = encode(c.line)
	return AskKey(c.line.Owner, c.line.Text), nil
}

// CheckWording tells what is wrong with a way of asking, in Indonesian, or
// nothing. It wants the text as [OneLine] gives it.
func CheckWording(text string) string {
	switch {
	case OneLine(text) != text:
		return "Tulis dalam satu baris tanpa spasi berlebih."
	case utf8.RuneCountInString(text) > maxWording:
		return fmt.Sprintf("Kalimatnya lebih dari %d karakter; persingkat.", maxWording)
	case !strings.ContainsFunc(text, unicode.IsLetter):
		return "Kalimatnya harus memuat huruf."
	case strings.HasPrefix(text, "#"):
		return "Kalimatnya tidak boleh diawali tanda #."
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		return "Kalimatnya memuat tanda yang tidak dapat dibaca."
	}
	return ""
}

func (c *change) readWord() (string, error) {
	var w WordLine
	if err := decode(c.item.Value, &w); err != nil {
		return "", err
	}
	word := c.item.Key
	switch {
	case word != strings.ToLower(OneLine(word)) || strings.Contains(word, " ") ||
		utf8.RuneCountInString(word) > maxWord || !strings.ContainsFunc(word, unicode.IsLetter):
		return "", fault{"", "Tulis satu kata saja, huruf kecil, tanpa spasi."}
	case OneLine(w.Means) != w.Means || !strings.ContainsFunc(w.Means, unicode.IsLetter) ||
		utf8.RuneCountInString(w.Means) > maxMeans:
		return "", fault{"means", fmt.Sprintf("Tulis artinya dalam paling banyak %d karakter.", maxMeans)}
	case strings.EqualFold(word, w.Means):
		return "", fault{"means", "Artinya sama dengan katanya."}
	}
	c.item.Value = encode(w)
	return word, nil
}

func (c *change) readElection() (string, error) {
	e, err := parseElectionItem(c.item)
	if err != nil {
		return "", err
	}
	c.item.Value = encode(e)
	return e.Name, nil
}

// parseElectionItem reads the election of an item and checks its days. It
// needs an item that does not remove.
func parseElectionItem(it Item) (Election, error) {
	var e Election
	if err := decode(it.Value, &e); err != nil {
		return Election{}, fmt.Errorf("read election: %w", err)
	}
	days := []Day{e.Begins, e.Nominated, e.CampaignFrom, e.CampaignUntil, e.QuietUntil, e.Vote, e.Ends}
	if slices.ContainsFunc(days, func(d Day) bool { return !d.Valid() }) {
		return Election{}, fault{"", "Setiap tanggal ditulis seperti 2029-02-14."}
	}
	if OneLine(e.Name) != e.Name || e.check() != nil {
		return Election{}, fault{"", "Tahapan perlu nama, tanggalnya harus berurutan dari mulai sampai berakhir, " +
			"dan masa tenang berakhir sebelum hari pemungutan."}
	}
	return e, nil
}

// Words are the words that the items explain, with their meaning. The last of
// two items with one key holds; what cannot be read is left out.
func Words(items []Item) map[string]string {
	words := map[string]string{}
	for _, it := range items {
		if it.Kind != ItemWord {
			continue
		}
		var w WordLine
		if it.Removes() || decode(it.Value, &w) != nil {
			delete(words, it.Key)
			continue
		}
		words[it.Key] = w.Means
	}
	return words
}

// CalendarOf is the calendar of the items' elections, in the order of their
// first days, or nil when there is none: then another calendar holds.
func CalendarOf(items []Item) (*Calendar, error) {
	byName := map[string]Election{}
	for _, it := range items {
		switch {
		case it.Kind != ItemElection:
		case it.Removes():
			delete(byName, it.Key)
		default:
			e, err := parseElectionItem(it)
			if err != nil {
				return nil, fmt.Errorf("calendar: %w", err)
			}
			byName[it.Key] = e
		}
	}
	if len(byName) == 0 {
		return nil, nil
	}
	all := slices.SortedFunc(maps.Values(byName), func(a, b Election) int {
		return cmp.Or(cmp.Compare(a.Begins, b.Begins), cmp.Compare(a.Name, b.Name))
	})
	return &Calendar{Elections: all}, nil
}
