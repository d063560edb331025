package bot

import (
	"fmt"
	"strings"

	"tanyanetral/knowledge"
)

// pledge is the ikrar with its four commitments.
func (d *Dialog) pledge() Reply {
	parts := []string{bold(textPledgeHead)}
	for i, p := range d.ask.Base().Pledge {
		parts = append(parts, fmt.Sprintf("%d. %s", i+1, escape(p)))
	}
	rows := d.listed(verbPledge, []entry{{"Wajibkah ikrar diikuti?", "ikrar-pakta-integritas", ""}})
	return Reply{HTML: joined(append(parts, italic(textPledgeFoot))), Buttons: rows}
}

// entry is a topic of a list: the name under which it stands, and the word
// that its sentence must have; without one the first sentence of the answer
// is taken.
type entry struct{ name, topic, word string }

// levels lists the levels of sanction, the lightest first, each with a
// sentence of its topic.
func (d *Dialog) levels() Reply {
	all := []entry{
		{"Sanksi moral", "sanksi-moral", ""},
		{"Hukuman disiplin ringan", "jenis-sanksi", "ringan tidak"},
		{"Hukuman disiplin sedang", "sanksi-disiplin-sedang", ""},
		{"Hukuman disiplin berat", "sanksi-berat-pemecatan", ""},
		{"Pemberhentian tidak dengan hormat", "sanksi-berat-pemecatan", "anggota atau pengurus partai"},
		{"Pidana dalam pemilu", "pidana-pemilu-asn", ""},
		{"Pidana dalam pilkada", "pidana-pilkada-asn", ""},
	}
	parts := []string{bold(textLevelsHead)}
	for _, e := range all {
		if s := d.sentence(e); s != "" {
			parts = append(parts, "• "+bold(e.name+":")+" "+escape(s)+d.forms(e.topic))
		}
	}
	menu := []entry{
		{"Semua jenis sanksi", "jenis-sanksi", ""}, all[0], all[2], all[3], all[5], all[6],
	}
	return Reply{HTML: strings.Join(parts, "\n"), Buttons: d.listed(verbLevels, menu)}
}

// forms names the basis of the forms that a medium punishment takes now: the
// rule for PNS says which articles of the old regulation stand in.
func (d *Dialog) forms(topic string) string {
	rules := d.ask.Base().RulesFor(knowledge.PNS)
	if topic != "sanksi-disiplin-sedang" || len(rules) == 0 {
		return ""
	}
	var names []string
	for _, c := range rules[0].Basis {
		names = append(names, c.String())
	}
	return " " + italic("("+strings.Join(names, " jo. ")+")")
}

// sentence is the line of an entry; empty when its topic is not in the base.
func (d *Dialog) sentence(e entry) string {
	t := d.ask.Base().Topic(e.topic)
	if t == nil {
		return ""
	}
	if e.word == "" {
		return firstSentence(t.Answer)
	}
	for rest := t.Explanation; rest != ""; {
		s := firstSentence(rest)
		if strings.Contains(s, e.word) {
			return s
		}
		rest = strings.TrimSpace(rest[len(s):])
	}
	return ""
}

// firstSentence cuts after the first full stop that a space follows.
func firstSentence(text string) string {
	if i := strings.Index(text, ". "); i >= 0 {
		return text[:i+1]
	}
	return text
}

// listed are buttons that open topics and lead back to a list.
func (d *Dialog) listed(list string, all []entry) [][]Button {
	var rows [][]Button
	for _, e := range all {
		if d.ask.Base().Topic(e.topic) != nil {
			rows = append(rows, []Button{keyTo(e.name, verbOpen, e.topic, list)})
		}
	}
	return rows
}

// contact says whom to ask.
func (d *Dialog) contact() Reply {
	return Reply{HTML: fmt.Sprintf(textContact, escape(d.set.Contact))}
}
