package curation

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"tanyanetral/knowledge"
)

// Affected lists the instruments that were revoked or amended since topics
// that cite them were reviewed: the curators' work after a change of law.
func (d *Desk) Affected(context.Context) ([]LawWork, error) {
	base := d.Base()
	var work []LawWork
	for _, i := range base.Instruments {
		if topics := base.Affected(i.ID); len(topics) > 0 {
			work = append(work, LawWork{Instrument: i, Topics: topics})
		}
	}
	return work, nil
}

// revokedCitations refuses a topic that newly cites what is revoked. A topic
// that cites it already may be corrected in other respects meanwhile.
func (d *Desk) revokedCitations(revisions []Revision) []knowledge.Problem {
	base := d.Base()
	var problems []knowledge.Problem
	for _, r := range revisions {
		if r.Item.Kind != knowledge.ItemTopic || r.Item.Removes() {
			continue
		}
		var t knowledge.Topic
		if json.Unmarshal(r.Item.Value, &t) != nil {
			continue // not in canonical form, refused elsewhere
		}
		var had []knowledge.Citation
		if old := base.Topic(t.ID); old != nil {
			had = old.Bases()
		}
		for _, c := range t.Bases() {
			ins := base.Instrument(c.Instrument)
			if ins != nil && ins.Status == knowledge.Dicabut && !slices.Contains(had, c) {
				problems = append(problems, knowledge.Problem{Item: r.Item, Field: "outcomes",
					Text: fmt.Sprintf("%s sudah dicabut; kutip penggantinya %s.", ins.ID, ins.ReplacedBy)})
			}
		}
	}
	return problems
}
