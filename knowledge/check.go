package knowledge

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of what a person reads, in characters. The first reply has to stay
// below 1,200 on an old phone, so that its parts are bounded here.
const (
	MaxAnswer      = 260
	MaxExplanation = 600
	MaxPart        = 420
	minAsks        = 12
)

// forbidden words promise what nobody can promise, or cite what does not exist.
func forbiddenWords() []string {
	return []string{"100% anonim", "seratus persen anonim", "dijamin aman", "hanya denda",
		"PP 19/2021", "PP Nomor 19 Tahun 2021"}
}

// check proves the base: every reference leads somewhere, every citation is in
// the registry, kinds fit levels, texts fit their limits.
func (l *loader) check(b *Base) {
	l.checkInstruments(b)
	l.checkTopics(b)
	l.checkRest(b)
	l.checkAsks(b)
}

func (l *loader) checkInstruments(b *Base) {
	seen := map[string]bool{}
	for i, ins := range b.Instruments {
		at := place{"instruments.yaml", "$"}.at(i)
		if seen[ins.ID] {
			l.complain(at, "instrument %q stands twice; keep one", ins.ID)
		}
		seen[ins.ID] = true
		l.checkInstrument(ins, at)
	}
}

func (l *loader) checkInstrument(ins Instrument, at place) {
	if ins.Title == "" || ins.Binds == "" {
		l.complain(at, "instrument %q needs a title and whom it binds", ins.ID)
	}
	if !known(statusLabels(), ins.Status) {
		l.complain(at.in("status"),
			"status %q is unknown; use one of berlaku, diubah, sebagian, dicabut", ins.Status)
	}
	if !ins.LastChecked.Valid() {
		l.complain(at.in("last_checked"), "%q is not a day; write it as 2026-11-21", string(ins.LastChecked))
	}
	if ins.Status == Dicabut && ins.ReplacedBy == "" && ins.Note == "" {
		l.complain(at, "instrument %q is revoked; name its successor or say why there is none", ins.ID)
	}
}

func (l *loader) checkTopics(b *Base) {
	seen := map[string]bool{}
	index := map[string]int{}
	for i := range b.Topics {
		t := &b.Topics[i]
		file := "topics/" + t.Group + ".yaml"
		at := place{file, "$"}.at(index[file])
		index[file]++
		if _, ok := l.raw[file]; !ok {
			l.problems = append(l.problems, errUnknownGroup(t))
			continue
		}
		if seen[t.ID] {
			l.complain(at, "topic %q stands twice; keep one", t.ID)
		}
		seen[t.ID] = true
		l.checkTopic(b, t, at)
		l.checkText(t, at)
	}
}

func (l *loader) checkTopic(b *Base, t *Topic, at place) {
	if !known(verdictLabels(), t.Verdict) {
		l.complain(at.in("verdict"),
			"verdict %q is unknown; use dilarang, boleh, bersyarat, sengketa or info", t.Verdict)
	}
	if !known(confidenceLabels(), t.Confidence) {
		l.complain(at.in("confidence"), "confidence %q is unknown", t.Confidence)
	}
	if !t.Reviewed.Valid() || !t.Evidence.Valid() {
		l.complain(at, "topic %q needs the days reviewed and evidence, as 2026-11-21", t.ID)
	}
	if t.Verdict == Sengketa && len(t.Positions) < 2 {
		l.complain(at, "topic %q is contested; show at least two positions", t.ID)
	}
	for i, id := range t.Related {
		if b.Topic(id) == nil || id == t.ID {
			l.complain(at.in("related").at(i), "related topic %q does not exist or is the topic itself", id)
		}
	}
	for i, id := range t.Sources {
		if b.Source(id) == nil {
			l.complain(at.in("sources").at(i), "source %q is not in sources.yaml", id)
		}
	}
	for i, s := range t.Sections {
		if !known(whoLabels(), Who(s.For)) && !known(relationLabels(), Relation(s.For)) {
			l.complain(at.in("sections").at(i).in("for"), "%q is neither a person nor a relation", s.For)
		}
	}
	for i, o := range t.Outcomes {
		l.checkOutcome(b, o, at.in("outcomes").at(i))
	}
}

func (l *loader) checkOutcome(b *Base, o Outcome, at place) {
	if !known(whenLabels(), o.When) {
		l.complain(at.in("when"), "phase %q is unknown", o.When)
	}
	if len(o.Who) == 0 {
		l.complain(at, "an outcome must say whom it binds")
	}
	for i, w := range o.Who {
		if !known(whoLabels(), w) {
			l.complain(at.in("who").at(i), "person %q is unknown", w)
		}
	}
	if !slices.Contains(levelsOf(o.Kind), o.Level) {
		l.complain(at.in("level"),
			"level %q does not fit kind %q; one of %v does", o.Level, o.Kind, levelsOf(o.Kind))
	}
	if len(o.Basis) == 0 && o.Level != NoLevel && o.Level != TidakDitentukan {
		l.complain(at, "an outcome with a sanction needs its legal basis")
	}
	for i, c := range o.Basis {
		l.checkCitation(b, c, at.in("basis").at(i))
	}
}

func (l *loader) checkCitation(b *Base, c Citation, at place) {
	ins := b.Instrument(c.Instrument)
	switch {
	case ins == nil:
		l.complain(at,
			"instrument %q is not in the registry; add it to instruments.yaml or correct the citation",
			c.Instrument)
	case c.Article != "" && !slices.Contains(ins.Articles, c.Article):
		l.complain(at, "%s has no %q in the registry; check the text, then add it to its articles",
			c.Instrument, c.Article)
	case l.isRevoked(ins):
		l.complain(at, "%s is revoked; cite its successor %s", c.Instrument, ins.ReplacedBy)
	}
}

func (l *loader) isRevoked(ins *Instrument) bool {
	if l.revoked != nil {
		return l.revoked(ins)
	}
	return ins.Status == Dicabut
}

// sentenceEnd is how a text for people may end.
var sentenceEnd = regexp.MustCompile(`[.?!…][)”"']?$`)

func (l *loader) checkText(t *Topic, at place) {
	parts := []struct {
		key, text string
		max       int
		needed    bool
	}{
		{"answer", t.Answer, MaxAnswer, true},
		{"explanation", t.Explanation, MaxExplanation, true},
		{"instead", t.Instead, MaxPart, t.Verdict != Info && t.Verdict != Boleh},
		{"allowed", t.Allowed, MaxPart, true},
		{"forbidden", t.Forbidden, MaxPart, true},
		{"already", t.Already, MaxPart, true},
		{"caution", t.Caution, MaxPart, false},
		{"check", t.Check, MaxPart, false},
	}
	for _, p := range parts {
		l.checkSentence(at.in(p.key), at, p.text, p.max, p.needed)
	}
	for i, s := range t.Sections {
		l.checkSentence(at.in("sections").at(i).in("text"), at, s.Text, MaxPart, true)
	}
	for i, s := range t.Positions {
		l.checkSentence(at.in("positions").at(i).in("text"), at, s.Text, MaxPart, true)
	}
}

// missing complains of a text that is not there: its place is the argument,
// because the place itself is in no file.
const missing = "%s is missing; write it"

func (l *loader) checkSentence(at, owner place, text string, limit int, needed bool) {
	if text == "" {
		if needed {
			l.complain(owner, missing, at.path)
		}
		return
	}
	if n := utf8.RuneCountInString(text); n > limit {
		l.complain(at, "the text has %d characters, at most %d fit; shorten it", n, limit)
	}
	if !sentenceEnd.MatchString(text) {
		l.complain(at, "the text does not end like a sentence; finish it with a full stop")
	}
	for _, w := range forbiddenWords() {
		if strings.Contains(strings.ToLower(text), strings.ToLower(w)) {
			l.complain(at, "%q must not be said; see the house rules for wording", w)
		}
	}
}
