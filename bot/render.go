package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"tanyanetral/knowledge"
)

// maxFirst is the longest first reply in characters, so that it stays
// readable on a small screen at the largest text size.
const maxFirst = 1200

// answer is the first reply on a topic: verdict, reason, the part for the
// person or relation of the question, sanction, basis, what may be done
// instead, date. What does not fit has a button of its own; the sanction of
// today's phase, its basis and the caution always stay.
func (d *Dialog) answer(t *knowledge.Topic, s knowledge.Slots) string {
	standing := d.standing(s)
	head := []string{bold(t.Verdict.Label()), escape(t.Answer)}
	for _, sec := range t.SectionsFor(s) {
		head = append(head, bold("Untuk "+knowledge.SectionLabel(sec.For)+":")+" "+escape(sec.Text))
	}
	basis, tail := law(t), []string{d.notice(t), d.foot(t)}
	for _, f := range forms() {
		body := []string{d.sanctionLines(t, s.Who, standing, f), basis}
		if f.positions {
			body = slices.Insert(body, 0, positions(t))
		}
		if f.instead && t.Instead != "" {
			body = append(body, bold("Yang dapat dilakukan:")+" "+escape(t.Instead))
		}
		if f.caution {
			body = append(body, caution(t))
		}
		body = append(body, tail...)
		if rest := maxFirst - size(joined(slices.Concat(head, body))); rest >= 0 {
			return joined(slices.Concat(head, []string{escape(sentences(t.Explanation, rest-gap))}, body))
		}
	}
	return joined(append(head, tail...))
}

// form is how much of a topic stands in its first reply.
type form struct {
	now                                 int  // outcomes of today's phase
	others, positions, instead, caution bool // outcomes of other phases, and further parts
}

// forms lists them from full to bare; the first that fits is taken. What is
// left out has a button of its own. Sanction and basis are never left out.
func forms() []form {
	const all = 100
	return []form{
		{all, true, true, true, true},
		{all, false, true, true, true},
		{all, false, false, true, true},
		{3, false, false, true, true},
		{2, false, false, true, true},
		{1, false, false, true, true},
		{2, false, false, true, false},
		{1, false, false, false, false},
	}
}

// gap is what a further paragraph costs beside its text.
const gap = 2

func joined(parts []string) string {
	parts = slices.DeleteFunc(slices.Clone(parts), func(p string) bool { return p == "" })
	return strings.Join(parts, "\n\n")
}

// sentences keeps as many whole sentences of a plain text as fit into limit
// UTF-16 units.
func sentences(text string, limit int) string {
	whole, units := 0, 0 // bytes of the sentences that fit, and units so far
	for i, r := range text {
		if units += utf16.RuneLen(r); units > limit {
			return text[:whole]
		}
		if strings.HasPrefix(text[i:], ". ") {
			whole = i + 1
		}
	}
	return text
}

// standing is the phases of the day, or the one that the question names.
func (d *Dialog) standing(s knowledge.Slots) []knowledge.Standing {
	if s.Phase != "" {
		return []knowledge.Standing{{Phase: s.Phase}}
	}
	if c := d.set.Calendar(); c != nil {
		return c.At(d.today())
	}
	return nil
}

// sanctionLines is the short form of the outcomes: those of today's phase,
// then those of the others, or a hint where they stand.
func (d *Dialog) sanctionLines(
	t *knowledge.Topic, who knowledge.Who, standing []knowledge.Standing, f form,
) string {
	var phase knowledge.When
	if len(standing) > 0 {
		phase = standing[0].Phase
	}
	c := t.Choose(phase, who)
	now, other := merged(c.Now), merged(c.Other)
	if len(now)+len(other) == 0 {
		return ""
	}
	lines := []string{bold(labelSanctions) + phaseNote(standing)}
	more := len(now) > f.now || len(other) > 0
	lines = append(lines, now[:min(f.now, len(now))]...)
	switch {
	case !more:
	case f.others && len(other) > 0:
		lines = append(lines, italic("Pada tahap lain:"))
		lines = append(lines, other...)
	default:
		lines = append(lines, italic("Cabang lainnya: tekan "+labelSanctions+"."))
	}
	return strings.Join(lines, "\n")
}

func phaseNote(standing []knowledge.Standing) string {
	if len(standing) == 0 {
		return ""
	}
	var names []string
	for _, s := range standing {
		name := strings.ToLower(s.Phase.Label())
		if s.Phase == knowledge.DiLuarTahapan {
			name = "di luar tahapan"
		}
		if s.Election != "" {
			name = s.Election + ": " + name
		}
		names = append(names, name)
	}
	return escape(" (" + strings.Join(names, "; ") + ")")
}

// merged writes one line an outcome; equal ones are said once, and those that
// only carry the basis of an explanation not at all.
func merged(all []knowledge.Outcome) []string {
	var lines []string
	for _, o := range all {
		if o.Kind == knowledge.NoKind && o.If == "" {
			continue // a rule that explains; "bukan pelanggaran" would mislead
		}
		if line := outcomeLine(o); !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}

// outcomeLine says when and under which condition, what follows, and for whom.
func outcomeLine(o knowledge.Outcome) string {
	var parts []string
	if o.When != knowledge.KapanSaja {
		parts = append(parts, o.When.Label())
	}
	if o.If != "" {
		parts = append(parts, o.If)
	}
	text := consequence(o)
	if len(parts) > 0 {
		text = strings.Join(parts, ", ") + ": " + text
	}
	if !isCivil(o.Who) {
		text += ", bagi " + persons(o.Who)
	}
	return "• " + escape(capital(text)+".")
}

// capital begins a text with a capital letter.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

func consequence(o knowledge.Outcome) string {
	if o.Kind == knowledge.NoKind {
		return "bukan pelanggaran"
	}
	if o.Kind == knowledge.KodeEtik {
		return o.Level.Label() + " (kode etik)"
	}
	return o.Level.Label()
}

// isCivil reports whether an outcome binds every civil servant: then it needs
// no mention of persons.
func isCivil(who []knowledge.Who) bool { return slices.Equal(who, []knowledge.Who{knowledge.ASN}) }

func persons(who []knowledge.Who) string {
	var names []string
	for _, w := range who {
		names = append(names, w.Label())
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " dan " + names[n-1]
	}
	return strings.Join(names, "")
}

// maxBases is how many citations the first reply names; the button has all.
const maxBases = 3

func law(t *knowledge.Topic) string {
	all := t.Bases()
	if len(all) == 0 {
		return ""
	}
	var names []string
	for _, c := range all[:min(maxBases, len(all))] {
		names = append(names, c.String())
	}
	text := bold("Dasar:") + " " + escape(strings.Join(names, "; "))
	if more := len(all) - len(names); more > 0 {
		text += fmt.Sprintf("; dan %d lagi", more)
	}
	return text + "."
}

func caution(t *knowledge.Topic) string {
	if t.Caution == "" {
		return ""
	}
	return bold("Catatan:") + " " + escape(t.Caution)
}

func positions(t *knowledge.Topic) string {
	var lines []string
	for _, p := range t.Positions {
		lines = append(lines, "• "+bold(p.Holder+":")+" "+escape(p.Text))
	}
	return strings.Join(lines, "\n")
}

func (d *Dialog) foot(t *knowledge.Topic) string {
	return italic(fmt.Sprintf(textFoot, longDay(t.Evidence), longDay(t.Reviewed), d.set.Contact))
}

// longDay writes a day as people say it: 21 November 2026.
func longDay(d knowledge.Day) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return string(d)
	}
	months := []string{"Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September",
		"Oktober", "November", "Desember"}
	return fmt.Sprintf("%d %s %d", t.Day(), months[t.Month()-1], t.Year())
}

// Preview is the answer on a topic as people get it, in Telegram's HTML.
func (d *Dialog) Preview(t *knowledge.Topic) string { return d.answer(t, knowledge.Slots{}) }
