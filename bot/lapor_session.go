package bot

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tanyanetral/report"
)

// reportStep is where a conversation on a report stands.
type reportStep string

// The steps of a draft in their order, and those around it.
const (
	stepIntro    reportStep = "awal"
	stepCategory reportStep = "kategori"
	stepPosts    reportStep = "pos"
	stepWhat     reportStep = "apa"
	stepWhere    reportStep = "di-mana"
	stepWhen     reportStep = "kapan"
	stepWho      reportStep = "siapa"
	stepEvidence reportStep = "bukti"
	stepReview   reportStep = "periksa"
	stepChange   reportStep = "ubah"
	stepReceipt  reportStep = "kode"
	stepDone     reportStep = "selesai" // only the deletion of messages is left

	stepCode reportStep = "buka" // a code is asked for
	stepCase reportStep = "lihat"
	stepSay  reportStep = "pesan"
)

// course is the order in which a draft is filled.
func course() []reportStep {
	return []reportStep{
		stepCategory, stepPosts, stepWhat, stepWhere, stepWhen, stepWho, stepEvidence, stepReview,
	}
}

// most is how many messages of a session are remembered for the deletion.
const mostRemembered = 1000

// session is what is known of a chat with a draft or an open report. Only the
// handler of the chat's update touches it; touched, busy and alive are guarded
// by the Reporting.
type session struct {
	step     reportStep
	touched  time.Time
	busy     int
	alive    bool  // something would be lost, as of the last update
	update   int64 // the last one
	ids      []int // messages of both sides
	letter   *sheet
	sent     *sent
	look     *look
	came     int          // files, kept or not
	attached map[int]bool // messages whose file was dealt with
	waiting  []File       // that cannot be cleaned, until the reporter chooses
}

// sent is what is left of a draft that was sent.
type sent struct {
	sending  report.Sending
	group    int  // that is to be typed back, from 1
	shown    bool // the receipt is out
	accepted bool // and the report counts
}

// look is an open report. Its parts are a message that is being written.
type look struct {
	opened *report.Case
	parts  []part
}

// sheet is a draft as the conversation sees it.
type sheet struct {
	draft    *report.Draft
	posts    []report.Post
	out      []string // ids of posts
	parts    []part
	asked    map[int]report.Field // which message of ours asks for what
	changing bool                 // a field is changed; the review comes next
	fresh    bool                 // the next text replaces the field
	last     lastText
}

// lastText is the text that came last and may go on.
type lastText struct {
	part part
	date int64 // when it was written, in Unix seconds
	long bool
}

// part is the text of one message.
type part struct {
	message int
	field   report.Field
	text    string
}

func newLetter() *sheet { return &sheet{asked: map[int]report.Field{}} }

// live tells whether something is being written that would be lost.
func (s *session) live() bool {
	switch {
	case s == nil || s.step == stepDone:
		return false
	case s.letter != nil:
		return s.step != stepIntro || !s.letter.empty()
	}
	return s.look != nil && len(s.look.parts) > 0
}

// remember keeps the id of a message for the deletion.
func (s *session) remember(id int) {
	if id != 0 && len(s.ids) < mostRemembered && !slices.Contains(s.ids, id) {
		s.ids = append(s.ids, id)
	}
}

// gone tells that the intake has given the draft up.
func (l *sheet) gone() bool { return l != nil && l.draft != nil && l.draft.Gone() }

// text is what stands in a field.
func (l *sheet) text(f report.Field) string {
	var all []string
	for _, p := range l.parts {
		if p.field == f {
			all = append(all, p.text)
		}
	}
	return strings.Join(all, "\n")
}

func (l *sheet) runes(f report.Field) int { return utf8.RuneCountInString(l.text(f)) }

// empty tells that nothing was said or sent yet.
func (l *sheet) empty() bool {
	return len(l.parts) == 0 && (l.draft == nil || len(l.draft.Files()) == 0)
}

// put adds a message to its field, or replaces what it said before, as far as
// there is room. It returns how many characters of it are in.
func (l *sheet) put(p part, most int) int {
	p.text = strings.TrimSpace(p.text)
	at := slices.IndexFunc(l.parts, func(o part) bool { return o.message == p.message })
	if at >= 0 {
		p.field = l.parts[at].field
		l.parts[at].text = ""
	}
	room := most - l.runes(p.field)
	if l.text(p.field) != "" {
		room-- // the line break
	}
	runes := []rune(p.text)
	kept := max(0, min(len(runes), room))
	p.text = string(runes[:kept])
	switch {
	case at >= 0:
		l.parts[at] = p
	case kept > 0:
		l.parts = append(l.parts, p)
	}
	l.parts = slices.DeleteFunc(l.parts, func(o part) bool { return o.text == "" })
	return kept
}

// take removes a message and returns what it said.
func (l *sheet) take(message int) (string, bool) {
	at := slices.IndexFunc(l.parts, func(p part) bool { return p.message == message })
	if at < 0 {
		return "", false
	}
	text := l.parts[at].text
	l.parts = slices.Delete(l.parts, at, at+1)
	return text, true
}

// clear empties a field.
func (l *sheet) clear(f report.Field) {
	l.parts = slices.DeleteFunc(l.parts, func(p part) bool { return p.field == f })
}

// next is the step after one.
func (l *sheet) next(at reportStep) reportStep {
	if l.changing {
		return stepReview
	}
	all := course()
	for i := slices.Index(all, at) + 1; i < len(all); i++ {
		if all[i] != stepPosts || len(l.posts) > 1 {
			return all[i]
		}
	}
	return stepReview
}

// fieldOf is the field that a step fills; what is written where buttons are
// waited for belongs to the story.
func fieldOf(s reportStep) report.Field {
	switch s {
	case stepWhere:
		return report.DiMana
	case stepWhen:
		return report.Kapan
	case stepWho:
		return report.Siapa
	case stepEvidence:
		return report.Bukti
	}
	return report.Apa
}

// question is how a field is asked for.
type question struct {
	step        reportStep
	field       report.Field
	title       string
	placeholder string
}

func questions() []question {
	return []question{
		{stepCategory, report.Kategori, "Kategori", ""},
		{stepWhat, report.Apa, "Apa yang terjadi", "Tulis kejadiannya"},
		{stepWhere, report.DiMana, "Di mana", "Tempat atau grup"},
		{stepWhen, report.Kapan, "Kapan", "Tanggal atau perkiraan"},
		{stepWho, report.Siapa, "Siapa yang terlibat", "Jabatan mereka"},
		{stepEvidence, report.Bukti, "Bukti", "Kirim berkas atau keterangan"},
	}
}

// questionAt finds a question by its step or its field, and its number.
func questionAt(s reportStep, f report.Field) (question, int) {
	for i, q := range questions() {
		if q.step == s || q.field == f {
			return q, i + 1
		}
	}
	return question{}, 0
}
