package faq

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tanyanetral/bahasa"
	"tanyanetral/knowledge"
)

// outsiders are persons whom rules for civil servants do not bind: a topic
// that binds ASN only is no direct answer to a question about them.
func outsiders() []knowledge.Who {
	return []knowledge.Who{knowledge.Pensiunan, knowledge.BUMN, knowledge.TNIPolri, knowledge.Kades,
		knowledge.Perangkat, knowledge.PPNPN, "bpd", "rt-rw", "pendamping", "guru-swasta"}
}

// conflict reports whether the question names a person whom neither an
// outcome nor a section of the topic covers. Then the topic may be offered,
// but not told.
func conflict(t *knowledge.Topic, s knowledge.Slots) bool {
	if !slices.Contains(outsiders(), s.Who) || t.Verdict == knowledge.Info {
		return false
	}
	for _, o := range t.Outcomes {
		if slices.Contains(o.Who, s.Who) || slices.Contains(o.Who, knowledge.Umum) {
			return false
		}
	}
	return !slices.ContainsFunc(t.Sections, func(sec knowledge.Section) bool { return sec.For == string(s.Who) })
}

// Acts of a story: how long a message is that may tell several, and at what
// its clauses are cut.
const manyWords = 25

var clauses = regexp.MustCompile(`(?i)[.;!?\n]+\s*|,?\s+\b(?:terus|trus|lalu|kemudian|habis itu|setelah itu|selain itu|` +
	`sekarang malah)\b\s+`)

// maxClauses is how many clauses of a story are looked at; each costs a
// question's time.
const maxClauses = 8

// offerActs makes the menu of a story its acts, when at least two of its
// clauses are each sure of a topic of their own. A direct answer stays unless
// its topic is none of theirs.
func (s *state) offerActs(ctx context.Context, story string, ans *knowledge.Answer) {
	if len(strings.Fields(story)) <= manyWords || ans.Category != nil {
		return
	}
	var told []bahasa.Analysis
	for _, part := range clauses.Split(story, maxClauses) {
		if a := s.lang.Analyse(part); len(a.Terms) >= minExact && s.lang.Anchors(a.Terms) > 0 {
			told = append(told, a)
		}
	}
	var found []string
	for i, a := range told {
		if len(found)+len(told)-i < 2 || ans.Topic == nil && len(found) == menuSize {
			break // too few are left, or more would not be shown
		}
		one, err := s.one(ctx, a)
		if err != nil || one.Zone != knowledge.Direct || slices.Contains(found, one.Topic.ID) {
			continue
		}
		if ans.Topic != nil && one.Topic.ID == ans.Topic.ID {
			return
		}
		found = append(found, one.Topic.ID)
	}
	if len(found) < 2 {
		return
	}
	for _, c := range ans.Candidates { // what the whole is about fills up what is left
		if !slices.Contains(found, c.Topic) {
			found = append(found, c.Topic)
		}
	}
	ans.Zone, ans.Topic, ans.Menu = knowledge.Menu, nil, found[:min(menuSize, len(found))]
}

// breaks cut a message into questions: after a question mark, at a line end,
// and before words that begin another question. Full stops do not count: a
// told story has many.
var breaks = regexp.MustCompile(`(?i)\?+\s*|\n+|` +
	`,?\s+\b(?:terus|trus|lalu kalau|sama satu lagi|satu lagi|selain itu)\b\s+`)

// questions cuts a message into its parts that say anything. Nearly every
// message has but one, which is told without the expression: it ends with its
// only mark, and has none of the words that begin another question.
func questions(message string) []string {
	const marks = "?\n"
	whole := strings.TrimRight(message, marks+" ")
	if !strings.ContainsAny(whole, marks) && isASCII(whole) {
		lower := strings.ToLower(whole)
		if !slices.ContainsFunc(beginnings(), func(w string) bool { return strings.Contains(lower, w) }) {
			return nil
		}
	}
	return slices.DeleteFunc(breaks.Split(message, 6), func(part string) bool {
		return !strings.ContainsFunc(part, func(r rune) bool {
			return r >= utf8.RuneSelf || unicode.IsLetter(r) || unicode.IsDigit(r)
		})
	})
}

// beginnings are the words of breaks.
func beginnings() []string { return []string{"terus", "trus", "satu lagi", "lalu kalau", "selain itu"} }

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

// further finds the topics of other questions in the same message: parts that
// each deserve a direct answer of their own. At most two are given.
func (s *state) further(ctx context.Context, question string, whole knowledge.Answer) []string {
	parts := questions(question)
	if len(parts) < 2 {
		return nil
	}
	var asked []bahasa.Analysis
	for _, part := range parts {
		if a := s.lang.Analyse(part); len(a.Terms) >= minExact && s.lang.Anchors(a.Terms) > 0 {
			asked = append(asked, a)
		}
	}
	if len(asked) < 2 {
		return nil
	}
	var found []string
	for i, a := range asked {
		if len(found)+len(asked)-i < 2 {
			return nil
		}
		one, err := s.one(ctx, a)
		if err != nil || one.Zone != knowledge.Direct || slices.Contains(found, one.Topic.ID) {
			continue
		}
		found = append(found, one.Topic.ID)
	}
	if len(found) < 2 {
		return nil
	}
	return slices.DeleteFunc(found, func(id string) bool { return whole.Topic != nil && id == whole.Topic.ID })
}
