package curation

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"tanyanetral/knowledge"
)

// maxProposal is how much of a proposed answer is kept, in characters: what a
// whole topic may say.
const maxProposal = 2000

// ReplyDraft keeps what a curator answered to a group as the draft of a new
// topic, to be finished in the console: a verdict, sanctions and citations are
// not made of a sentence in a chat.
func (d *Desk) ReplyDraft(ctx context.Context, u User, group, text string) error {
	g, err := d.GroupOf(ctx, group)
	if err != nil {
		return err
	}
	t := knowledge.Topic{ID: "usulan-" + g.ID[:min(8, len(g.ID))], Title: d.titleOf(g)}
	if len(d.Base().Groups) > 0 {
		t.Group = d.Base().Groups[0].ID
	}
	for _, c := range g.Near {
		if near := d.Base().Topic(c.Topic); near != nil {
			t.Group = near.Group
			break
		}
	}
	if runes := []rune(strings.TrimSpace(text)); len(runes) > 0 {
		t.Answer = string(runes[:min(maxProposal, len(runes))])
	}
	value, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("keep a proposed answer: %w", err)
	}
	item := knowledge.Item{Kind: knowledge.ItemTopic, Key: t.ID, Value: value}
	const note = "jawaban lewat Telegram; lengkapi sebelum diajukan"
	_, err = d.Draft(ctx, u, []knowledge.Item{item}, note, d.Generation())
	return err
}

// titleOf is a wording of the group.
func (d *Desk) titleOf(g Group) string {
	if len(g.Samples) == 0 {
		return "Usulan dari kurator"
	}
	return g.Samples[0]
}
