package console

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

// topicForm is the form of a topic. Its rows are numbered, and one empty row
// stands at the end of each list, so that it works without script.
type topicForm struct {
	Topic     knowledge.Topic
	Fresh     bool // the topic does not exist yet
	Origin    origin
	Note      string
	Seen      int64
	Drafts    string // ids of the open drafts of the topic, to notice newer ones
	Others    []curation.Revision
	Choices   topicChoicesOf
	Rows      topicRows
	Preview   string
	Previewed bool // the form is shown again with what was typed
	Problems  []knowledge.Problem
}

// origin is what a fresh topic is made from.
type origin struct {
	Group    string // of the inbox; empty: none
	Wordings string // one a line
}

// topicChoicesOf are the entries of the form's selects.
type topicChoicesOf struct {
	Groups, Verdicts, Confidences []option
	Topics                        []topicChoice
	Sources                       []option
	Laws                          []lawChoice
}

// lawChoice are the places that may be cited of one instrument.
type lawChoice struct {
	Title  string
	Places []string
}

// topicRows are the numbered rows of the form.
type topicRows struct {
	Texts     []textRow
	Outcomes  []outcomeRow
	Sections  []sectionRow
	Positions []positionRow
}

// textRow is one text of a topic.
type textRow struct {
	Name, Label, Hint, Value string
	Max, Rows                int
	Needed                   bool
}

type outcomeRow struct {
	N     int
	Value knowledge.Outcome
	Fresh bool
	Who   []option
	When  []option
	Kinds []kindChoice
}

// kindChoice is a kind of outcome with the levels that fit it.
type kindChoice struct {
	Label  string
	Levels []option
}

type sectionRow struct {
	N     int
	Text  string
	Fresh bool
	For   []option
}

type positionRow struct {
	N     int
	Value knowledge.Position
	Fresh bool
}

// topicForm fills the form with a topic.
func (s *Server) topicForm(v *visit, t knowledge.Topic, fresh bool) (topicForm, error) {
	f := topicForm{Topic: t, Fresh: fresh, Seen: s.deps.Desk.Generation(), Choices: s.choicesFor(t),
		Rows:   rowsOf(t),
		Origin: origin{v.form("grup"), v.form("kalimat")}, Note: v.form("catatan")}
	f.Preview = s.deps.Bot.Preview(&t)
	if !fresh {
		f.Topic.Asks = s.deps.Desk.Base().Topic(t.ID).Asks
		open, err := s.openDrafts(v, t.ID)
		if err != nil {
			return f, err
		}
		f.Others, f.Drafts = open, strings.Join(idsOf(open), " ")
	}
	if v.form("seen") != "" { // shown again: newer changes must still be noticed
		f.Seen, f.Drafts = int64(v.formNumber("seen")), v.form("drafts")
	}
	if !fresh && t.ID != "" {
		v.title = t.Title
	}
	return f, nil
}

func (v *visit) formNumber(name string) int {
	n, err := strconv.Atoi(v.form(name))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func (s *Server) choicesFor(t knowledge.Topic) topicChoicesOf {
	base := s.deps.Desk.Base()
	c := topicChoicesOf{Verdicts: options(verdicts(), t.Verdict, verdictText),
		Confidences: options(confidences(), t.Confidence, knowledge.Confidence.Label),
		Topics:      s.topicChoices("")}
	for _, g := range base.Groups {
		c.Groups = append(c.Groups, option{g.ID, g.Title, g.ID == t.Group})
	}
	for _, src := range base.Sources {
		c.Sources = append(c.Sources, option{Value: src.ID, Label: src.Title})
	}
	for _, ins := range base.Instruments {
		if ins.Status == knowledge.Dicabut {
			continue
		}
		l := lawChoice{Title: ins.ID, Places: []string{ins.ID}}
		for _, a := range ins.Articles {
			l.Places = append(l.Places, ins.ID+" "+a)
		}
		c.Laws = append(c.Laws, l)
	}
	return c
}

func rowsOf(t knowledge.Topic) topicRows {
	r := topicRows{Texts: textRows(t)}
	for i, o := range append(slices.Clone(t.Outcomes), knowledge.Outcome{}) {
		r.Outcomes = append(r.Outcomes, outcomeRow{N: i, Value: o, Fresh: i == len(t.Outcomes),
			Who:  whoOptions(o.Who),
			When: options(whens(), o.When, knowledge.When.Label), Kinds: kindChoices(o.Kind, o.Level)})
	}
	for i, x := range append(slices.Clone(t.Sections), knowledge.Section{}) {
		r.Sections = append(r.Sections, sectionRow{i, x.Text, i == len(t.Sections), forOptions(x.For)})
	}
	for i, x := range append(slices.Clone(t.Positions), knowledge.Position{}) {
		r.Positions = append(r.Positions, positionRow{i, x, i == len(t.Positions)})
	}
	return r
}

func textRows(t knowledge.Topic) []textRow {
	return []textRow{
		{"answer", "Jawaban", "Satu kalimat, langsung menjawab.", t.Answer, knowledge.MaxAnswer, 3, true},
		{"explanation", "Penjelasan", "Alasannya, dengan bahasa sehari-hari.", t.Explanation,
			knowledge.MaxExplanation, 6, true},
		{"instead", "Yang dapat dilakukan", "Jalan lain yang aman.", t.Instead, knowledge.MaxPart, 3, false},
		{"allowed", "Contoh yang boleh", "", t.Allowed, knowledge.MaxPart, 3, true},
		{"forbidden", "Contoh yang tidak boleh", "", t.Forbidden, knowledge.MaxPart, 3, true},
		{"already", "Jika sudah telanjur", "", t.Already, knowledge.MaxPart, 3, true},
		{"caution", "Peringatan", "Ditunjukkan kepada penanya.", t.Caution, knowledge.MaxPart, 3, false},
		{"check", "Catatan pemeriksaan", "Hanya untuk kurator.", t.Check, knowledge.MaxPart, 3, false},
	}
}

// whoOptions lists the persons, the chosen ones first and in their order.
func whoOptions(chosen []knowledge.Who) []option {
	all := slices.Clone(chosen)
	for _, w := range whos() {
		if !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	list := options(all, "", knowledge.Who.Label)
	for i := range chosen {
		list[i].Chosen = true
	}
	return list
}

func forOptions(chosen string) []option {
	list := options(whos(), knowledge.Who(chosen), knowledge.Who.Label)
	return append(list, options(relations(), knowledge.Relation(chosen), knowledge.Relation.Label)...)
}

// levels tells which levels fit a kind, as the base checks it.
func levels(k knowledge.Kind) []knowledge.Level {
	return map[knowledge.Kind][]knowledge.Level{
		knowledge.KodeEtik: {knowledge.Moral, knowledge.TidakDitentukan},
		knowledge.Disiplin: {knowledge.Ringan, knowledge.Sedang, knowledge.Berat, knowledge.PTDH,
			knowledge.TidakDitentukan},
		knowledge.Pidana:       {knowledge.LevelPidana},
		knowledge.Administrasi: {knowledge.PTDH, knowledge.TidakDitentukan, knowledge.NoLevel},
		knowledge.NoKind:       {knowledge.NoLevel},
	}[k]
}

func kindChoices(kind knowledge.Kind, level knowledge.Level) []kindChoice {
	var all []kindChoice
	for _, k := range []knowledge.Kind{knowledge.KodeEtik, knowledge.Disiplin, knowledge.Pidana,
		knowledge.Administrasi, knowledge.NoKind} {
		c := kindChoice{Label: k.Label()}
		for _, l := range levels(k) {
			c.Levels = append(c.Levels, option{string(k) + "/" + string(l), l.Label(),
				k == kind && l == level})
		}
		all = append(all, c)
	}
	return all
}

// maxRows bounds how many numbered rows of a form are read.
const maxRows = 60

// readTopic reads the form into a topic. An error is a fault of the input;
// the topic then holds what could be read.
func (s *Server) readTopic(v *visit) (knowledge.Topic, error) {
	t := knowledge.Topic{Group: v.form("group"), Title: knowledge.OneLine(v.form("title")),
		Verdict: knowledge.Verdict(v.form("verdict")), Related: v.values("related"), ID: v.form("id")}
	t.Text = knowledge.Text{Answer: v.form("answer"), Explanation: v.form("explanation"),
		Instead: v.form("instead"),
		Allowed: v.form("allowed"), Forbidden: v.form("forbidden"), Already: v.form("already")}
	t.Provenance = knowledge.Provenance{Confidence: knowledge.Confidence(v.form("confidence")),
		Caution: v.form("caution"), Check: v.form("check"), Reviewed: knowledge.Day(v.form("reviewed")),
		Evidence: knowledge.Day(v.form("evidence")), Sources: v.values("sources")}
	registry := s.registry()
	var problem error
	for i := range maxRows {
		row := fmt.Sprintf("o%d.", i)
		kind, level, _ := strings.Cut(v.form(row+"akibat"), "/")
		if kind == "" || v.form(row+"hapus") != "" {
			continue
		}
		o := knowledge.Outcome{When: knowledge.When(v.form(row + "when")), If: knowledge.OneLine(v.form(row +
			"if")),
			Kind: knowledge.Kind(kind), Level: knowledge.Level(level)}
		for _, w := range v.values(row + "who") {
			o.Who = append(o.Who, knowledge.Who(w))
		}
		for _, c := range v.values(row + "basis") {
			cite, ok := registry[c]
			if !ok {
				problem = errInput("Dasar hukum hanya dapat dipilih dari daftar di halaman Dasar hukum.")
				continue
			}
			o.Basis = append(o.Basis, cite)
		}
		t.Outcomes = append(t.Outcomes, o)
	}
	t.Sections, t.Positions = v.sections(), v.positions()
	if t.Title == "" && problem == nil && strings.HasPrefix(v.form("aksi"), "simpan") {
		problem = errInput("Tuliskan judul topiknya lebih dahulu.")
	}
	return t, problem
}

// registry maps what a select shows to the citation that it means. Revoked
// instruments stay, so that a topic which cites one can be saved for other
// reasons; the selects do not offer them.
func (s *Server) registry() map[string]knowledge.Citation {
	all := map[string]knowledge.Citation{}
	for _, ins := range s.deps.Desk.Base().Instruments {
		for _, a := range append([]string{""}, ins.Articles...) {
			c := knowledge.Citation{Instrument: ins.ID, Article: a}
			all[c.String()] = c
		}
	}
	return all
}

func (v *visit) sections() []knowledge.Section {
	var all []knowledge.Section
	for i := range maxRows {
		row := fmt.Sprintf("s%d.", i)
		x := knowledge.Section{For: v.form(row + "for"), Text: v.form(row + "text")}
		if v.form(row+"hapus") == "" && x.Text != "" {
			all = append(all, x)
		}
	}
	return all
}

func (v *visit) positions() []knowledge.Position {
	var all []knowledge.Position
	for i := range maxRows {
		row := fmt.Sprintf("p%d.", i)
		x := knowledge.Position{Holder: v.form(row + "holder"), Text: v.form(row + "text")}
		if v.form(row+"hapus") == "" && (x.Holder != "" || x.Text != "") {
			all = append(all, x)
		}
	}
	return all
}
