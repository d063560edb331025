package faq

import (
	"slices"
	"strings"
	"testing"

	"tanyanetral/knowledge"
)

// TestActs: a long story whose clauses tell of several acts gives a menu of
// them; a short message or a story of one act does not.
func TestActs(t *testing.T) {
	m := shipped(t)
	known := func(topic string) string {
		for _, text := range m.Base().Topic(topic).Asks {
			a := m.state.Load().lang.Analyse(text)
			if len(a.Terms) >= 5 && len(a.Words) < 12 && m.state.Load().lang.Anchors(a.Terms) > 0 &&
				!strings.ContainsAny(text, ".;!?") {
				return text
			}
		}
		t.Fatalf("%s has no wording that fits", topic)
		return ""
	}
	like, party, photo := "interaksi-medsos-dukungan", "anggota-pengurus-partai", "foto-bersama-calon"
	filler := "Ceritanya panjang sekali dan bikin pusing kepala karena tetangga ramai membicarakannya sampai tadi pagi."
	story := strings.Join([]string{filler, known(like), known(party), known(photo)}, ". ")
	st := m.state.Load()
	ans := knowledge.Answer{Zone: knowledge.None}
	st.offerActs(t.Context(), story, &ans)
	for _, want := range []string{like, party, photo} {
		if ans.Zone != knowledge.Menu || !slices.Contains(ans.Menu, want) {
			t.Errorf("zone %s, menu %v; want %s in it", ans.Zone, ans.Menu, want)
		}
	}
	wrong := knowledge.Answer{Zone: knowledge.Direct, Topic: m.Base().Topic("golput")}
	if st.offerActs(t.Context(), story, &wrong); wrong.Zone != knowledge.Menu || wrong.Topic != nil {
		t.Errorf("a direct answer about none of the acts stays: %s", wrong.Zone)
	}
	for name, tt := range map[string]struct {
		text string
		ans  knowledge.Answer
	}{
		"one act":        {filler + " " + filler + " " + known(like), knowledge.Answer{Zone: knowledge.None}},
		"short":          {known(like) + ". " + known(party), knowledge.Answer{Zone: knowledge.None}},
		"direct and one": {story, knowledge.Answer{Zone: knowledge.Direct, Topic: m.Base().Topic(like)}},
		"out of scope":   {story, knowledge.Answer{Zone: knowledge.None, Category: &m.Base().Outside[0]}},
	} {
		got := tt.ans
		if st.offerActs(t.Context(), tt.text, &got); got.Zone != tt.ans.Zone || got.Topic != tt.ans.Topic {
			t.Errorf("%s: zone %s, menu %v; want it left alone", name, got.Zone, got.Menu)
		}
	}
}

// TestDisputed: any single judgement for a topic with the opposite verdict
// forbids a direct answer.
func TestDisputed(t *testing.T) {
	b := &knowledge.Base{Topics: []knowledge.Topic{
		{ID: "a", Verdict: knowledge.Dilarang}, {ID: "b", Verdict: knowledge.Boleh}, {ID: "c", Verdict: knowledge.Dilarang},
	}}
	first := scored{class: 0, p: 0.9, bm25: 2, fit: fit{words: 1, cover: 0.9}, near: near{gram: 0.5, topGram: 0.6}}
	weaker := func(class int) scored {
		return scored{class: class, p: 0.01, bm25: 1, fit: fit{words: -1, cover: 0.5}, near: near{gram: 0.3, topGram: 0.4}}
	}
	better := weaker(1)
	better.words = 1.5
	same := weaker(2)
	same.words = 1.5
	tests := []struct {
		name  string
		rival scored
		want  bool
	}{
		{"weaker and opposite", weaker(1), false}, {"fits better and opposite", better, true},
		{"fits better, same verdict", same, false},
	}
	for _, tt := range tests {
		r := ranking{best: []scored{first, tt.rival}}
		if got := first.beats(tt.rival); !got {
			t.Errorf("%s: the first does not beat the rival in anything", tt.name)
		}
		if got := disputedBy(b, r); got != tt.want {
			t.Errorf("%s: got %v", tt.name, got)
		}
	}
}
