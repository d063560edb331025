package bot

import (
	"errors"
	"fmt"
	"strings"

	"tanyanetral/knowledge"
)

// Fits proves that every answer and every page of every topic fits a message,
// that the first reply stays short, and that no outcome is cut off. The error
// joins what does not.
func (d *Dialog) Fits() error {
	var problems []error
	base := d.ask.Base()
	for i := range base.Topics {
		t := &base.Topics[i]
		if n := size(d.answer(t, knowledge.Slots{})); n > maxFirst {
			problems = append(problems, fmt.Errorf(
				"topic %s: the first reply has %d characters, at most %d fit; shorten it",
				t.ID, n, maxFirst))
		}
		whole := tap{topic: t}
		for name, page := range map[string]string{
			labelSanctions: d.sanctions(whole), labelBasis: d.bases(whole), labelExamples: examples(whole),
			labelWhy: why(whole), labelAlready: already(whole),
		} {
			if n := size(page); n > maxMessage {
				problems = append(problems, fmt.Errorf(
					"topic %s: page %s has %d characters, at most %d fit; shorten it",
					t.ID, name, n, maxMessage))
			}
		}
		if lost := d.cutOff(whole); lost != "" {
			problems = append(problems, fmt.Errorf(
				"topic %s: the page %s has no room for %q; shorten its outcomes",
				t.ID, labelSanctions, lost))
		}
	}
	return errors.Join(problems...)
}

// cutOff returns the first outcome that the page of sanctions leaves out.
func (d *Dialog) cutOff(t tap) string {
	page := d.sanctions(t)
	for _, line := range merged(t.topic.Outcomes) {
		if !strings.Contains(page, line) {
			return line
		}
	}
	return ""
}
