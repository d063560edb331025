package main

import (
	"context"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tanyanetral/knowledge"
	"tanyanetral/report"
)

// lawOf finds an instrument by its short name and, behind it, what is cited of
// it: "Pasal 134 ayat (5) dan (6)".
var (
	lawName = regexp.MustCompile(`\b((?:UU|PP|Perpres|Perbawaslu|PKPU|KUHP|SKB|SE|Peraturan|Keputusan|MK)\b` +
		`(?: [A-Z][A-Za-z-]*)* ?\d[\d.]*/[\w-]*\d{4})`)
	lawPlace = regexp.MustCompile(`^ (Pasal \d+\w*(?: ayat \(\d+\))?(?: huruf [a-z])?(?: angka \d+)?)` +
		`((?: dan \(\d+\))*)`)
	lawMore = regexp.MustCompile(`\(\d+\)`)
)

// citations are the instruments and places that a text cites, each as the
// registry writes it; a place is empty where the instrument stands alone.
func citations(text string) (all [][2]string) {
	for _, at := range lawName.FindAllStringIndex(text, -1) {
		law, rest := text[at[0]:at[1]], text[at[1]:]
		m := lawPlace.FindStringSubmatch(rest)
		if m == nil {
			all = append(all, [2]string{law, ""})
			continue
		}
		all = append(all, [2]string{law, m[1]})
		for _, n := range lawMore.FindAllString(m[2], -1) { // "ayat (5) dan (6)"
			article, _, _ := strings.Cut(m[1], " ayat")
			all = append(all, [2]string{law, article + " ayat " + n})
		}
	}
	return all
}

// TestSheetLaw proves every law that a printed hand-over sheet cites against
// the registry: it is there, in force or amended, and the article is among
// those that were read and may be cited. A number of an article without an
// instrument beside it is found too.
func TestSheetLaw(t *testing.T) {
	base, err := knowledge.Load(knowledge.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]knowledge.Instrument{}
	for _, i := range base.Instruments {
		known[i.ID] = i
	}
	found := 0
	for body, text := range sheetTexts(t) {
		cited := citations(text)
		found += len(cited)
		if n := strings.Count(text, "Pasal ") - len(cited); n > 0 {
			t.Errorf("%s: %d articles stand without the law that they are of:\n%s", body, n, text)
		}
		for _, c := range cited {
			law, ok := known[c[0]]
			switch {
			case !ok:
				t.Errorf("%s: %s is not in the registry", body, c[0])
			case law.Status != knowledge.Berlaku && law.Status != knowledge.Diubah:
				t.Errorf("%s: %s is %s", body, c[0], law.Status)
			case c[1] != "" && !slices.Contains(law.Articles, c[1]):
				t.Errorf("%s: %s %s may not be cited", body, c[0], c[1])
			}
		}
	}
	if found < 10 { // as many as the four sheets cite today
		t.Errorf("only %d citations were found; the test does not read the sheets any more", found)
	}
}

// sheetTexts are the printed texts of the sheets of a report that says nothing
// of law itself.
func sheetTexts(t *testing.T) map[report.Body]string {
	t.Helper()
	ctx, log := context.Background(), newLog(io.Discard, 0)
	a := &app{log: log, now: time.Now, zone: time.UTC, set: &settings{State: t.TempDir()}}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(a.openStorage(ctx))
	defer func() { must(a.close()) }()
	o := report.NewOffice(log, a.db, report.DefaultPlan(), time.Now)
	recipient, phrase, wrapped, err := report.NewKey()
	must(err)
	_, err = o.AddInvestigator(ctx, "Inspektur", "u1", recipient, wrapped)
	must(err)
	k, err := o.Unlock(ctx, wrapped, phrase)
	must(err)
	in := report.NewIntake(log, a.db, report.Options{}, time.Now)
	d, err := in.Begin()
	must(err)
	must(d.Set(report.Apa, "Camat mengajak memilih."))
	s, err := in.Submit(ctx, d)
	must(err)
	must(in.Confirm(ctx, s))
	lines, err := o.List(ctx)
	must(err)
	texts := map[report.Body]string{}
	for _, body := range report.Bodies() {
		sheet, err := o.Sheet(ctx, k, lines[0].ID, body, "")
		must(err)
		all := append([]string{sheet.Title, sheet.To}, sheet.Notes...)
		for _, r := range slices.Concat(sheet.Rows, sheet.Limits) {
			all = append(all, r.Label, r.Value)
		}
		texts[body] = strings.Join(all, "\n")
	}
	return texts
}
