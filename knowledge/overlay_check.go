package knowledge

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// check proves the new base where items changed it, with the rules of Load.
func (o *overlay) check() {
	for _, c := range o.of(ItemInstrument) {
		o.checkInstrument(c)
	}
	for _, c := range o.of(ItemTopic) {
		if c.removes {
			o.checkRemoved(c)
			continue
		}
		o.checkTopic(c)
	}
	o.checkEmptied()
	o.checkShared()
}

// loaderFor checks with the rules of Load and turns what they complain of
// into problems of one item.
func (o *overlay) loaderFor(it Item, t *Topic) *loader {
	return &loader{
		sink: func(path, format string, args ...any) {
			if format == missing {
				path = args[0].(string)
				args = []any{fieldLabel(path)}
			}
			field := strings.TrimPrefix(strings.TrimPrefix(path, "$"), ".")
			o.complain(it, field, fieldText(field, format, args))
		},
		revoked: func(i *Instrument) bool { return t != nil && o.knewRevoked(t, i) },
	}
}

// knewRevoked reports whether the topic was reviewed when the shipped
// registry already had the instrument as revoked.
func (o *overlay) knewRevoked(t *Topic, i *Instrument) bool {
	old := o.shipped.Instrument(i.ID)
	return i.Status == Dicabut && old != nil && old.Status == Dicabut && t.Reviewed >= old.LastChecked
}

func (o *overlay) checkTopic(c *change) {
	t := o.base.Topic(c.item.Key)
	if t == nil {
		return
	}
	if !slices.ContainsFunc(o.base.Groups, func(g Group) bool { return g.ID == t.Group }) {
		o.complain(c.item, "group", fmt.Sprintf("Kelompok %q tidak ada.", t.Group))
	}
	if n := utf8.RuneCountInString(t.Title); OneLine(t.Title) == "" || n > maxTitle {
		o.complain(c.item, "title", fmt.Sprintf("Judul harus ada, paling banyak %d karakter.", maxTitle))
	}
	l := o.loaderFor(c.item, t)
	l.checkTopic(o.base, t, place{path: "$"})
	l.checkText(t, place{path: "$"})
	if len(t.Asks) == 0 {
		o.complain(c.item, "", "Topik ini belum punya cara bertanya; tambahkan sedikitnya satu.")
	}
	o.checkGroup(c)
}

// checkGroup refuses a move that leaves a group of the base without topics.
func (o *overlay) checkGroup(c *change) {
	old := o.shipped.Topic(c.item.Key)
	if old != nil && len(o.base.InGroup(old.Group)) == 0 {
		o.complain(c.item, "group", fmt.Sprintf("Kelompok %q akan kosong tanpa topik ini.", old.Group))
	}
}

func (o *overlay) checkRemoved(c *change) {
	id := c.item.Key
	related := o.topicsWhere(func(t *Topic) bool { return slices.Contains(t.Related, id) })
	if len(related) > 0 {
		o.complain(c.item, "", "Topik ini masih disebut sebagai topik terkait oleh "+
			strings.Join(related, ", ")+"; ubah topik itu lebih dulu.")
	}
	o.checkGroup(c)
}

func (o *overlay) checkInstrument(c *change) {
	if !c.removes {
		o.loaderFor(c.item, nil).checkInstrument(c.instrument, place{path: "$"})
	}
	id := c.item.Key
	cites := func(bad func(Citation) bool) []string {
		return o.topicsWhere(func(t *Topic) bool {
			return slices.ContainsFunc(t.Bases(), func(b Citation) bool {
				return b.Instrument == id && bad(b)
			})
		})
	}
	if c.removes {
		by := cites(func(Citation) bool { return true })
		for _, r := range o.base.Rules {
			if slices.ContainsFunc(r.Basis, func(b Citation) bool { return b.Instrument == id }) {
				by = append(by, "aturan status "+r.Who.Label())
			}
		}
		if len(by) > 0 {
			o.complain(c.item, "",
				"Peraturan ini masih dikutip oleh "+strings.Join(by, ", ")+"; tandai dicabut saja.")
		}
		return
	}
	by := cites(func(b Citation) bool {
		return b.Article != "" && !slices.Contains(c.instrument.Articles, b.Article)
	})
	if len(by) > 0 {
		o.complain(c.item, "articles",
			"Ada pasal yang dihapus tetapi masih dikutip oleh "+strings.Join(by, ", ")+".")
	}
}

// topicsWhere returns the ids of at most five topics: enough to begin with.
func (o *overlay) topicsWhere(is func(*Topic) bool) []string {
	const most = 5
	var ids []string
	for i := range o.base.Topics {
		if is(&o.base.Topics[i]) {
			if len(ids) == most {
				return append(ids, "…")
			}
			ids = append(ids, o.base.Topics[i].ID)
		}
	}
	return ids
}

// checkEmptied refuses removals that leave a topic with too few ways of
// asking: as many as Load wants for those of the shipped base, one for others.
func (o *overlay) checkEmptied() {
	for _, c := range o.of(ItemAsk) {
		t := o.base.Topic(c.line.Owner)
		if !c.removes || t == nil {
			continue
		}
		least := 1
		if o.shipped.Topic(t.ID) != nil {
			least = minAsks
		}
		if len(t.Asks) < least {
			o.complain(c.item, "", fmt.Sprintf(
				"Topik %q akan tinggal punya %d cara bertanya; sedikitnya harus ada %d.", t.ID,
				len(t.Asks), least))
		}
	}
	for _, c := range o.of(ItemOutside) {
		if cat := o.base.Category(c.line.Owner); c.removes && cat != nil && len(cat.Lines) == 0 {
			o.complain(c.item, "", fmt.Sprintf("Kategori %q akan kosong.", cat.ID))
		}
	}
}

// checkShared refuses a new line that stands under another topic or category
// already, whatever its letter case and punctuation.
func (o *overlay) checkShared() {
	added := map[string]*change{}
	for _, kind := range []ItemKind{ItemAsk, ItemOutside} {
		for _, c := range o.of(kind) {
			if c.removes || !o.awake(c) {
				continue
			}
			key := letters(c.line.Text)
			if first, ok := added[key]; ok && first.line.Owner != c.line.Owner {
				o.complain(c.item, "text", sharedText(first.line.Owner))
				delete(added, key)
				continue
			}
			added[key] = c
		}
	}
	if len(added) == 0 {
		return
	}
	find := func(kind ItemKind, owner string, lines []string) {
		for _, line := range lines {
			c := added[letters(line)]
			if c != nil && (c.line.Owner != owner || c.item.Kind != kind) {
				o.complain(c.item, "text", sharedText(owner))
				delete(added, letters(line))
			}
		}
	}
	for i := range o.base.Topics {
		find(ItemAsk, o.base.Topics[i].ID, o.base.Topics[i].Asks)
	}
	for i := range o.base.Outside {
		find(ItemOutside, o.base.Outside[i].ID, o.base.Outside[i].Lines)
	}
}

// awake reports whether the owner of a line is in the base.
func (o *overlay) awake(c *change) bool {
	if c.item.Kind == ItemAsk {
		return o.base.Topic(c.line.Owner) != nil
	}
	return o.base.Category(c.line.Owner) != nil
}

func sharedText(owner string) string {
	return fmt.Sprintf("Kalimat ini sudah ada di %q; satu kalimat hanya untuk satu jawaban.", owner)
}

// letters is a text in lower case with one space for everything that is
// neither letter nor digit.
func letters(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	gap := false
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
