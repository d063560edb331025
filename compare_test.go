//go:build sqlite_fts5

package main

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/standard"
	"github.com/blevesearch/bleve/v2/index/scorch"
	_ "github.com/mattn/go-sqlite3" // with FTS5

	"tanyanetral/bahasa"
	"tanyanetral/faq"
	"tanyanetral/knowledge"
)

// engine is one way of finding topics for a question. It may be asked by many
// goroutines at once.
type engine struct {
	name  string
	open  opener
	ask   func(ctx context.Context, question string) ([]found, error)
	bytes int64 // memory outside the Go heap
	close func() error
}

// opener fills an engine with a base.
type opener func(b *testing.B, base *knowledge.Base, lang *bahasa.Language) engine

// found is a topic with the engine's own score; scores order the questions of
// one engine and are not compared between engines.
type found struct {
	topic string
	score float64
}

// topHits is how many topics an engine is asked for.
const topHits = 5

func engines() []engine {
	return []engine{
		{name: "this matcher, as shipped", open: openOurs},
		{name: "bleve, standard analyzer, BM25", open: openBleve(standard.Name)},
		{name: "bleve, our analyzer, BM25", open: openBleve("bahasa")},
		{name: "SQLite FTS5, bm25, raw text", open: openFTS(false)},
		{name: "SQLite FTS5, bm25, our normal form", open: openFTS(true)},
	}
}

func openOurs(b *testing.B, base *knowledge.Base, lang *bahasa.Language) engine {
	w, err := faq.Embedded()
	if err != nil {
		b.Fatal(err)
	}
	m, err := faq.Open(slog.New(slog.DiscardHandler), base, lang, w)
	if err != nil {
		b.Fatal(err)
	}
	ask := func(ctx context.Context, question string) ([]found, error) {
		ans, err := m.Ask(ctx, question)
		all := make([]found, len(ans.Candidates))
		for i, c := range ans.Candidates {
			all[i] = found{c.Topic, c.Confidence}
		}
		return all, err
	}
	return engine{ask: ask, close: m.Close}
}

// wholeText is all that a search engine gets of a topic.
func wholeText(t *knowledge.Topic) []string {
	return append([]string{t.Title, t.Answer, t.Explanation}, t.Asks...)
}

// withVocabulary lets spelling be repaired to the words of the base, as the
// matcher does.
func withVocabulary(base *knowledge.Base, lang *bahasa.Language) *bahasa.Language {
	count := map[string]int{}
	for i := range base.Topics {
		for _, text := range base.Topics[i].Asks {
			for _, w := range lang.Standard(text) {
				count[w]++
			}
		}
	}
	return lang.WithVocabulary(count)
}

func openBleve(analyzer string) opener {
	return func(b *testing.B, base *knowledge.Base, lang *bahasa.Language) engine {
		m := bleve.NewIndexMapping()
		m.ScoringModel = "bm25"
		if analyzer != standard.Name {
			ours := map[string]any{"type": analyzer, "language": withVocabulary(base, lang)}
			if err := m.AddCustomAnalyzer(analyzer, ours); err != nil {
				b.Fatal(err)
			}
		}
		m.DefaultAnalyzer = analyzer
		text := bleve.NewTextFieldMapping()
		text.Analyzer, text.Store, text.IncludeTermVectors = analyzer, false, false
		doc := bleve.NewDocumentStaticMapping()
		doc.AddFieldMappingsAt("text", text)
		m.DefaultMapping = doc
		idx, err := bleve.NewUsing("", m, scorch.Name, bleve.Config.DefaultKVStore, nil)
		if err != nil {
			b.Fatal(err)
		}
		batch := idx.NewBatch()
		for i := range base.Topics {
			t := &base.Topics[i]
			body := map[string]any{"text": strings.Join(wholeText(t), "\n")}
			if err := batch.Index(t.ID, body); err != nil {
				b.Fatal(err)
			}
		}
		if err := idx.Batch(batch); err != nil {
			b.Fatal(err)
		}
		ask := func(ctx context.Context, question string) ([]found, error) {
			q := bleve.NewMatchQuery(question)
			q.SetField("text")
			res, err := idx.SearchInContext(ctx, bleve.NewSearchRequestOptions(q, topHits, 0, false))
			if err != nil {
				return nil, err
			}
			all := make([]found, len(res.Hits))
			for i, h := range res.Hits {
				all[i] = found{h.ID, h.Score}
			}
			return all, nil
		}
		return engine{ask: ask, close: idx.Close}
	}
}

func openFTS(normalised bool) opener {
	return func(b *testing.B, base *knowledge.Base, lang *bahasa.Language) engine {
		form := func(text string) string { return text }
		if normalised {
			full := withVocabulary(base, lang)
			form = func(text string) string { return full.Analyse(text).Normal() }
		}
		file := filepath.Join(b.TempDir(), "fts.db")
		db, err := sql.Open("sqlite3", file)
		if err != nil {
			b.Fatal(err)
		}
		fillFTS(b, db, base, form)
		info, err := os.Stat(file)
		if err != nil {
			b.Fatal(err)
		}
		const find = "SELECT id, bm25(topic) FROM topic WHERE topic MATCH ? ORDER BY bm25(topic) LIMIT ?"
		stmt, err := db.Prepare(find)
		if err != nil {
			b.Fatal(err)
		}
		ask := func(ctx context.Context, question string) ([]found, error) {
			match := ftsQuery(form(question))
			if match == "" {
				return nil, nil
			}
			return scanFTS(stmt.QueryContext(ctx, match, topHits))
		}
		end := func() error { return errors.Join(stmt.Close(), db.Close()) }
		return engine{ask: ask, bytes: info.Size(), close: end}
	}
}

func fillFTS(b *testing.B, db *sql.DB, base *knowledge.Base, form func(string) string) {
	b.Helper()
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	const table = `CREATE VIRTUAL TABLE topic
		USING fts5(id UNINDEXED, body, tokenize = "unicode61 tokenchars '_'")`
	if _, err := tx.Exec(table); err != nil {
		b.Fatal(err)
	}
	for i := range base.Topics {
		t := &base.Topics[i]
		var body []string
		for _, text := range wholeText(t) {
			body = append(body, form(text))
		}
		if _, err := tx.Exec("INSERT INTO topic VALUES (?, ?)", t.ID, strings.Join(body, "\n")); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

// ftsQuery joins the words of a question by OR.
func ftsQuery(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return r <= ' ' || r < 128 && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	})
	for i, w := range words {
		words[i] = `"` + w + `"`
	}
	return strings.Join(words, " OR ")
}

func scanFTS(rows *sql.Rows, err error) (all []found, _ error) {
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		var f found
		if err := rows.Scan(&f.topic, &f.score); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		f.score = -f.score // bm25 of FTS5 is the smaller the better
		all = append(all, f)
	}
	return all, errors.Join(rows.Err(), rows.Close())
}

// developmentSets are both sets whose questions may be looked at.
func developmentSets(b *testing.B) []faq.Labelled {
	b.Helper()
	var all []faq.Labelled
	for _, name := range []string{"dev-a.jsonl", "dev-b.jsonl"} {
		f, err := os.Open(filepath.Join("faq", "testdata", name))
		if err != nil {
			b.Fatal(err)
		}
		set, err := faq.ReadLabelled(f)
		if err := errors.Join(err, f.Close()); err != nil {
			b.Fatal(err)
		}
		all = append(all, set...)
	}
	return all
}

// accuracy asks a labelled set and returns top-1, top-3 and the AUROC of the
// score of the first hit.
func accuracy(b *testing.B, e engine, set []faq.Labelled) (top1, top3, auroc float64) {
	b.Helper()
	var in, other []float64
	for _, q := range set {
		hits, err := e.ask(b.Context(), q.Question)
		if err != nil {
			b.Fatal(err)
		}
		score := 0.0
		if len(hits) > 0 {
			score = hits[0].score
		}
		if q.Kind != "in" {
			other = append(other, score)
			continue
		}
		in = append(in, score)
		right := slices.IndexFunc(hits, func(f found) bool { return slices.Contains(q.Gold, f.topic) })
		if right == 0 {
			top1++
		}
		if right >= 0 && right < 3 {
			top3++
		}
	}
	n := float64(max(len(in), 1))
	return top1 / n, top3 / n, separation(in, other)
}

// separation is the chance that a score of the first list beats one of the
// second; equal scores count half.
func separation(in, other []float64) float64 {
	sum := 0.0
	for _, x := range in {
		for _, y := range other {
			switch {
			case x > y:
				sum++
			case x == y:
				sum += 0.5
			}
		}
	}
	return sum / float64(max(len(in)*len(other), 1))
}

// speed is what questions cost. CPU time counts all threads and hardly
// depends on what else the machine does.
type speed struct {
	p50, p99 time.Duration
	cpu      time.Duration // a question
}

// measure asks the questions one after the other, as often as the benchmark
// wants.
func measure(b *testing.B, e engine, questions []string) speed {
	b.Helper()
	throughput(b, e, questions, 1) // warm
	var took []time.Duration
	before := processorTime(b)
	for b.Loop() {
		for _, q := range questions {
			begin := time.Now()
			if _, err := e.ask(b.Context(), q); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(begin))
		}
	}
	cpu := (processorTime(b) - before) / time.Duration(len(took))
	slices.Sort(took)
	s := speed{took[len(took)/2], took[len(took)*99/100], cpu}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(milli(s.p50), "p50-ms")
	b.ReportMetric(milli(s.p99), "p99-ms")
	b.ReportMetric(float64(s.cpu.Microseconds()), "cpu-µs")
	return s
}

func milli(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// throughput lets as many goroutines as processors ask, and returns questions
// a second.
func throughput(b *testing.B, e engine, questions []string, processors int) float64 {
	b.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
	begin := time.Now()
	var wait sync.WaitGroup
	for p := range processors {
		wait.Go(func() {
			first := p * len(questions) / processors
			for i := range questions {
				if _, err := e.ask(b.Context(), questions[(first+i)%len(questions)]); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	return float64(processors*len(questions)) / time.Since(begin).Seconds()
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // the second frees what finalizers and pools held
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkMatching compares the matcher with search engines alone, all in one
// run over the development sets, and writes the table of docs/matching.md.
func BenchmarkMatching(b *testing.B) {
	base, lang, err := loadData()
	if err != nil {
		b.Fatal(err)
	}
	set := developmentSets(b)
	questions := make([]string, len(set))
	for i, q := range set {
		questions[i] = q.Question
	}
	rows := []string{"| system | top-1 | top-3 | AUROC | p50 ms | p99 ms | CPU µs | 1 core /s | 2 cores /s | MB |",
		"|---|---|---|---|---|---|---|---|---|---|"}
	for _, kind := range engines() {
		b.Run(strings.ReplaceAll(kind.name, " ", "-"), func(b *testing.B) {
			before := heap()
			e := kind.open(b, base, lang)
			memory := float64(heap()-before+e.bytes) / 1e6
			top1, top3, auroc := accuracy(b, e, set)
			s := measure(b, e, questions)
			one, two := throughput(b, e, questions, 1), throughput(b, e, questions, 2)
			for unit, v := range map[string]float64{
				"top-1": top1, "top-3": top3, "AUROC": auroc, "1-core/s": one, "2-cores/s": two, "MB": memory,
			} {
				b.ReportMetric(v, unit)
			}
			rows = append(rows, fmt.Sprintf("| %s | %.3f | %.3f | %.3f | %.2f | %.2f | %d | %.0f | %.0f | %.1f |",
				kind.name, top1, top3, auroc, milli(s.p50), milli(s.p99), s.cpu.Microseconds(),
				one, two, memory))
			if err := e.close(); err != nil {
				b.Error(err)
			}
		})
	}
	writeTable(b, "matching", rows)
}

// writeTable replaces the lines between the marks of a table in the document
// that MATCHING_TABLES names; without it the table is printed.
func writeTable(b *testing.B, name string, rows []string) {
	b.Helper()
	table := strings.Join(rows, "\n") + "\n"
	file := os.Getenv("MATCHING_TABLES")
	if file == "" {
		fmt.Print("\n" + table)
		return
	}
	text, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	begin, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
	head, rest, ok1 := strings.Cut(string(text), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		b.Fatalf("%s has no marks for the table %q", file, name)
	}
	if err := os.WriteFile(file, []byte(head+begin+table+end+tail), 0o644); err != nil {
		b.Fatal(err)
	}
}

// Growth: how many wordings a made-up topic has, and how many words of its own
// it draws on beside the words of everybody.
const (
	madeWordings = 8
	ownWords     = 6
	madeSeed     = 20261121
)

// mixer makes texts of the words of the base, each as often as the base uses
// it.
type mixer struct {
	rnd   *rand.Rand
	words []string // every use of every word
	rare  []string // distinct words, for topics of their own
}

func newMixer(base *knowledge.Base) *mixer {
	m := &mixer{rnd: rand.New(rand.NewPCG(madeSeed, madeSeed))}
	seen := map[string]bool{}
	for i := range base.Topics {
		for _, text := range base.Topics[i].Asks {
			for w := range strings.FieldsSeq(strings.ToLower(text)) {
				m.words = append(m.words, w)
				if !seen[w] && len(w) > 3 {
					seen[w] = true
					m.rare = append(m.rare, w)
				}
			}
		}
	}
	return m
}

func (m *mixer) common(n int) []string {
	words := make([]string, n)
	for i := range words {
		words[i] = m.words[m.rnd.IntN(len(m.words))]
	}
	return words
}

// wording mixes three words of a topic with four to seven of everybody.
func (m *mixer) wording(own []string) string {
	words := m.common(4 + m.rnd.IntN(4))
	for range 3 {
		words = append(words, own[m.rnd.IntN(len(own))])
	}
	m.rnd.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	return strings.Join(words, " ")
}

// grow returns the base with made-up topics up to n, and questions that ask
// for a thousand of them in wordings of their own.
func grow(base *knowledge.Base, n int) (*knowledge.Base, []faq.Labelled) {
	big := *base
	big.Topics = slices.Clone(base.Topics)
	m := newMixer(base)
	every := max(1, (n-len(big.Topics))/1000)
	var set []faq.Labelled
	for len(big.Topics) < n {
		own := make([]string, ownWords)
		for i := range own {
			own[i] = m.rare[m.rnd.IntN(len(m.rare))]
		}
		t := knowledge.Topic{
			ID: fmt.Sprintf("buatan-%06d", len(big.Topics)), Group: big.Topics[0].Group,
			Verdict: knowledge.Info,
			Title:   m.wording(own), Text: knowledge.Text{Answer: strings.Join(append(m.common(20), own...),
				" ")},
		}
		for range madeWordings {
			t.Asks = append(t.Asks, m.wording(own))
		}
		if len(big.Topics)%every == 0 {
			set = append(set, faq.Labelled{Question: m.wording(own), Gold: []string{t.ID}, Kind: "in"})
		}
		big.Topics = append(big.Topics, t)
	}
	return big.WithAsks(math.MaxInt), set
}

// BenchmarkGrowth measures the matcher on bases of rising size and writes the
// second table of docs/matching.md.
func BenchmarkGrowth(b *testing.B) {
	base, lang, err := loadData()
	if err != nil {
		b.Fatal(err)
	}
	shippedSet := developmentSets(b)
	rows := []string{
		"| topics | wordings | build s | p50 ms | p99 ms | CPU µs | MB | top-1 shipped | top-1 made up |",
		"|---|---|---|---|---|---|---|---|---|"}
	for _, n := range []int{len(base.Topics), 1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			big, made := grow(base, n)
			before, begin := heap(), time.Now()
			e := openOurs(b, big, lang)
			built := time.Since(begin)
			memory := float64(heap()-before) / 1e6
			top1, _, _ := accuracy(b, e, shippedSet)
			own := "-"
			if len(made) > 0 {
				x, _, _ := accuracy(b, e, made)
				own = fmt.Sprintf("%.3f", x)
			}
			var questions []string
			for _, q := range slices.Concat(shippedSet, made) {
				questions = append(questions, q.Question)
			}
			s := measure(b, e, questions)
			b.ReportMetric(built.Seconds(), "build-s")
			b.ReportMetric(memory, "MB")
			wordings := 0
			for i := range big.Topics {
				wordings += len(big.Topics[i].Asks)
			}
			rows = append(rows, fmt.Sprintf("| %d | %d | %.1f | %.2f | %.2f | %d | %.0f | %.3f | %s |",
				n, wordings,
				built.Seconds(), milli(s.p50), milli(s.p99), s.cpu.Microseconds(), memory, top1, own))
			if err := e.close(); err != nil {
				b.Error(err)
			}
		})
	}
	writeTable(b, "growth", rows)
}

// TestSeparation: the measure that the table compares.
func TestSeparation(t *testing.T) {
	tests := []struct {
		in, other []float64
		want      float64
	}{
		{[]float64{2, 3}, []float64{0, 1}, 1},
		{[]float64{0}, []float64{1}, 0},
		{[]float64{1, 2}, []float64{1}, 0.75},
	}
	for _, tt := range tests {
		if got := separation(tt.in, tt.other); cmp.Compare(got, tt.want) != 0 {
			t.Errorf("%v against %v: %v, want %v", tt.in, tt.other, got, tt.want)
		}
	}
}
