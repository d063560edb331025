package bot

import (
	"strings"

	"tanyanetral/knowledge"
)

// shortLines is how many outcomes a short answer names.
const shortLines = 3

// short is the answer for places where others read along: verdict, one
// sentence, the sanction of the phase.
func (d *Dialog) short(t *knowledge.Topic, s knowledge.Slots) string {
	return joined([]string{bold(t.Verdict.Label()), escape(t.Answer), d.shortSanctions(t, s), d.notice(t)})
}

func (d *Dialog) shortSanctions(t *knowledge.Topic, s knowledge.Slots) string {
	standing := d.standing(s)
	var phase knowledge.When
	if len(standing) > 0 {
		phase = standing[0].Phase
	}
	lines := merged(t.Choose(phase, s.Who).Now)
	if len(lines) == 0 {
		return ""
	}
	head := bold(labelSanctions) + phaseNote(standing)
	return strings.Join(append([]string{head}, fewer(lines, shortLines)...), "\n")
}

// source is the line that tells where a short answer comes from.
func source(t *knowledge.Topic) string {
	return joined([]string{law(t), italic("TanyaNetral, ditinjau " + longDay(t.Reviewed) + ".")})
}
