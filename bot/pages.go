package bot

import (
	"strings"

	"tanyanetral/knowledge"
)

// maxMessage is the longest message that Telegram takes, in characters after
// formatting.
const maxMessage = 4096

// sanctions is the page with every outcome, its basis, and what qualifies it.
func (d *Dialog) sanctions(t tap) string {
	parts := []string{bold(labelSanctions) + "\n" + escape(t.topic.Title)}
	for _, o := range t.topic.Choose("", t.who).Now {
		line := outcomeLine(o)
		if len(o.Basis) > 0 {
			line += "\n  " + italic("Dasar: "+citations(o.Basis))
		}
		parts = append(parts, line)
	}
	if len(t.topic.Outcomes) == 0 {
		parts = append(parts, "Belum ada sanksi yang diatur khusus untuk hal ini.")
	}
	for _, r := range d.rules(t) {
		parts = append(parts, bold(r.Who.Label()+":")+" "+escape(r.Rule))
	}
	if c := caution(t.topic); c != "" {
		parts = append(parts, c)
	}
	return clip(parts)
}

// rules are the status rules that qualify the outcomes: those of the person
// asked about, and of PPPK where a rule for PNS alone is cited.
func (d *Dialog) rules(t tap) []knowledge.StatusRule {
	if t.who != "" && t.who != knowledge.ASN {
		return d.ask.Base().RulesFor(t.who)
	}
	for _, c := range t.topic.Bases() {
		switch c.Instrument {
		case "PP 94/2021", "PP 42/2004", "PP 37/2004":
			return d.ask.Base().RulesFor(knowledge.PPPK)
		}
	}
	return nil
}

func citations(all []knowledge.Citation) string {
	var names []string
	for _, c := range all {
		names = append(names, c.String())
	}
	return strings.Join(names, "; ")
}

// bases is the page with the citations by instrument, each with its title,
// whether it is in force, and how much of its text was read.
func (d *Dialog) bases(t tap) string {
	parts := []string{bold(labelBasis) + "\n" + escape(t.topic.Title)}
	places := map[string][]string{}
	var order []string
	for _, c := range t.topic.Bases() {
		if _, ok := places[c.Instrument]; !ok {
			order = append(order, c.Instrument)
		}
		places[c.Instrument] = append(places[c.Instrument], c.Article)
	}
	for _, id := range order {
		parts = append(parts, d.instrument(id, places[id]))
	}
	if len(order) == 0 {
		parts = append(parts, "Belum ada pasal khusus untuk hal ini.")
	}
	parts = append(parts, italic("Keyakinan jawaban: "+t.topic.Confidence.Label()+"."))
	return clip(parts)
}

func (d *Dialog) instrument(id string, places []string) string {
	text := "• " + bold(id)
	if p := strings.Trim(strings.Join(places, "; "), "; "); p != "" {
		text += " " + escape(p)
	}
	if ins := d.ask.Base().Instrument(id); ins != nil {
		text += "\n  " + escape(ins.Title) + ". " + italic("Status: "+ins.Status.Label()+", diperiksa "+
			longDay(ins.LastChecked)+".")
	}
	return text
}

// why is the page with the whole explanation.
func why(t tap) string {
	parts := []string{bold(labelWhy) + "\n" + escape(t.topic.Title), escape(t.topic.Explanation)}
	for _, s := range t.topic.Sections {
		parts = append(parts, bold("Untuk "+knowledge.SectionLabel(s.For)+":")+" "+escape(s.Text))
	}
	if p := positions(t.topic); p != "" {
		parts = append(parts, p)
	}
	return clip(parts)
}

func examples(t tap) string {
	return clip([]string{
		bold(labelExamples) + "\n" + escape(t.topic.Title),
		"✅ " + escape(t.topic.Allowed),
		"⛔ " + escape(t.topic.Forbidden),
	})
}

func already(t tap) string {
	return clip([]string{bold(labelAlready) + "\n" + escape(t.topic.Title), escape(t.topic.Already)})
}

// clip joins parts and leaves out the last ones that do not fit a message.
func clip(parts []string) string {
	for n := len(parts); n > 1; n-- {
		if text := strings.Join(parts[:n], "\n\n"); len([]rune(plainText(text))) <= maxMessage {
			return text
		}
	}
	return parts[0]
}
