package curation

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"tanyanetral/knowledge"
)

// TestReplyDraft: what a curator answers in Telegram becomes a draft of a new
// topic that cannot be submitted before it is finished.
func TestReplyDraft(t *testing.T) {
	tests := []struct {
		name, text, answer string
	}{
		{"a sentence", "  Boleh, asal tidak memakai atribut. ", "Boleh, asal tidak memakai atribut."},
		{"nothing", " \n ", ""},
		{"too long", strings.Repeat("é", maxProposal+10), strings.Repeat("é", maxProposal)},
		{"markup", "<b>Boleh</b> & \"baik\"", "<b>Boleh</b> & \"baik\""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t, Options{})
			o.store.log(knowledge.NotFound, "2027-01-05", "boleh panen raya bareng calon")
			o.store.gaps[0].Near = []knowledge.Candidate{{Topic: "hilang", Confidence: 0.9},
				{Topic: "uji-dua", Confidence: 0.3}}
			g := o.group(t, "boleh panen raya bareng calon")
			if err := o.ReplyDraft(t.Context(), ani(), g.ID, tt.text); err != nil {
				t.Fatal(err)
			}
			if len(o.store.revisions) != 1 {
				t.Fatalf("%d drafts were made, want 1", len(o.store.revisions))
			}
			r := o.store.revisions[0]
			var topic knowledge.Topic
			if err := json.Unmarshal(r.Item.Value, &topic); err != nil {
				t.Fatal(err)
			}
			if topic.Title != "boleh panen raya bareng calon" || topic.Answer != tt.answer ||
				topic.Group != o.Base().Topic("uji-dua").Group {
				t.Errorf("the draft is %+v", topic)
			}
			if r.State != Draf || r.Author != "ani" || r.Item.Key != "usulan-"+g.ID || r.Note == "" {
				t.Errorf("the revision is %+v", r)
			}
			err := o.Submit(t.Context(), ani(), idsOf(o.store.revisions), "")
			if invalid := new(Invalid); !errors.As(err, &invalid) {
				t.Error("an unfinished proposal was submitted")
			}
			if again := o.group(t, "boleh panen raya bareng calon"); again.Count != 1 {
				t.Error("the question is not open any more")
			}
		})
	}
}

func TestReplyDraftRefused(t *testing.T) {
	o := newOffice(t, Options{})
	o.store.log(knowledge.NotFound, "2027-01-05", "boleh panen raya bareng calon")
	g := o.group(t, "boleh panen raya bareng calon")
	if err := o.ReplyDraft(t.Context(), eye(), g.ID, "Boleh."); !errors.Is(err, ErrForbidden) {
		t.Error("somebody without the role proposed:", err)
	}
	if err := o.ReplyDraft(t.Context(), ani(), "tidak-ada", "Boleh."); !errors.Is(err, ErrNotFound) {
		t.Error("a proposal for no group:", err)
	}
	if len(o.store.revisions) > 0 {
		t.Errorf("%d drafts were made", len(o.store.revisions))
	}
}
