package bahasa

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Slots are what a text says of persons, relations and time, as ids of the
// knowledge base. They choose the part of an answer and the wording of a
// menu; they never rank.
type Slots struct {
	Who      string // the person asked about, if not simply "I, a civil servant"
	Relation string // who the other person is to the asker
	Phase    string
	Role     string // of the other side: calon, timses, partai, relawan
	Act      string
	Negated  bool // "saya tidak ikut": the act was not done
}

// rule gives one slot value for some sequences of standard words.
type rule struct {
	value   string
	phrases [][]string
}

// Slots reads the slots from the standard words of an analysis, before stop
// words and synonyms have taken anything away. The first rule of a slot that
// matches wins.
func (l *Language) Slots(a Analysis) Slots {
	return Slots{
		Who:      first(a.Standard, l.slots["who"]),
		Relation: first(a.Standard, l.slots["relation"]),
		Phase:    first(a.Standard, l.slots["phase"]),
		Role:     first(a.Standard, l.slots["role"]),
		Act:      act(a.Terms),
		Negated:  negated(a.Standard),
	}
}

func first(words []string, rules []rule) string {
	for _, r := range rules {
		for _, p := range r.phrases {
			if contains(words, p) {
				return r.value
			}
		}
	}
	return ""
}

// contains reports whether the sequence, of one word or more, stands in words.
func contains(words, seq []string) bool {
	for i := 0; i+len(seq) <= len(words); i++ {
		if words[i] == seq[0] && slices.Equal(words[i:i+len(seq)], seq) {
			return true
		}
	}
	return false
}

// loadSlots reads "slot value = phrase, phrase" lines.
func loadSlots(files fs.FS, name string) (map[string][]rule, error) {
	slots := map[string][]rule{}
	var problems []error
	err := eachLine(files, name, func(n int, line string) {
		head, phrases, ok := strings.Cut(line, "=")
		words := strings.Fields(head)
		if !ok || len(words) != 2 {
			problems = append(problems, fmt.Errorf("%s:%d: write it as \"who kades = kepala desa, kades\"", name, n))
			return
		}
		r := rule{value: words[1]}
		for p := range strings.SplitSeq(phrases, ",") {
			if f := strings.Fields(p); len(f) > 0 {
				r.phrases = append(r.phrases, f)
			}
		}
		slots[words[0]] = append(slots[words[0]], r)
	})
	return slots, errors.Join(append(problems, err)...)
}

// act is the first term that names something one does.
func act(terms []string) string {
	for _, t := range terms {
		switch t {
		case "like", "komentar", "bagikan", "unggah", "follow", "foto", "pose", "hadir", "ikut", "kampanye",
			"sumbang", "undang":
			return t
		case "ajak", "arah", "pasang", "pakai", "lapor", "coblos", "mundur", "daftar", "temani", "damping":
			return t
		}
	}
	return ""
}

// negated tells a real negation ("saya tidak ikut") from a tag ("boleh
// tidak?", "kena sanksi tidak ya"): a tag follows what is asked about or
// stands among the last two words.
func negated(words []string) bool {
	for i, w := range words {
		if w != "tidak" && w != "bukan" && w != "belum" {
			continue
		}
		if isTag(words, i) {
			continue
		}
		return true
	}
	return false
}

func isTag(words []string, i int) bool {
	if i >= len(words)-2 {
		return true
	}
	if i > 0 {
		switch words[i-1] {
		case "boleh", "bisa", "kena", "dilarang", "aman", "salah", "apa", "atau", "melanggar":
			return true
		}
	}
	return false
}
