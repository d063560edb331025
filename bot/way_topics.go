package bot

import (
	"fmt"
	"strconv"
	"strings"

	"tanyanetral/knowledge"
)

// topicsPerPage keeps a list of topics on one screen of a small phone.
const topicsPerPage = 8

// groups lists the groups of topics. The titles stand in the text too: on a
// phone a button shows only its first words.
func (d *Dialog) groups() Reply {
	lines := []string{bold(textTopics), ""}
	var keys []Button
	for i, g := range d.ask.Base().Groups {
		title := fmt.Sprintf("%d. %s", i+1, g.Title)
		lines = append(lines, escape(title)+fmt.Sprintf(" (%d)", len(d.ask.Base().InGroup(g.ID))))
		keys = append(keys, keyTo(title, verbTopics, g.ID, "0"))
	}
	return Reply{HTML: strings.Join(lines, "\n"), Buttons: pair(keys)}
}

// topics is one page of the topics of a group.
func (d *Dialog) topics(s step) (Reply, bool) {
	var group knowledge.Group
	for _, g := range d.ask.Base().Groups {
		if g.ID == s.a {
			group = g
		}
	}
	all := d.ask.Base().InGroup(s.a)
	pages := pagesFor(len(all), topicsPerPage)
	page, ok := pageOf(s.b, pages)
	if !ok || group.ID == "" {
		return Reply{}, false
	}
	head := bold(group.Title)
	if pages > 1 {
		head += "\n" + italic(fmt.Sprintf(textPage, page+1, pages))
	}
	lines := []string{head, ""}
	var rows [][]Button
	for i := page * topicsPerPage; i < min((page+1)*topicsPerPage, len(all)); i++ {
		title := fmt.Sprintf("%d. %s", i+1, all[i].Title)
		lines = append(lines, escape(title))
		rows = append(rows, []Button{keyTo(title, verbOpen, all[i].ID, strconv.Itoa(page))})
	}
	rows = append(rows, pager(page, pages, verbTopics, s.a)...)
	rows = append(rows, []Button{keyTo(labelGroups, verbGroups, "", "")})
	return Reply{HTML: strings.Join(lines, "\n"), Buttons: rows}, true
}
