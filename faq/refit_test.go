package faq

import (
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"tanyanetral/bahasa"
	"tanyanetral/knowledge"
)

// small opens the matcher on a few topics with few wordings, so that fitting
// takes a moment only.
func small(t *testing.T) (*Matcher, *knowledge.Base) {
	t.Helper()
	b, err := knowledge.Load(knowledge.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	lang, err := bahasa.Load(bahasa.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	b.Topics = slices.DeleteFunc(b.Topics, func(t knowledge.Topic) bool {
		return t.Group != "foto-atribut" && t.Group != "hak-pilih"
	})
	for i := range b.Outside {
		b.Outside[i].Lines = b.Outside[i].Lines[:min(10, len(b.Outside[i].Lines))]
	}
	b = b.WithAsks(12)
	w, err := Fit(t.Context(), b, lang)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Open(slog.New(slog.DiscardHandler), b, lang, w)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m, b
}

// TestPublish: a new wording is live at once and while others ask, and the
// old index is given up only when nobody uses it.
func TestPublish(t *testing.T) {
	m, b := small(t)
	const wording = "mencium tangan baginda di alun-alun kerajaan"
	const topic = "foto-bersama-calon"
	if ans, err := m.Ask(t.Context(), wording); err != nil || ans.Topic != nil {
		t.Fatalf("the wording is known already (%v)", err)
	}
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for range 50 {
				if _, err := m.Ask(t.Context(), "boleh ga foto sama calon bupati"); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	changed := b.WithAsks(12)
	i := slices.IndexFunc(changed.Topics, func(t knowledge.Topic) bool { return t.ID == topic })
	changed.Topics[i].Asks = append(slices.Clone(changed.Topics[i].Asks), wording)
	begin := time.Now()
	if err := m.Publish(changed, nil); err != nil {
		t.Fatal(err)
	}
	t.Logf("published in %v", time.Since(begin))
	ans, err := m.Ask(t.Context(), wording)
	if err != nil || ans.Topic == nil || ans.Topic.ID != topic || ans.Confidence != 1 {
		t.Errorf("got zone %s, confidence %.2f (%v)", ans.Zone, ans.Confidence, err)
	}
	wait.Wait()
}

// TestRefit takes new weights when the golden questions stay right, and
// refuses them when one gets worse.
func TestRefit(t *testing.T) {
	m, _ := small(t)
	golden := []Labelled{{Question: "boleh ga foto bareng calon bupati", Gold: []string{"foto-bersama-calon"},
		Kind: kindIn}}
	if taken, err := m.Refit(t.Context(), golden); err != nil || !taken {
		t.Errorf("taken %v, %v; the data have not changed", taken, err)
	}
	now := m.acquire()
	defer now.use.RUnlock()
	worse, err := worseOn(t.Context(), now, now, golden)
	if err != nil || worse != 0 {
		t.Errorf("%d golden questions got worse though nothing changed (%v)", worse, err)
	}
	topic := now.base.Topic("golput")
	tests := []struct {
		name string
		ans  knowledge.Answer
		kind string
		want int
	}{
		{"wrong and direct", knowledge.Answer{Topic: topic, Candidates: []knowledge.Candidate{{Topic: "golput"}}}, kindIn, 0},
		{"not first", knowledge.Answer{Candidates: []knowledge.Candidate{{Topic: "golput"}}}, kindIn, 1},
		{"first", knowledge.Answer{Candidates: []knowledge.Candidate{{Topic: "hak-pilih-asn"}}}, kindIn, 2},
		{"out of scope and silent", knowledge.Answer{}, kindOut, 2},
		{"out of scope and direct", knowledge.Answer{Topic: topic}, kindOut, 0},
	}
	for _, tt := range tests {
		gold := []string{"hak-pilih-asn"}
		if tt.kind == kindOut {
			gold = nil
		}
		if got := grade(tt.ans, Labelled{Gold: gold, Kind: tt.kind}); got != tt.want {
			t.Errorf("%s: grade %d, want %d", tt.name, got, tt.want)
		}
	}
}
