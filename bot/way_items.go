package bot

import (
	"fmt"
	"strings"
)

// itemsStart is the first of the socialisation items.
func (d *Dialog) itemsStart() Reply {
	if r, ok := d.items(step{b: "0"}); ok {
		return r
	}
	return Reply{HTML: bold(textItemsHead) + "\n\n" + escape(textNoItems)}
}

// items shows one item of socialisation material: what was said where, and
// what in the report of it is out of date.
func (d *Dialog) items(s step) (Reply, bool) {
	all := d.ask.Base().Sources
	page, ok := pageOf(s.b, len(all))
	if !ok {
		return Reply{}, false
	}
	item := all[page]
	parts := []string{bold(textItemsHead) + fmt.Sprintf(" (%d dari %d)", page+1, len(all)), bold(item.Title)}
	var facts []string
	for _, f := range []struct{ name, text string }{
		{"Waktu", item.When}, {"Tempat", item.Where}, {"Oleh", item.By},
	} {
		if f.text != "" {
			facts = append(facts, escape(f.name+": "+f.text))
		}
	}
	parts = append(parts, strings.Join(facts, "\n"), escape(item.Said))
	if item.Note != "" {
		parts = append(parts, bold("Catatan:")+" "+escape(item.Note))
	}
	return Reply{HTML: clip(parts), Buttons: pager(page, len(all), verbItems, "")}, true
}
