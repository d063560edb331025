package bot

import (
	"fmt"
	"slices"
	"strings"

	"tanyanetral/knowledge"
)

// checkStart is the first page of a self-check.
func (d *Dialog) checkStart() Reply { return d.checkPage(newCheck()) }

// recheck begins another one and leaves the summary where it is.
func (d *Dialog) recheck(step) (Reply, bool) {
	r := d.checkStart()
	r.Fresh = true
	return r, true
}

// check shows the page whose state a button carries.
func (d *Dialog) check(s step) (Reply, bool) {
	c, ok := parseCheck(s.a, s.b)
	switch {
	case !ok:
		return Reply{}, false
	case len(c.acts) > maxActs:
		return Reply{Toast: textTooManyActs}, true
	}
	return d.checkPage(c), true
}

func (d *Dialog) checkPage(c selfCheck) Reply {
	pages := map[byte]func(selfCheck) Reply{
		pageWho: d.askWho, pageAct: d.askAct, pageSeveral: d.askSeveral, pagePhase: d.askPhase,
		pageKin:     d.askKin,
		pageSummary: d.summary,
	}
	return pages[c.page](c)
}

func (d *Dialog) askWho(c selfCheck) Reply {
	var keys []Button
	for _, p := range checkPersons() {
		next := c
		next.page, next.who = pageAct, p.code
		keys = append(keys, next.key(p.label()))
	}
	return Reply{HTML: checkHead(1, textAskWho) + "\n\n" + escape(textCheckKept), Buttons: pair(keys)}
}

// askAct goes on at the first act that is chosen.
func (d *Dialog) askAct(c selfCheck) Reply {
	lines := []string{checkHead(2, textAskAct), ""}
	var keys []Button
	for i, a := range checkActs() {
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, escape(a.phrase)))
		next := c
		next.page, next.acts = pagePhase, string(a.code)
		keys = append(keys, next.key(fmt.Sprintf("%d. %s", i+1, a.label)))
	}
	several, before := c, newCheck()
	several.page, several.acts = pageSeveral, ""
	rows := append(pair(keys), []Button{several.key(labelSeveral)}, []Button{before.key(labelStepBack)})
	return Reply{HTML: strings.Join(lines, "\n"), Buttons: rows}
}

// askSeveral takes up to four acts: a tap ticks or unticks one.
func (d *Dialog) askSeveral(c selfCheck) Reply {
	lines := []string{checkHead(2, fmt.Sprintf(textAskSeveral, maxActs)), ""}
	var keys []Button
	for i, a := range checkActs() {
		next, mark, line := c, "☐", fmt.Sprintf("%d. %s", i+1, escape(a.phrase))
		if strings.IndexByte(c.acts, a.code) >= 0 {
			next.acts, mark, line = strings.ReplaceAll(c.acts, string(a.code), ""), "☑",
				line+" "+bold("(dipilih)")
		} else {
			next.acts += string(a.code)
		}
		lines = append(lines, line)
		keys = append(keys, next.key(fmt.Sprintf("%s %d. %s", mark, i+1, a.label)))
	}
	rows := pair(keys)
	if c.acts != "" {
		next := c
		next.page = pagePhase
		rows = append(rows, []Button{next.key(fmt.Sprintf("%s (%d dipilih)", labelGoOn, len(c.acts)))})
	}
	return Reply{HTML: strings.Join(lines, "\n"),
		Buttons: append(rows, []Button{newCheck().key(labelStepBack)})}
}

func (d *Dialog) askPhase(c selfCheck) Reply {
	standing := d.standing(knowledge.Slots{})
	var rows [][]Button
	for _, s := range checkStages() {
		label := phaseName(s.phase)
		switch s.code {
		case stageToday:
			if len(standing) == 0 {
				continue
			}
			label = fmt.Sprintf(labelToday, strings.ToLower(phaseName(standing[0].Phase)))
		case stageUnknown:
			label = labelNoPhase
		}
		next := c
		next.page, next.phase = pageKin, s.code
		rows = append(rows, []Button{next.key(label)})
	}
	before := c
	before.page, before.acts = pageAct, ""
	return Reply{HTML: checkHead(3, textAskPhase), Buttons: append(rows, []Button{before.key(labelStepBack)})}
}

func (d *Dialog) askKin(c selfCheck) Reply {
	var rows [][]Button
	for _, k := range checkKins() {
		next := c
		next.page, next.kin = pageSummary, k.code
		rows = append(rows, []Button{next.key(k.label)})
	}
	before := c
	before.page, before.phase = pagePhase, unset
	return Reply{HTML: checkHead(4, textAskKin), Buttons: append(rows, []Button{before.key(labelStepBack)})}
}

func checkHead(n int, question string) string {
	return bold(textCheckHead) + fmt.Sprintf(" (langkah %d dari 4)", n) + "\n\n" + escape(question)
}

// phaseName is a phase with a name for the normal day too.
func phaseName(w knowledge.When) string {
	if w == knowledge.DiLuarTahapan {
		return "Di luar tahapan"
	}
	return w.Label()
}

// checked is a self-check whose codes were looked up.
type checked struct {
	person   person
	kin      kin
	acts     []act
	standing []knowledge.Standing // empty: the phase is not known
}

func (d *Dialog) lookUp(c selfCheck) checked {
	r := checked{person: *personOf(c.who), kin: *kinOf(c.kin)}
	for i := range c.acts {
		r.acts = append(r.acts, *actOf(c.acts[i]))
	}
	switch s := phaseOf(c.phase); s.code {
	case stageToday:
		r.standing = d.standing(knowledge.Slots{})
	case stageUnknown:
	default:
		r.standing = []knowledge.Standing{{Phase: s.phase}}
	}
	return r
}

// summary is the end of a self-check: the person keeps the message, the
// program keeps nothing. What does not fit is left out in the order of the
// forms; verdict, answer and sanction of each act always stay.
func (d *Dialog) summary(state selfCheck) Reply {
	c := d.lookUp(state)
	var html string
	for _, form := range []struct {
		sections, notes bool
		lines           int
	}{{true, true, 99}, {true, false, 99}, {true, false, 3}, {false, false, 3}} {
		parts := []string{d.summaryHead(c)}
		for i, a := range c.acts {
			if t := d.ask.Base().Topic(a.about(c.kin)); t != nil {
				parts = append(parts, d.actPart(c, fmt.Sprintf("%d. %s", i+1, a.phrase), t,
					form.sections, form.lines))
			}
		}
		parts = append(parts, d.frames(c)...)
		if form.notes {
			parts = append(parts, d.personRules(c, strings.Join(parts, "\n"))...)
		}
		html = joined(append(parts, italic(fmt.Sprintf(textSummaryFoot, d.set.Contact))))
		if size(html) <= maxMessage {
			break
		}
	}
	return Reply{HTML: html, Buttons: d.summaryKeys(c)}
}

// personRules qualify the sanctions for the person. What PNS need to know is
// the forms of a medium punishment, if the summary names one.
func (d *Dialog) personRules(c checked, said string) []string {
	if c.person.who == knowledge.PNS && !strings.Contains(said, knowledge.Sedang.Label()) {
		return nil
	}
	var parts []string
	for _, r := range d.ask.Base().RulesFor(c.person.who) {
		parts = append(parts, bold("Catatan bagi "+r.Who.Label()+":")+" "+escape(r.Rule))
	}
	return parts
}

func (d *Dialog) summaryHead(c checked) string {
	phase := "belum diketahui, semua tahap ditampilkan"
	if len(c.standing) > 0 {
		phase = strings.Trim(plainText(phaseNote(c.standing)), " ()")
	}
	return bold(textSummaryHead) + "\n" + escape(fmt.Sprintf("Anda: %s\nTahap: %s\nCalon: %s\nDibuat: %s",
		c.person.label(), phase, strings.ToLower(c.kin.label),
		longDay(knowledge.DayOf(d.now().In(d.set.Zone)))))
}

// actPart is what the summary says of one act.
func (d *Dialog) actPart(c checked, title string, t *knowledge.Topic, sections bool, lines int) string {
	verdict := t.Verdict.Label()
	if !c.person.civil {
		verdict = "Bagi ASN: " + verdict
	}
	parts := []string{bold(title), verdict, escape(t.Answer)}
	if sections {
		for _, s := range c.sections(t) {
			parts = append(parts, bold("Untuk "+knowledge.SectionLabel(s.For)+":")+" "+escape(s.Text))
		}
	}
	return strings.Join(append(parts, c.sanctions(t, lines)...), "\n")
}

// sections are those for the family first, then for the person.
func (c checked) sections(t *knowledge.Topic) []knowledge.Section {
	var all []knowledge.Section
	for _, r := range c.kin.relations {
		all = append(all, t.SectionsFor(knowledge.Slots{Relation: r})...)
	}
	return append(all, t.SectionsFor(knowledge.Slots{Who: c.person.who})...)
}

// sanctions are the outcomes of the phase for the person. For who is no civil
// servant only those count that name that person or everybody.
func (c checked) sanctions(t *knowledge.Topic, limit int) []string {
	var phase knowledge.When
	if len(c.standing) > 0 {
		phase = c.standing[0].Phase
	}
	now := t.Choose(phase, c.person.who).Now
	if !c.person.civil {
		now = slices.DeleteFunc(slices.Clone(now), func(o knowledge.Outcome) bool {
			return !slices.Contains(o.Who, c.person.who) && !slices.Contains(o.Who, knowledge.Umum)
		})
	}
	lines := merged(now)
	switch {
	case len(lines) == 0 && !c.person.civil:
		return []string{fmt.Sprintf(escape(textNoSanctionFor), escape(c.person.who.Label()))}
	case len(lines) == 0:
		return []string{escape(textNoSanctionNow)}
	}
	return append([]string{labelSanctions + ":"}, fewer(lines, limit)...)
}

// fewer keeps the first lines and says how many are left out.
func fewer(lines []string, limit int) []string {
	if len(lines) <= limit {
		return lines
	}
	return append(slices.Clone(lines[:limit]), fmt.Sprintf("• dan %d ketentuan lain.", len(lines)-limit))
}

// frames are the answers on the person and on the family, unless an act has
// led to the same topic.
func (d *Dialog) frames(c checked) []string {
	var parts []string
	for _, f := range []struct{ label, topic string }{
		{c.person.who.Label(), c.person.topic}, {strings.ToLower(c.kin.label), c.kin.topic},
	} {
		t := d.ask.Base().Topic(f.topic)
		if t != nil && !slices.ContainsFunc(c.acts, func(a act) bool { return a.about(c.kin) == f.topic }) {
			parts = append(parts, bold("Khusus "+f.label+":")+" "+escape(t.Answer))
		}
	}
	return parts
}

// summaryKeys open each act's topic in a new message, so that the summary
// stays as it is.
func (d *Dialog) summaryKeys(c checked) [][]Button {
	var rows [][]Button
	for i, a := range c.acts {
		if t := d.ask.Base().Topic(a.about(c.kin)); t != nil {
			label := fmt.Sprintf("%d. %s: %s", i+1, a.label, strings.ToLower(labelWhy))
			rows = append(rows, []Button{keyTo(label, verbFresh, t.ID, string(c.person.who))})
		}
	}
	return append(rows, []Button{keyTo(labelRecheck, verbRecheck, "", "")})
}
