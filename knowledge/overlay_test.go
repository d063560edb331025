package knowledge

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func soundBase(t *testing.T) *Base {
	t.Helper()
	b, err := Load(sound(t))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func shippedBase(t testing.TB) *Base {
	t.Helper()
	b, err := Load(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// twin is a second topic for the sound base.
func twin(b *Base, change func(*Topic)) Topic {
	t := *b.Topic("uji-satu")
	t.ID, t.Asks = "uji-dua", nil
	if change != nil {
		change(&t)
	}
	return t
}

// withCase is items over the sound base and what their problems say.
type withCase struct {
	name  string
	items []Item
	want  []string // in the problems, one each; none: the base is made
}

func gone(kind ItemKind, key string) Item { return Item{Kind: kind, Key: key} }

func raw(kind ItemKind, key, value string) Item {
	return Item{Kind: kind, Key: key, Value: json.RawMessage(value)}
}

func lineCases(b *Base) []withCase {
	ask := AskItem
	return []withCase{
		{"nothing", nil, nil},
		{"a wording", []Item{ask("uji-satu", "bolehkah begini")}, nil},
		{"a wording that is there", []Item{ask("uji-satu", "Pertanyaan contoh nomor satu")}, nil},
		{"a wording of nobody", []Item{ask("tidak-ada", "bolehkah begini")}, []string{`"tidak-ada" tidak ada`}},
		{"a wording of a category", []Item{ask("uji-satu", "apa kabar, hari ini?")}, []string{`ada di "lain"`}},
		{"an outside line of a topic", []Item{OutsideItem("lain", "pertanyaan contoh nomor DUA.")},
			[]string{`ada di "uji-satu"`}},
		{"one wording for two", []Item{TopicItem(twin(b, nil)), ask("uji-dua", "begini begitu"),
			ask("uji-satu", "begini, begitu")}, []string{`ada di "uji-dua"`}},
		{"a wording moved to another topic", []Item{TopicItem(twin(b, nil)),
			ask("uji-satu", "tambahan satu"),
			gone(ItemAsk, AskKey("uji-satu", "pertanyaan contoh nomor dua")),
			ask("uji-dua", "pertanyaan contoh nomor dua")}, nil},
		{"too few wordings are left", []Item{gone(ItemAsk, AskKey("uji-satu", "pertanyaan contoh nomor dua"))},
			[]string{"punya 11 cara bertanya; sedikitnya harus ada 12"}},
		{"an emptied category", []Item{gone(ItemOutside, AskKey("lain", "apa kabar hari ini"))},
			[]string{`"lain" akan kosong`}},
		{"a removal of what is not there", []Item{gone(ItemAsk, "uji-satu/x"), gone(ItemTopic, "x")}, nil},
		{"a long wording", []Item{ask("uji-satu", strings.Repeat("a", 301))}, []string{"lebih dari 300"}},
		{"a wording without letters", []Item{ask("uji-satu", "123 ?")}, []string{"memuat huruf"}},
		{"a wording that is a comment", []Item{ask("uji-satu", "# boleh")}, []string{"diawali tanda #"}},
		{"an untrimmed wording", []Item{raw(ItemAsk, "uji-satu/boleh", `{"owner":"uji-satu","text":" boleh"}`)},
			[]string{"tanpa spasi berlebih"}},
		{"a wrong key", []Item{raw(ItemAsk, "uji-satu/lain", `{"owner":"uji-satu","text":"boleh"}`)},
			[]string{"tidak cocok dengan kuncinya"}},
	}
}

func topicCases(b *Base) []withCase {
	ask := AskItem
	same := func(change func(*Topic)) Item {
		t := *b.Topic("uji-satu")
		change(&t)
		return TopicItem(t)
	}
	return []withCase{
		{"a new topic", []Item{TopicItem(twin(b, nil)), ask("uji-dua", "bolehkah begini")}, nil},
		{"a new topic without wordings", []Item{TopicItem(twin(b, nil))}, []string{"belum punya cara bertanya"}},
		{"a topic of no group", []Item{same(func(t *Topic) { t.Group = "x" })},
			[]string{`Kelompok "x" tidak ada`, `Kelompok "uji" akan kosong`}},
		{"an unknown name in a value", []Item{raw(ItemTopic, "a", `{"ID":"a","Rahasia":1}`)}, []string{"dibaca"}},
		{"no JSON", []Item{raw(ItemTopic, "a", `{`)}, []string{"dibaca"}},
		{"two values", []Item{raw(ItemWord, "a", `{"means":"b"}{}`)}, []string{"dibaca"}},
		{"a bad id", []Item{raw(ItemTopic, "A b", `{"ID":"A b"}`)}, []string{"huruf kecil"}},
		{"no title", []Item{same(func(t *Topic) { t.Title = " " })}, []string{"Judul harus ada"}},
		{"a citation of nothing", []Item{same(func(t *Topic) {
			t.Outcomes = []Outcome{{KapanSaja, "", []Who{ASN}, Disiplin, Berat,
				[]Citation{{"UU 7/2099", ""}}}}
		})}, []string{`Akibat 1, dasar hukum 1: "UU 7/2099" tidak ada dalam daftar`}},
		{"a citation of no article", []Item{same(func(t *Topic) {
			t.Outcomes = []Outcome{{KapanSaja, "", []Who{ASN}, Disiplin, Berat,
				[]Citation{{"UU 1/2000", "Pasal 99"}}}}
		})}, []string{`tidak memuat "Pasal 99"`}},
		{"a citation of what was revoked before", []Item{same(func(t *Topic) {
			t.Outcomes = []Outcome{{KapanSaja, "", []Who{ASN}, Disiplin, Berat,
				[]Citation{{"UU 9/1990", ""}}}}
		})}, []string{"sudah dicabut; kutip penggantinya UU 1/2000"}},
		{"texts", []Item{same(func(t *Topic) {
			t.Answer, t.Allowed, t.Caution = "", "Ya", strings.Repeat("a", 500)
		})},
			[]string{"Jawaban belum diisi.", "Contoh yang boleh: kalimatnya belum selesai",
				"500 karakter", "titik"}},
		{"a promise", []Item{same(func(t *Topic) { t.Answer = "Laporan 100% anonim." })},
			[]string{"tidak boleh dipakai"}},
	}
}

func otherCases(b *Base) []withCase {
	ask := AskItem
	ins := *b.Instrument("UU 1/2000")
	revoked, shorter := ins, ins
	revoked.Status, revoked.ReplacedBy = Dicabut, "UU 3/2030"
	shorter.Articles = ins.Articles[1:]
	return []withCase{
		{"a removed group", []Item{gone(ItemTopic, "uji-satu")}, []string{`Kelompok "uji" akan kosong`}},
		{"related to what is removed", []Item{gone(ItemTopic, "uji-satu"), ask("uji-dua", "begini"),
			TopicItem(twin(b, func(t *Topic) { t.Related = []string{"uji-satu"} }))},
			[]string{"uji-satu", "terkait oleh uji-dua"}},
		{"a revoked instrument", []Item{InstrumentItem(revoked)}, nil},
		{"a removed instrument", []Item{gone(ItemInstrument, "UU 1/2000")},
			[]string{"masih dikutip oleh uji-satu"}},
		{"an instrument without what is cited", []Item{InstrumentItem(shorter)}, []string{"oleh uji-satu"}},
		{"an instrument of no status", []Item{InstrumentItem(Instrument{ID: "X"})},
			[]string{`"X" perlu judul`, "Status: status", "bukan tanggal"}},
		{"a word", []Item{WordItem("Klo", "kalau")}, nil},
		{"two words", []Item{raw(ItemWord, "k lo", `{"means":"kalau"}`)}, []string{"satu kata"}},
		{"a word that means itself", []Item{WordItem("kalau", "Kalau")}, []string{"sama dengan katanya"}},
		{"an election backwards", []Item{ElectionItem(Election{Name: "P", Begins: "2029-01-01"})},
			[]string{"2029-02-14"}},
		{"an unknown kind", []Item{raw("x", "y", `1`)}, []string{"Jenis"}},
		{"no key", []Item{raw(ItemTopic, " ", `1`)}, []string{"Kuncinya kosong"}},
	}
}

func TestWith(t *testing.T) {
	b := soundBase(t)
	tests := slices.Concat(lineCases(b), topicCases(b), otherCases(b))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := soundBase(t)
			next, problems := b.With(tt.items)
			for _, w := range tt.want {
				if !slices.ContainsFunc(problems, func(p Problem) bool {
					return strings.Contains(p.Text, w)
				}) {
					t.Errorf("no problem says %q; got %v", w, problems)
				}
			}
			if len(problems) != len(tt.want) || (next == nil) != (len(tt.want) > 0) {
				t.Errorf("got %d problems %v and base %v, want %d", len(problems), problems,
					next != nil, len(tt.want))
			}
			if d := cmp.Diff(before, b, cmp.AllowUnexported(Base{})); d != "" {
				t.Fatalf("the base under the items changed:\n%s", d)
			}
		})
	}
}

func TestWithChanges(t *testing.T) {
	b := shippedBase(t)
	id := b.Topics[3].ID
	line := b.Topics[3].Asks[5]
	changed := b.Topics[3]
	changed.Answer = "Tidak boleh lagi."
	next, problems := b.With([]Item{
		TopicItem(changed),
		AskItem(id, "kalimat baru yang sama sekali lain"),
		{Kind: ItemAsk, Key: AskKey(id, line)},
		OutsideItem(b.Outside[0].ID, "baris luar yang sama sekali lain"),
	})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	got := next.Topic(id)
	if got.Answer != "Tidak boleh lagi." || slices.Contains(got.Asks, line) ||
		!slices.Contains(got.Asks, "kalimat baru yang sama sekali lain") {
		t.Error("the topic is not as the items say")
	}
	if n := len(b.Topics[3].Asks); len(got.Asks) != n || !slices.Contains(b.Topics[3].Asks, line) {
		t.Error("the shipped wordings changed")
	}
	if next.Print == b.Print || len(next.Print) != 64 {
		t.Errorf("fingerprint %q", next.Print)
	}
	if p := next.ItemPrint(ItemTopic, id); p == "" || p == b.ItemPrint(ItemTopic, id) {
		t.Error("the item's fingerprint does not tell it from the shipped one")
	}
	if next.ItemValue(ItemAsk, AskKey(id, line)) != nil || b.ItemValue(ItemAsk, AskKey(id, line)) == nil {
		t.Error("a removed wording has a value, or a shipped one has none")
	}
	back, problems := b.With([]Item{{ItemTopic, id, b.ItemValue(ItemTopic, id)}})
	if len(problems) > 0 || back.ItemPrint(ItemTopic, id) != b.ItemPrint(ItemTopic, id) {
		t.Error("the shipped value does not lead back to the shipped item", problems)
	}
}

// TestRoundTrip proves that every shipped item is its own canonical form.
func TestRoundTrip(t *testing.T) {
	b := shippedBase(t)
	var items []Item
	for _, topic := range b.Topics {
		items = append(items, TopicItem(topic), AskItem(topic.ID, topic.Asks[0]))
	}
	for _, ins := range b.Instruments {
		items = append(items, InstrumentItem(ins))
	}
	for _, c := range b.Outside {
		items = append(items, OutsideItem(c.ID, c.Lines[0]))
	}
	for _, it := range items {
		same, problems := it.Canonical()
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		if v := b.ItemValue(it.Kind, it.Key); string(v) != string(it.Value) ||
			string(same.Value) != string(v) {
			t.Errorf("%s %s:\n%s\n%s\n%s", it.Kind, it.Key, it.Value, same.Value, v)
		}
	}
	next, problems := b.With(items)
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	if len(next.Topics) != len(b.Topics) || len(next.Topics[0].Asks) != len(b.Topics[0].Asks) {
		t.Error("laying the base over itself changes it")
	}
}

// TestStoredForm guards the names under which values are kept in databases:
// they must be readable for ever.
func TestStoredForm(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "items.json"))
	if err != nil {
		t.Fatal(err)
	}
	var items []Item
	if err := json.Unmarshal(data, &items); err != nil {
		t.Fatal(err)
	}
	for _, it := range items {
		var want any
		if err := json.Unmarshal(it.Value, &want); err != nil {
			t.Fatal(err)
		}
		same, problems := it.Canonical()
		if len(problems) > 0 {
			t.Errorf("%s cannot be read any more: %v", it.Kind, problems)
			continue
		}
		var got any
		if err := json.Unmarshal(same.Value, &got); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s is kept in another form now:\n%s", it.Kind, d)
		}
	}
	if len(items) != 6 {
		t.Errorf("%d kinds are guarded, not 6", len(items))
	}
}

func TestLaw(t *testing.T) {
	b := soundBase(t)
	topic := b.Topic("uji-satu")
	if _, told := b.Notice(topic); told || len(b.Affected("UU 1/2000")) > 0 {
		t.Error("a notice of an instrument in force")
	}
	for _, tt := range []struct {
		status  Status
		checked Day
		want    int
	}{
		{Dicabut, "2026-11-21", 0}, // reviewed on the same day
		{Dicabut, "2027-01-02", 1},
		{Diubah, "2027-01-02", 1},
		{Sebagian, "2027-01-02", 0},
	} {
		ins := *b.Instrument("UU 1/2000")
		ins.Status, ins.LastChecked, ins.ReplacedBy = tt.status, tt.checked, "UU 3/2027"
		next, problems := b.With([]Item{InstrumentItem(ins)})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		got, told := next.Notice(next.Topic("uji-satu"))
		if len(next.Affected(ins.ID)) != tt.want || told != (tt.want > 0) || told && got.ID != ins.ID {
			t.Errorf("%s on %s: affected %v, notice %v", tt.status, tt.checked, next.Affected(ins.ID), told)
		}
	}
}

func TestWordsAndCalendar(t *testing.T) {
	vote := Election{"Pilkada", "2029-01-01", "2029-02-01", "2029-03-01", "2029-04-01", "2029-04-04",
		"2029-04-05", "2029-05-01"}
	later := vote
	later.Name, later.Ends = "A", "2029-06-01"
	items := []Item{WordItem("klo", "kalau"), WordItem("x", "y"), {Kind: ItemWord, Key: "x"},
		ElectionItem(vote), ElectionItem(later)}
	if d := cmp.Diff(map[string]string{"klo": "kalau"}, Words(items)); d != "" {
		t.Error(d)
	}
	c, err := CalendarOf(items)
	if err != nil || len(c.Elections) != 2 || c.Elections[0].Name != "A" {
		t.Errorf("got %v, %v", c, err)
	}
	if c, err := CalendarOf(items[:2]); c != nil || err != nil {
		t.Error("a calendar without elections", c, err)
	}
	if _, err := CalendarOf([]Item{{ItemElection, "P", json.RawMessage(`{}`)}}); err == nil {
		t.Error("an election without days is taken")
	}
}

// TestComplaints proves that every complaint of the checks has its Indonesian
// sentence with as many arguments.
func TestComplaints(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "check.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if sel, ok := call.Fun.(*ast.SelectorExpr); !ok || sel.Sel.Name != "complain" {
			return true
		}
		lit, ok := call.Args[1].(*ast.BasicLit)
		if !ok {
			if name, isName := call.Args[1].(*ast.Ident); !isName || name.Name != "missing" {
				t.Error("a complaint is neither a literal nor the constant missing")
			}
			return true
		}
		format, _ := strconv.Unquote(lit.Value)
		if strings.Contains(format, "stands twice") {
			return true // items have one key each
		}
		found++
		text, ok := complaints()[format]
		if !ok || strings.Count(text, "%") != strings.Count(format, "%") {
			t.Errorf("%q has no Indonesian sentence, or one with other arguments", format)
		}
		return true
	})
	if found < 15 {
		t.Errorf("only %d complaints were found", found)
	}
}

func benchmarkItems(b *Base, n int) []Item {
	items := make([]Item, 0, n)
	for i := range n {
		if t := b.Topics[i%len(b.Topics)]; i < len(b.Topics)/2 {
			t.Answer = "Jawaban yang diubah."
			items = append(items, TopicItem(t))
		} else {
			items = append(items, AskItem(t.ID, fmt.Sprintf("kalimat tambahan nomor %d untuk topik ini", i)))
		}
	}
	return items
}

func BenchmarkWith2000(b *testing.B) {
	base := shippedBase(b)
	items := benchmarkItems(base, 2000)
	for b.Loop() {
		if _, problems := base.With(items); len(problems) > 0 {
			b.Fatal(problems[0])
		}
	}
}
