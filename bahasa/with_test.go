package bahasa

import (
	"strings"
	"testing"
)

// TestWith: curated words are read as what they stand for, before the shipped
// ones, and the shipped language stays as it is.
func TestWith(t *testing.T) {
	l := load(t)
	c, err := l.With(map[string]string{
		"olih":         "boleh",
		"mbokan kalih": "foto bareng",
		"mbkn":         "mbokan kalih", // through another curated word
		"nggahxo":      "gak",          // through a shipped spelling
		"utk":          "kampanye",     // in the place of a shipped spelling
	})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ text, same string }{
		{"olih calon", "boleh calon"},
		{"Mbokan  KALIH calon", "foto bareng calon"},
		{"mbkn calon", "foto bareng calon"},
		{"nggahxo milih", "tidak milih"},
		{"utk calon", "kampanye calon"},
		{"gk milih", "tidak milih"},
	}
	for _, tt := range tests {
		if got, want := c.Analyse(tt.text).Normal(), l.Analyse(tt.same).Normal(); got != want {
			t.Errorf("%q: %q, want %q", tt.text, got, want)
		}
	}
	if got := l.Analyse("utk calon").Normal(); got != "calon" {
		t.Errorf("the shipped language reads %q", got)
	}
	if c.Print() == l.Print() || c.Keys() != l.Keys()+4 {
		t.Errorf("the copy has %d keys for %d, print changed %v", c.Keys(), l.Keys(), c.Print() != l.Print())
	}
	same, err := l.With(nil)
	if err != nil || same.Print() != l.Print() {
		t.Errorf("no words: print changed or %v", err)
	}
}

func TestWithRefuses(t *testing.T) {
	l := load(t)
	tests := []struct {
		name  string
		words map[string]string
		want  string
	}{
		{"turned round", map[string]string{"tidak": "boleh"}, `"tidak"`},
		{"circle", map[string]string{"satuu1": "duaa1", "duaa1": "satuu1"}, "circle"},
		{"nothing to read", map[string]string{"!!": "boleh"}, "letters"},
		{"no meaning", map[string]string{"olih": " "}, "letters"},
		{"too long", map[string]string{"a b c d e": "boleh"}, "at most 4"},
		{"twice", map[string]string{"olih": "boleh", "OLIH": "dilarang"}, "twice"},
	}
	for _, tt := range tests {
		if _, err := l.With(tt.words); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q in it", tt.name, err, tt.want)
		}
	}
}
