package bot

import (
	"fmt"
	"strings"

	"tanyanetral/knowledge"
)

// lawsPerPage keeps a page of instruments readable without much scrolling.
const lawsPerPage = 5

// lawHome counts the instruments by status.
func (d *Dialog) lawHome() Reply {
	lines := []string{bold(textLawsHead), "", escape(textLawsHint)}
	var rows [][]Button
	for _, s := range []knowledge.Status{
		knowledge.Berlaku, knowledge.Diubah, knowledge.Sebagian, knowledge.Dicabut,
	} {
		if n := len(d.withStatus(s)); n > 0 {
			label := fmt.Sprintf("%s (%d)", capital(s.Label()), n)
			lines = append(lines, "• "+escape(label))
			rows = append(rows, []Button{keyTo(label, verbLaws, string(s), "0")})
		}
	}
	return Reply{HTML: strings.Join(lines, "\n"), Buttons: rows}
}

func (d *Dialog) withStatus(s knowledge.Status) []knowledge.Instrument {
	var all []knowledge.Instrument
	for _, ins := range d.ask.Base().Instruments {
		if ins.Status == s {
			all = append(all, ins)
		}
	}
	return all
}

// laws is a page of the instruments of one status.
func (d *Dialog) laws(s step) (Reply, bool) {
	status := knowledge.Status(s.a)
	all := d.withStatus(status)
	pages := pagesFor(len(all), lawsPerPage)
	page, ok := pageOf(s.b, pages)
	if !ok {
		return Reply{}, false
	}
	parts := []string{
		bold(labelBasis+": "+status.Label()) + "\n" + italic(fmt.Sprintf(textPage, page+1, pages)),
	}
	for _, ins := range all[page*lawsPerPage : min((page+1)*lawsPerPage, len(all))] {
		parts = append(parts, lawPart(ins))
	}
	rows := append(pager(page, pages, verbLaws, s.a), []Button{keyTo(labelLawHome, verbLawHome, "", "")})
	return Reply{HTML: clip(parts), Buttons: rows}, true
}

func lawPart(ins knowledge.Instrument) string {
	text := "• " + bold(ins.ID) + "\n" + escape(ins.Title+". Mengikat: "+ins.Binds)
	if ins.ReplacedBy != "" {
		text += escape(" Diganti " + ins.ReplacedBy + ".")
	}
	if ins.Note != "" {
		text += " " + escape(ins.Note)
	}
	return text + " " + italic("Diperiksa "+longDay(ins.LastChecked)+".")
}
