package bot

import (
	"fmt"
	"strings"

	"tanyanetral/knowledge"
)

// phases tells today's phase of every election, or how to find it out, and
// what the phase changes.
func (d *Dialog) phases() Reply {
	today := d.today()
	parts := []string{bold(fmt.Sprintf(textPhasesHead, longDay(today)))}
	standing := d.standing(knowledge.Slots{})
	switch {
	case len(standing) == 0:
		parts = append(parts, fmt.Sprintf(escape(textNoCalendar), escape(d.set.Contact)))
	case standing[0].Phase == knowledge.DiLuarTahapan:
		parts = append(parts, escape(textOutsidePhases))
	}
	for _, s := range standing {
		if s.Election != "" {
			parts = append(parts, d.electionPart(s))
		}
	}
	menu := []entry{
		{"Sepanjang waktu", "kapan-netral-berlaku", ""},
		{"Sebelum dan sesudah penetapan", "bakal-calon-vs-calon", ""},
		{"Masa tenang dan hari pemungutan", "masa-tenang-hari-h", ""},
		{"Jadwal pemilu dan pilkada", "jadwal-pemilu-pilkada", ""},
	}
	parts = append(parts, bold(textPhasesChange))
	for _, e := range menu[:3] {
		if s := d.sentence(e); s != "" {
			parts = append(parts, "• "+bold(e.name+":")+" "+escape(s))
		}
	}
	return Reply{HTML: clip(parts), Buttons: d.listed(verbPhases, menu)}
}

// electionPart is one election that is under way, with its days.
func (d *Dialog) electionPart(s knowledge.Standing) string {
	lines := []string{bold(s.Election+":") + " " + escape(strings.ToLower(phaseName(s.Phase)))}
	for _, e := range elections(d.set.Calendar()) {
		if e.Name != s.Election {
			continue
		}
		lines = append(lines,
			"• Penetapan calon: "+longDay(e.Nominated),
			"• Kampanye: "+longDay(e.CampaignFrom)+" sampai "+longDay(e.CampaignUntil),
			"• Masa tenang: sampai "+longDay(e.QuietUntil),
			"• Pemungutan suara: "+longDay(e.Vote))
	}
	return strings.Join(lines, "\n")
}

func elections(c *knowledge.Calendar) []knowledge.Election {
	if c == nil { // replaced since the phase was looked up
		return nil
	}
	return c.Elections
}
