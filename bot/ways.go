package bot

import (
	"context"
	"strconv"

	"tanyanetral/knowledge"
)

// Verbs of the ways into the conversation besides a question. Their buttons
// carry "v1:verb:a:b" with two arguments of their own, so that no state of a
// conversation is kept anywhere but under its message.
const (
	verbGroups   = "g"  // all groups of topics
	verbTopics   = "gt" // a: group, b: page
	verbOpen     = "o"  // a: topic, b: the list to which it leads back
	verbFresh    = "f"  // a: topic, b: person; a new message, so that the old one stays
	verbCheck    = "k"  // a, b: a selfCheck
	verbRecheck  = "kn" // a new self-check in a new message
	verbQuiz     = "q"  // a: mark of a question, b: choice and score
	verbQuizNext = "qn" // a: mark of the question before, b: score
	verbLevels   = "sn" // the levels of sanction
	verbLaws     = "l"  // a: status, b: page
	verbLawHome  = "lh" // the instruments counted by status
	verbPhases   = "h"  // today's phase
	verbItems    = "u"  // b: page of the socialisation items
	verbPledge   = "i"  // the pledge
)

// step is a tap on one of these buttons.
type step struct {
	update int64
	a, b   string
}

// way answers a step; false means that its arguments fit nothing here.
type way func(step) (Reply, bool)

func (d *Dialog) ways() map[string]way {
	return map[string]way{
		verbGroups:   always(d.groups),
		verbTopics:   d.topics,
		verbOpen:     d.open,
		verbFresh:    d.fresh,
		verbCheck:    d.check,
		verbRecheck:  d.recheck,
		verbQuiz:     d.quizAnswer,
		verbQuizNext: d.quizNext,
		verbLevels:   always(d.levels),
		verbLaws:     d.laws,
		verbLawHome:  always(d.lawHome),
		verbPhases:   always(d.phases),
		verbItems:    d.items,
		verbPledge:   always(d.pledge),
	}
}

func always(page func() Reply) way {
	return func(step) (Reply, bool) { return page(), true }
}

// first is the command that opens a way with its first page.
func first(page func() Reply) command {
	return func(context.Context, int64, string) (Reply, error) { return page(), nil }
}

// deepLink opens the way that "?start=NAME" names, as posters do.
func (d *Dialog) deepLink(name string) (command, bool) {
	switch name {
	case "cek", "kuis", "topik":
		return d.commands()[name], true
	}
	return nil, false
}

// keyTo is a button of a way.
func keyTo(label, verb, a, b string) Button {
	return Button{Label: shorten(label), Data: data(verb, a, knowledge.Who(b))}
}

// shorten cuts a label to what a button shows.
func shorten(label string) string {
	if r := []rune(label); len(r) > maxLabel {
		return string(r[:maxLabel-1]) + "…"
	}
	return label
}

// pair puts buttons two in a row.
func pair(keys []Button) [][]Button {
	var rows [][]Button
	for i := 0; i < len(keys); i += 2 {
		rows = append(rows, keys[i:min(i+2, len(keys))])
	}
	return rows
}

// pager is the row that leads to the pages before and after; nil without any.
func pager(page, pages int, verb, a string) [][]Button {
	var row []Button
	if page > 0 {
		row = append(row, keyTo(labelPrevious, verb, a, strconv.Itoa(page-1)))
	}
	if page < pages-1 {
		row = append(row, keyTo(labelNext, verb, a, strconv.Itoa(page+1)))
	}
	if row == nil {
		return nil
	}
	return [][]Button{row}
}

// pageOf reads a page number below pages.
func pageOf(s string, pages int) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0 && n < pages
}

// pagesFor is how many pages of a size some items need.
func pagesFor(items, size int) int { return (items + size - 1) / size }

// fresh answers on a topic in a new message: the list under which the button
// stands is worth keeping.
func (d *Dialog) fresh(s step) (Reply, bool) {
	t, who := d.ask.Base().Topic(s.a), knowledge.Who(s.b)
	if t == nil {
		return Reply{}, false
	}
	html := d.answer(t, knowledge.Slots{Who: who})
	return Reply{HTML: html, Buttons: answerButtons(t, who), Fresh: true}, true
}

// open answers on a topic of a list, with a way back to that list.
func (d *Dialog) open(s step) (Reply, bool) {
	t := d.ask.Base().Topic(s.a)
	if t == nil {
		return Reply{}, false
	}
	back, ok := listKey(t, s.b)
	if !ok {
		return Reply{}, false
	}
	html := d.answer(t, knowledge.Slots{})
	return Reply{HTML: html, Buttons: append(answerButtons(t, ""), []Button{back})}, true
}

// listKey leads back to the list from which a topic was opened: the verb of
// the list, or the page of the topic's own group.
func listKey(t *knowledge.Topic, list string) (Button, bool) {
	switch list {
	case verbLevels, verbPhases, verbPledge:
		return keyTo(labelToList, list, "", ""), true
	}
	if _, ok := pageOf(list, 100); !ok {
		return Button{}, false
	}
	return keyTo(labelToList, verbTopics, t.Group, list), true
}
