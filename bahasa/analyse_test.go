package bahasa

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// TestTerms runs testdata/*.txt: each file is one phenomenon, each line
// "text => terms".
func TestTerms(t *testing.T) {
	l := load(t)
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 6 {
		t.Fatalf("found %d files (%v)", len(files), err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for n, line := range strings.Split(string(data), "\n") {
				if line == "" || strings.HasPrefix(line, "#") {
					continue
				}
				text, want, ok := strings.Cut(line, "=>")
				if !ok {
					t.Fatalf("%s:%d: no =>", name, n+1)
				}
				if got := l.Analyse(text).Normal(); got != strings.TrimSpace(want) {
					t.Errorf("%s:%d: %q gives %q, want %q", name, n+1, strings.TrimSpace(text), got, strings.TrimSpace(want))
				}
			}
		})
	}
}

// TestRuleWordsSurvive: adding or removing a word on which a rule turns never
// leaves the terms unchanged.
func TestRuleWordsSurvive(t *testing.T) {
	l := load(t)
	frames := []string{"saya %s ikut kampanye calon", "%s hadir di acara partai", "asn %s memilih calon bupati"}
	rule := []string{"tidak", "bukan", "jangan", "belum", "tanpa", "boleh", "wajib", "harus", "sebelum", "sesudah",
		"setelah", "kecuali", "selain"}
	for _, frame := range frames {
		plain := l.Analyse(strings.ReplaceAll(frame, "%s", "")).Normal()
		for _, w := range rule {
			if got := l.Analyse(strings.ReplaceAll(frame, "%s", w)).Normal(); got == plain {
				t.Errorf("%q is lost in %q", w, frame)
			}
		}
	}
}

func TestSlots(t *testing.T) {
	l := load(t)
	tests := []struct {
		text string
		want Slots
	}{
		{"bojoku nyalon bupati, entuk tak terke kampanye ora?", Slots{Relation: "pasangan", Role: "calon", Act: "kampanye"}},
		{"saya tidak ikut kampanye", Slots{Act: "ikut", Negated: true}},
		{"boleh ga ikut kampanye", Slots{Act: "ikut"}},
		{"ikut kampanye kena sanksi tidak ya", Slots{Act: "ikut"}},
		{"pppk paruh waktu", Slots{Who: "pppk-paruh-waktu"}},
		{"suami saya kades, masa tenang", Slots{Who: "kades", Relation: "pasangan", Phase: "masa-tenang"}},
		{"caleg belum ditetapkan oleh kpu", Slots{Phase: "sebelum-penetapan", Role: "calon", Negated: true}},
		{"", Slots{}},
	}
	for _, tt := range tests {
		if got := l.Slots(l.Analyse(tt.text)); got != tt.want {
			t.Errorf("%q: got %+v, want %+v", tt.text, got, tt.want)
		}
	}
}

func TestRepairIsGuarded(t *testing.T) {
	l := load(t).WithVocabulary(map[string]int{"kampanye": 50, "tidak": 90, "murah": 5, "netralitas": 9, "belum": 30})
	tests := []struct{ text, want string }{
		{"kampnye", "kampanye"}, // a letter is missing
		{"netralitsa", "netral"},
		{"merah", "merah"}, // a word of its own
		{"belam", "belam"}, // never to a word that turns a rule
		{"2029", "2029"},
	}
	for _, tt := range tests {
		if got := l.Analyse(tt.text).Normal(); got != tt.want {
			t.Errorf("%q gives %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestBrokenLexicon(t *testing.T) {
	sound := func() fstest.MapFS {
		m := fstest.MapFS{}
		for _, name := range []string{"roots", "forms", "stop", "anchors", "slots", "ulang", "names", "places", "english"} {
			m[name+".txt"] = &fstest.MapFile{}
		}
		return m
	}
	tests := []struct{ name, file, text, want string }{
		{"no arrow", "lexicon/slang.txt", "gak tidak", "lexicon/slang.txt:1: write it as"},
		{"twice", "lexicon/slang.txt", "gak => tidak\ngak => bukan", `lexicon/slang.txt:2: "gak" stands already at`},
		{"chain", "lexicon/slang.txt", "gak => ndak\nndak => tidak", `"gak" leads to "ndak", which lexicon/slang.txt:2`},
		{"cycle", "lexicon/sinonim-x.txt", "a => b\nb => a", "leads on"},
		{"long phrase", "lexicon/slang.txt", "a b c d e => f", "has 5 words, at most 4 fit"},
		{"root twice", "lexicon/sinonim-akar.txt", "a => b\na => c", `"a" leads to "b" already`},
		{"slot", "slots.txt", "who kades kepala desa", "slots.txt:1: write it as"},
		{"form", "forms.txt", "ngelike like", "forms.txt:1: write it as"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := sound()
			m[tt.file] = &fstest.MapFile{Data: []byte(tt.text)}
			_, err := Load(m)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q in it", err, tt.want)
			}
		})
	}
	if _, err := Load(fstest.MapFS{}); err == nil {
		t.Error("missing files are accepted")
	}
}

func TestEnglish(t *testing.T) {
	l := load(t)
	tests := []struct {
		text string
		want bool
	}{
		{"Can I like a candidate's post on Facebook?", true},
		{"is it ok to attend the campaign", true},
		{"boleh like dan share postingan calon?", false},
		{"do you", false},
		{"", false},
	}
	for _, tt := range tests {
		if got := l.English(l.Analyse(tt.text)); got != tt.want {
			t.Errorf("%q: got %v, want %v", tt.text, got, tt.want)
		}
	}
}

func TestLexiconSize(t *testing.T) {
	if n := load(t).Keys(); n < 1500 {
		t.Errorf("the lexicon has %d keys, 1,500 are promised", n)
	}
}

// FuzzAnalyse: whatever is written, nothing panics, terms have no spaces and
// the same text gives the same terms.
func FuzzAnalyse(f *testing.F) {
	l := load(f).WithVocabulary(map[string]int{"kampanye": 50, "netralitas": 9})
	for _, s := range []string{"kata2-kata", "---", "a2", "2", "-", "\u202e\u200b", "nge-", "\xff\xfe", "ＢＯＬＥＨ", "kampnye"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, b := l.Analyse(text), l.Analyse(text)
		if a.Normal() != b.Normal() {
			t.Errorf("%q has two normal forms", text)
		}
		for _, term := range a.Terms {
			if term == "" || strings.ContainsAny(term, " \n\t") {
				t.Errorf("%q gives the term %q", text, term)
			}
		}
	})
}

func BenchmarkAnalyse(b *testing.B) {
	l := load(b)
	for b.Loop() {
		l.Analyse("min sy kefoto brg cabup wkt hajatan trs di tag, aman gak?")
	}
}
