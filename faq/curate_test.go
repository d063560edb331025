package faq

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tanyanetral/knowledge"
)

// withAsk returns the base with one more way of asking.
func withAsk(b *knowledge.Base, topic, wording string) *knowledge.Base {
	c := b.WithAsks(1 << 20)
	i := slices.IndexFunc(c.Topics, func(t knowledge.Topic) bool { return t.ID == topic })
	c.Topics[i].Asks = append(slices.Clone(c.Topics[i].Asks), wording)
	return c
}

// TestPublishWords: a curated word is read as what it stands for, at once, and
// one that would turn a rule round is refused and changes nothing.
func TestPublishWords(t *testing.T) {
	m, b := small(t)
	const question, means = "olih mbokan kalih calon bupati", "boleh foto bareng calon bupati"
	words := map[string]string{"olih": "boleh", "mbokan kalih": "foto bareng"}
	before, unknown := m.Terms(question)
	if !slices.Contains(unknown, "mbokan") {
		t.Fatalf("terms %q, unknown %q: the word is known already", before, unknown)
	}
	if err := m.Publish(b, words); err != nil {
		t.Fatal(err)
	}
	want, _ := m.Terms(means)
	if got, unknown := m.Terms(question); !slices.Equal(got, want) || len(unknown) > 0 {
		t.Errorf("terms %q, unknown %q; want %q", got, unknown, want)
	}
	weights := fingerprint(m.Base(), m.state.Load().lang)
	if weights == fingerprint(b, m.lang) {
		t.Error("weights of the shipped words count as fitted to the curated ones")
	}
	if err := m.Publish(b, map[string]string{"boleh": "dilarang"}); err == nil {
		t.Error("a word that turns the rule round was taken")
	}
	if weights != fingerprint(m.Base(), m.state.Load().lang) {
		t.Error("a refused publication changed something")
	}
	if err := m.Publish(b, nil); err != nil {
		t.Fatal(err)
	}
	if got, _ := m.Terms(question); !slices.Equal(got, before) {
		t.Errorf("after the words were withdrawn the terms are %q, were %q", got, before)
	}
}

// TestCompare: what would change is told, and nothing changes by it.
func TestCompare(t *testing.T) {
	m, b := small(t)
	const wording, topic = "mencium tangan baginda di alun-alun kerajaan", "foto-bersama-calon"
	questions := []string{wording, "boleh ga foto sama calon bupati", "", "golput kena sanksi ga"}
	before, after, err := m.Compare(t.Context(), withAsk(b, topic, wording), nil, questions)
	if err != nil || len(before) != len(questions) || len(after) != len(questions) {
		t.Fatalf("%d and %d answers (%v)", len(before), len(after), err)
	}
	if before[0].Topic != nil || after[0].Topic == nil || after[0].Topic.ID != topic {
		t.Errorf("the new wording: zone %s before, %s after", before[0].Zone, after[0].Zone)
	}
	for i, q := range questions {
		ans, err := m.Ask(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if ans.Zone != before[i].Zone || firstTopic(ans) != firstTopic(before[i]) {
			t.Errorf("%q: %s %s now, %s %s before", q, ans.Zone, firstTopic(ans), before[i].Zone,
				firstTopic(before[i]))
		}
	}
	if _, _, err := m.Compare(t.Context(), b, map[string]string{"tidak": "ya"}, questions); err == nil {
		t.Error("words that cannot be published can be compared")
	}
}

// TestPublishCompared: what was compared last is published without being built
// again, but only that, and only over the state that it was compared with.
func TestPublishCompared(t *testing.T) {
	const wording, topic = "mencium tangan baginda di alun-alun kerajaan", "foto-bersama-calon"
	tests := []struct {
		name    string
		between func(m *Matcher, b, next *knowledge.Base) error
		words   map[string]string
		same    bool
	}{
		{"at once", func(*Matcher, *knowledge.Base, *knowledge.Base) error { return nil }, nil, true},
		{"other words", func(*Matcher, *knowledge.Base, *knowledge.Base) error { return nil },
			map[string]string{"olih": "boleh"}, false},
		{"another was compared", func(m *Matcher, b, _ *knowledge.Base) error {
			_, _, err := m.Compare(t.Context(), b, nil, []string{wording})
			return err
		}, nil, false},
		{"another was published", func(m *Matcher, b, _ *knowledge.Base) error { return m.Publish(b, nil) },
			nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, b := small(t)
			next := withAsk(b, topic, wording)
			if _, _, err := m.Compare(t.Context(), next, nil, []string{wording}); err != nil {
				t.Fatal(err)
			}
			compared := m.tried.Load().state
			if err := tt.between(m, b, next); err != nil {
				t.Fatal(err)
			}
			if err := m.Publish(next, tt.words); err != nil {
				t.Fatal(err)
			}
			if same := m.state.Load() == compared; same != tt.same {
				t.Errorf("the compared version is live: %t, want %t", same, tt.same)
			}
			ans, err := m.Ask(t.Context(), wording)
			if err != nil || ans.Topic == nil || ans.Topic.ID != topic {
				t.Errorf("the new wording is not answered (%v)", err)
			}
			if m.tried.Load() != nil {
				t.Error("a compared version is kept after a publication")
			}
		})
	}
}

func TestNear(t *testing.T) {
	m, b := small(t)
	topic := &b.Topics[0]
	other := b.Topics[1].ID
	known := topic.Asks[0]
	if got := m.Near(other, known); len(got) == 0 || got[0].Topic != topic.ID || got[0].Confidence != 1 {
		t.Errorf("a known wording of %s: %v", topic.ID, got)
	}
	got := m.Near(other, known+" ya min")
	if len(got) == 0 || got[0].Topic != topic.ID || got[0].Confidence < nearFrom {
		t.Errorf("nearly a known wording of %s: %v", topic.ID, got)
	}
	for _, c := range m.Near(topic.ID, known) {
		if c.Topic == topic.ID {
			t.Error("a topic is near itself")
		}
	}
	if got := m.Near(other, "resep rendang padang yang empuk"); len(got) > 0 {
		t.Errorf("far from everything: %v", got)
	}
}

// TestSearch is the curators' search: by title, by id, by the beginning of a
// word, by what people ask.
func TestSearch(t *testing.T) {
	m := shipped(t)
	tests := []struct{ query, want string }{
		{"foto bersama calon", "foto-bersama-calon"},
		{"golp", "golput"},
		{"ngelike postingan", "interaksi-medsos-dukungan"},
		{m.Base().Topics[3].Title, m.Base().Topics[3].ID},
		{"zzzzqqq", ""},
		{"", ""},
	}
	for _, tt := range tests {
		got, err := m.Search(t.Context(), tt.query, 5)
		if err != nil || len(got) > 5 {
			t.Fatalf("%q: %d ids (%v)", tt.query, len(got), err)
		}
		if tt.want == "" && len(got) > 0 || tt.want != "" && !slices.Contains(got[:min(2, len(got))], tt.want) {
			t.Errorf("%q: got %v, want %q among the first two", tt.query, got, tt.want)
		}
	}
}

func TestExplained(t *testing.T) {
	m, _ := small(t)
	got, err := m.Explained(t.Context(), "boleh foto bareng calon bupati")
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"terms", "p(out)", "foto-bersama-calon", "inputs", "confidence"} {
		if !strings.Contains(got, part) {
			t.Errorf("%q is not explained in:\n%s", part, got)
		}
	}
}

// BenchmarkPublish is how long a changed base takes to be live.
func BenchmarkPublish(b *testing.B) {
	m := shipped(b)
	next := withAsk(m.Base(), "golput", "mencium tangan baginda di alun-alun kerajaan")
	for b.Loop() {
		if err := m.Publish(next, map[string]string{"olih": "boleh"}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCompare is a preview with a thousand questions that nobody knows.
func BenchmarkCompare(b *testing.B) {
	m := shipped(b)
	var questions []string
	for i := range m.Base().Topics {
		asks := m.Base().Topics[i].Asks
		for j := range min(8, len(asks)-1) {
			questions = append(questions, asks[j]+" "+asks[j+1])
		}
	}
	questions = questions[:min(1000, len(questions))]
	begin := time.Now()
	n := 0
	for b.Loop() {
		if _, _, err := m.Compare(b.Context(), m.Base(), nil, questions); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(time.Since(begin).Seconds()/float64(n), "s/preview")
}
