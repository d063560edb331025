package bot

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"tanyanetral/knowledge"
)

var update = flag.Bool("update", false, "write the golden files anew")

// script answers from a table instead of the matcher.
type script struct {
	base    *knowledge.Base
	answers map[string]knowledge.Answer
	err     error
}

func (s script) Ask(_ context.Context, q string) (knowledge.Answer, error) {
	return s.answers[q], s.err
}

func (s script) Base() *knowledge.Base { return s.base }

func (s script) Gap(q string, near []knowledge.Candidate, why knowledge.Reason) knowledge.Gap {
	return knowledge.Gap{Text: "scrubbed " + q, Normal: "normal", Near: near, Reason: why}
}

// notebook remembers gaps.
type notebook struct {
	gaps []knowledge.Gap
	seen map[int64]bool // updates; nil: each is new
	err  error
}

func (n *notebook) AddGap(_ context.Context, update int64, g knowledge.Gap) (string, bool, error) {
	if n.seen[update] {
		return "", false, n.err
	}
	if n.seen != nil {
		n.seen[update] = true
	}
	n.gaps = append(n.gaps, g)
	return gapID(len(n.gaps)), true, n.err
}

// gapID is the id of the nth gap of a notebook.
func gapID(n int) string { return fmt.Sprintf("%032x", n) }

// fixed is a calendar that never changes.
func fixed(c *knowledge.Calendar) func() *knowledge.Calendar {
	return func() *knowledge.Calendar { return c }
}

func loadBase(t *testing.T) *knowledge.Base {
	t.Helper()
	b, err := knowledge.Load(knowledge.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func day(s string) func() time.Time {
	return func() time.Time {
		t, err := time.Parse(time.DateOnly, s)
		if err != nil {
			panic(err)
		}
		return t
	}
}

func newTestDialog(t *testing.T, s script, n *notebook, set Settings) *Dialog {
	t.Helper()
	if s.base == nil {
		s.base = loadBase(t)
	}
	var gaps gapLog
	if n != nil {
		gaps = n
	}
	return NewDialog(slog.New(slog.DiscardHandler), s, gaps, set, day("2029-02-12"))
}

// TestGolden holds what people read, for topics of every verdict, a person, a
// relation and a day in the quiet period. Run with -update to write anew, then
// read the difference aloud.
func TestGolden(t *testing.T) {
	base := loadBase(t)
	cal, err := knowledge.ParseCalendar([]byte(`elections:
  - {name: Pemilu 2029, begins: 2027-06-01, nominated: 2028-11-01, campaign_from: 2028-11-28,
     campaign_until: 2029-02-10, quiet_until: 2029-02-13, vote: 2029-02-14, ends: 2029-10-31}
`))
	if err != nil {
		t.Fatal(err)
	}
	direct := func(id string, s knowledge.Slots, also ...string) knowledge.Answer {
		return knowledge.Answer{Zone: knowledge.Direct, Topic: base.Topic(id), Confidence: 0.9,
			Slots: s, Also: also}
	}
	cases := map[string]struct {
		answer knowledge.Answer
		cal    *knowledge.Calendar
	}{
		"dilarang":         {direct("interaksi-medsos-dukungan", knowledge.Slots{}), nil},
		"dilarang-tenang":  {direct("interaksi-medsos-dukungan", knowledge.Slots{}), &cal},
		"bersyarat-isteri": {direct("dampingi-pasangan-calon", knowledge.Slots{Relation: "pasangan"}), nil},
		"sengketa":         {direct("hadir-kampanye-pasif", knowledge.Slots{}), nil},
		"boleh":            {direct("hak-pilih-asn", knowledge.Slots{}), nil},
		"info-pppk":        {direct("jenis-sanksi", knowledge.Slots{Who: knowledge.PPPK}, "pppk-netral"), nil},
		"menu": {knowledge.Answer{
			Zone: knowledge.Menu, Menu: []string{"foto-bersama-calon", "pose-jari-simbol",
				"tag-mention-akun"},
		}, nil},
		"belum-ada": {knowledge.Answer{Zone: knowledge.None, Normal: "x"}, nil},
		"luar":      {knowledge.Answer{Zone: knowledge.None, Category: base.Category("kepegawaian")}, nil},
		"kosong":    {knowledge.Answer{Zone: knowledge.None}, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			text := "pertanyaan"
			if name == "kosong" {
				text = "🙂🙂"
			}
			d := newTestDialog(t, script{base: base, answers: map[string]knowledge.Answer{text: c.answer}},
				&notebook{},
				Settings{Contact: "BKPSDM Kabupaten Contoh", Calendar: fixed(c.cal)})
			r, err := d.Text(t.Context(), 1, text)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name, r.HTML+"\n\n"+TerminalButtons(r)+"\n")
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "golden", name+".html")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("differs from %s (-want +got):\n%s", file, diff)
	}
}

// TestEveryTopicFits renders every page of every topic for several persons:
// the first reply is short, every page fits a message, every button its data.
func TestEveryTopicFits(t *testing.T) {
	base := loadBase(t)
	d := newTestDialog(t, script{base: base}, nil, Settings{Contact: strings.Repeat("kantor ", 10)})
	for i := range base.Topics {
		topic := &base.Topics[i]
		for _, who := range []knowledge.Who{"", knowledge.PPPK, knowledge.ParuhWaktu, knowledge.Kades} {
			first := d.direct(knowledge.Answer{Topic: topic, Slots: knowledge.Slots{Who: who}})
			if n := length(first.HTML); n > maxFirst {
				t.Errorf("%s for %q: the first reply has %d characters, at most %d fit",
					topic.ID, who, n, maxFirst)
			}
			checkButtons(t, topic.ID, first)
			for _, row := range first.Buttons {
				for _, b := range row {
					r, err := d.Tap(t.Context(), Press{Update: 0, Data: b.Data})
					if err != nil {
						t.Fatalf("%s %q: %v", topic.ID, b.Label, err)
					}
					if r.HTML == "" && r.Toast == "" {
						t.Errorf("%s %q: the button does nothing", topic.ID, b.Label)
					}
					if n := length(r.HTML); n > maxMessage {
						t.Errorf("%s %q: %d characters", topic.ID, b.Label, n)
					}
					checkButtons(t, topic.ID, r)
				}
			}
		}
	}
}

// length counts as Telegram does: UTF-16 units after formatting.
func length(html string) int { return len(utf16.Encode([]rune(plainText(html)))) }

func checkButtons(t *testing.T, id string, r Reply) {
	t.Helper()
	for _, row := range r.Buttons {
		for _, b := range row {
			if n := len(b.Data); n == 0 || n > 64 || b.Label == "" {
				t.Errorf("%s: button %q has %d bytes of data, 1 to 64 are allowed", id, b.Label, n)
			}
		}
	}
}

func TestGapIsLogged(t *testing.T) {
	near := []knowledge.Candidate{{Topic: "golput", Confidence: 0.1}}
	answers := map[string]knowledge.Answer{
		"apa":  {Zone: knowledge.None, Normal: "apa", Candidates: near},
		"gaji": {Zone: knowledge.None, Category: &knowledge.Category{ID: "kepegawaian", Reply: "Bukan bidang kami."}},
	}
	n := &notebook{}
	d := newTestDialog(t, script{answers: answers}, n, Settings{})
	for _, text := range []string{"apa", "gaji", "🙂"} {
		if _, err := d.Text(t.Context(), 7, text); err != nil {
			t.Fatal(err)
		}
	}
	want := []knowledge.Gap{{
		Text: "scrubbed apa", Normal: "normal", Near: near, Day: "2029-02-12", Reason: knowledge.NotFound,
	}}
	if diff := cmp.Diff(want, n.gaps); diff != "" {
		t.Errorf("logged (-want +got):\n%s", diff)
	}
}

// TestFeedbackIsLogged: only "bukan itu" and a consent write, and they write
// the question of the message that was answered.
func TestFeedbackIsLogged(t *testing.T) {
	n := &notebook{}
	d := newTestDialog(t, script{}, n, Settings{})
	for _, verb := range []string{verbHelped, verbSanction, verbBasis, verbNoHelp, verbNoHelpYes,
		verbWrong, verbNotIt} {
		press := Press{Update: 7, Data: data(verb, "golput", ""), Question: "pertanyaan lama"}
		if _, err := d.Tap(t.Context(), press); err != nil {
			t.Fatal(err)
		}
	}
	var got []knowledge.Reason
	for _, g := range n.gaps {
		got = append(got, g.Reason)
		if g.Text != "scrubbed pertanyaan lama" {
			t.Errorf("logged %q", g.Text)
		}
	}
	if diff := cmp.Diff([]knowledge.Reason{knowledge.NoHelp, knowledge.NotMeant}, got); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

func TestForgedTaps(t *testing.T) {
	d := newTestDialog(t, script{}, &notebook{}, Settings{})
	for _, payload := range []string{
		"", ":", "v1", "v1:a", "v1:a:tidak-ada:", "v2:a:golput:", "v1:zz:golput:", "v1:a:golput:pns:lagi",
		"<b>", strings.Repeat("v1:a:", 20), "v1:s:../../etc/passwd:", "\x00\xff",
	} {
		r, err := d.Tap(t.Context(), Press{Update: 1, Data: payload})
		if err != nil || r.HTML != "" || r.Toast != textStale {
			t.Errorf("%q: got %+v, %v; want the sentence on stale buttons", payload, r, err)
		}
	}
}

// TestTrouble: the person reads one fixed sentence, the operator the chain.
func TestTrouble(t *testing.T) {
	broken := errors.New("disk is full")
	answers := map[string]knowledge.Answer{"apa": {Zone: knowledge.None, Normal: "apa"}}
	d := newTestDialog(t, script{answers: answers}, &notebook{err: broken}, Settings{})
	r, err := d.Text(t.Context(), 1, "apa")
	if !errors.Is(err, broken) || r.HTML != textTrouble {
		t.Errorf("got %q, %v", r.HTML, err)
	}
	r, err = d.Tap(t.Context(), Press{Update: 1, Data: data(verbNoHelpYes, "golput", ""), Question: "apa"})
	if !errors.Is(err, broken) || r.Toast != textTrouble {
		t.Errorf("got %q, %v", r.Toast, err)
	}
	d = newTestDialog(t, script{err: broken}, nil, Settings{})
	if r, err = d.Text(t.Context(), 1, "apa"); !errors.Is(err, broken) || r.HTML != textTrouble {
		t.Errorf("got %q, %v", r.HTML, err)
	}
}

func TestCommands(t *testing.T) {
	d := newTestDialog(t, script{}, nil, Settings{Contact: "BKPSDM <Uji>"})
	tests := []struct{ line, want string }{
		{"/start", "Selamat datang"},
		{"/START@TanyaNetralBot", "Selamat datang"},
		{"/start golput", "⛔"},
		{"/start tidak-ada", "Selamat datang"},
		{"/bantuan", "BKPSDM &lt;Uji&gt;"},
		{"/help", "Yang bisa Anda lakukan"},
		{"/privasi", "tanpa nama"},
		{"/privacy", "tanpa nama"},
		{"/tanya", "Tulis pertanyaan"},
		{"/entah apa", "belum saya kenal"},
	}
	for _, tt := range tests {
		name, args, ok := ParseCommand(tt.line)
		if !ok {
			t.Errorf("%q is no command", tt.line)
			continue
		}
		r, err := d.Command(t.Context(), 1, name, args)
		if tt.line == "/start golput" {
			tt.want = d.ask.Base().Topic("golput").Verdict.Label()
		}
		if err != nil || !strings.Contains(r.HTML, tt.want) {
			t.Errorf("%q: got %q (%v), want %q in it", tt.line, r.HTML, err, tt.want)
		}
	}
	for _, text := range []string{"", "/", "halo /start", " "} {
		if _, _, ok := ParseCommand(text); ok {
			t.Errorf("%q is taken for a command", text)
		}
	}
}

func TestPlain(t *testing.T) {
	tests := []struct{ html, want string }{
		{"<b>Tidak</b> &lt;boleh&gt; &amp; &quot;x&quot;", `Tidak <boleh> & "x"`},
		{escape(`a<b>&"c`), `a<b>&"c`},
		{"3 > 2", "3 > 2"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := plainText(tt.html); got != tt.want {
			t.Errorf("Plain(%q) = %q, want %q", tt.html, got, tt.want)
		}
	}
}
