package bot

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tanyanetral/knowledge"
)

// commandsOfWays are the commands whose replies have pages behind them.
func commandsOfWays() []string {
	return []string{
		"topik", "cek", "kuis", "ikrar", "sanksi", "dasar", "tahapan", "sosialisasi", "hapus", "kontak", "bantuan",
	}
}

func testCalendar(t *testing.T, elections string) *knowledge.Calendar {
	t.Helper()
	c, err := knowledge.ParseCalendar([]byte("elections:\n" + elections))
	if err != nil {
		t.Fatal(err)
	}
	return &c
}

const pemilu2029 = `- {name: Pemilu 2029, begins: 2027-06-01, nominated: 2028-11-01,
     campaign_from: 2028-11-28, campaign_until: 2029-02-10, quiet_until: 2029-02-13, vote: 2029-02-14,
     ends: 2029-10-31}
`

// testQuiz is a quiz of four questions, whatever the base ships with.
func testQuiz() []knowledge.Question {
	var all []knowledge.Question
	for i, s := range []string{"Satu", "Dua", "Tiga", "Empat"} {
		all = append(all, knowledge.Question{
			Topic: "golput", Level: i%3 + 1, Situation: s + " <b>?", Right: i % 3,
			Choices: []string{"Boleh", "Tidak boleh", "Bergantung"}, Why: "Karena " + s + ".",
		})
	}
	return all
}

func withQuiz(t *testing.T, quiz []knowledge.Question) *knowledge.Base {
	t.Helper()
	b := *loadBase(t)
	b.Quiz = quiz
	return &b
}

// TestEveryWayIsWalked presses every button that can be reached from every
// command, but of the self-check only some: each leads somewhere, each page
// fits, each first reply is short, and no button carries too much.
func TestEveryWayIsWalked(t *testing.T) {
	base := loadBase(t)
	quiet := strings.NewReplacer("2029", "2034", "2028", "2033", "2027", "2032").Replace(pemilu2029)
	for name, cal := range map[string]*knowledge.Calendar{
		"no calendar": nil, "election": testCalendar(t, pemilu2029), "quiet year": testCalendar(t, quiet),
	} {
		t.Run(name, func(t *testing.T) {
			w := walk{t, newTestDialog(t, script{base: base}, &notebook{},
				Settings{Calendar: fixed(cal), Contact: strings.Repeat("kantor ", 10)}), map[string]bool{}}
			for _, command := range commandsOfWays() {
				r, err := w.d.Command(t.Context(), 5, command, "sembarang <isi>")
				if err != nil || r.HTML == "" {
					t.Fatalf("/%s: %+v, %v", command, r, err)
				}
				if n := length(r.HTML); n > maxFirst {
					t.Errorf("/%s: the first reply has %d characters, at most %d fit", command, n, maxFirst)
				}
				if name == "election" { // the pages behind depend little on the calendar
					w.press(command, r)
				}
			}
			if name == "election" && len(w.seen) < 5*len(base.Topics) {
				t.Errorf("only %d buttons were pressed", len(w.seen))
			}
		})
	}
}

// TestEveryQuestionFits looks at the questions that the base ships with.
func TestEveryQuestionFits(t *testing.T) {
	d := newTestDialog(t, script{}, nil, Settings{})
	marks := map[string]bool{}
	for _, q := range d.ask.Base().Quiz {
		r := quizQuestion(q, score{maxScore, maxScore})
		checkButtons(t, q.Situation, r)
		if n := length(r.HTML); n > maxFirst || len(r.Buttons) != len(q.Choices) {
			t.Errorf("%q: %d characters, %d buttons", q.Situation, n, len(r.Buttons))
		}
		if marks[quizMark(q)] {
			t.Errorf("%q has the mark of another question", q.Situation)
		}
		marks[quizMark(q)] = true
		answer, err := d.Tap(t.Context(), Press{Update: 1, Data: r.Buttons[q.Right][0].Data})
		if err != nil || !strings.Contains(answer.HTML, textQuizRight) || length(answer.HTML) > maxMessage {
			t.Errorf("%q: %q, %v", q.Situation, answer.HTML, err)
		}
	}
}

// walk presses buttons that were not pressed yet.
type walk struct {
	t    *testing.T
	d    *Dialog
	seen map[string]bool
}

func (w walk) press(from string, r Reply) {
	w.t.Helper()
	checkButtons(w.t, from, r)
	if n := length(r.HTML); n > maxMessage {
		w.t.Errorf("%s: %d characters", from, n)
	}
	for _, b := range slices.Concat(r.Buttons...) {
		verb, a, acts, _ := splitData(b.Data)
		several := verb == verbCheck && a[0] == pageSeveral && len(acts) > 1
		far := verb == verbCheck && a[0] != pageWho && a[1] != 'c' // the other persons have a test of their own
		scored := (verb == verbQuiz || verb == verbQuizNext) && len(acts) > len("0.0.1")
		if w.seen[b.Data] || several || far || scored || len([]rune(b.Label)) > maxLabel {
			if len([]rune(b.Label)) > maxLabel {
				w.t.Errorf("%s: the label %q is too long", from, b.Label)
			}
			continue
		}
		w.seen[b.Data] = true
		next, err := w.d.Tap(w.t.Context(), Press{Update: 5, Data: b.Data, Question: "/topik"})
		if err != nil || next.HTML == "" && next.Toast == "" || next.Toast == textStale {
			w.t.Fatalf("%s [%s] %s: %+v, %v", from, b.Label, b.Data, next, err)
		}
		if len([]rune(next.Toast)) > 200 {
			w.t.Errorf("%s [%s]: the notice is too long", from, b.Label)
		}
		w.press(b.Data, next)
	}
}

// TestWaysGolden holds the first replies of the ways. Run with -update to
// write anew, then read the difference aloud.
func TestWaysGolden(t *testing.T) {
	base := withQuiz(t, testQuiz())
	d := newTestDialog(t, script{base: base}, nil,
		Settings{Contact: "BKPSDM Kabupaten Contoh", Calendar: fixed(testCalendar(t, pemilu2029))})
	for _, name := range commandsOfWays() {
		t.Run(name, func(t *testing.T) {
			r, err := d.Command(t.Context(), 5, name, "")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "cara-"+name, r.HTML+"\n\n"+TerminalButtons(r)+"\n")
		})
	}
}

func TestDeepLinks(t *testing.T) {
	d := newTestDialog(t, script{base: withQuiz(t, testQuiz())}, nil, Settings{})
	for args, want := range map[string]string{
		"cek": textAskWho, "kuis": textQuizHead, "topik": textTopics, " topik ": textTopics,
		"sanksi": "Selamat datang", "start": "Selamat datang", "CEK": "Selamat datang",
	} {
		if r, err := d.Command(t.Context(), 1, "start", args); err != nil || !strings.Contains(r.HTML, want) {
			t.Errorf("/start %s: %q, %v; want %q", args, r.HTML, err, want)
		}
	}
}

// TestForgedSteps: what no page has written gets the sentence on old buttons.
func TestForgedSteps(t *testing.T) {
	d := newTestDialog(t, script{base: withQuiz(t, testQuiz())}, &notebook{}, Settings{})
	mark := quizMark(testQuiz()[0])
	for _, payload := range []string{
		"v1:gt:medsos:9", "v1:gt:medsos:-1", "v1:gt:medsos:", "v1:gt:tidak-ada:0", "v1:gt::0", "v1:gt:medsos:0x1",
		"v1:o:tidak-ada:0", "v1:o:golput:zz", "v1:o:golput:-1", "v1:f:tidak-ada:", "v1:l:berlaku:99", "v1:l:apa:0",
		"v1:u::5000", "v1:u::", "v1:q:" + mark + ":3.0.0", "v1:q:" + mark + ":-1.0.0", "v1:q:" + mark + ":0.5.2",
		"v1:q:00000000:0.0.0", "v1:q:" + mark + ":0", "v1:qn:00000000:0.0", "v1:qn:" + mark + ":x",
		"v1:k::", "v1:k:w:", "v1:k:z---:", "v1:k:a---:", "v1:k:az--:", "v1:k:pa--:", "v1:k:pa--:aa", "v1:k:pa--:A",
		"v1:k:sa-0:a", "v1:k:san-:a", "v1:k:sanz:a",
		"v1:k:sa?0:a", "v1:k:pa--:abcdef", "v2:g::", "v1:g:", "v1:xx:zz:",
	} {
		r, err := d.Tap(t.Context(), Press{Update: 1, Data: payload})
		if err != nil || r.HTML != "" || r.Toast != textStale {
			t.Errorf("%q: got %+v, %v; want the sentence on stale buttons", payload, r, err)
		}
	}
}

// TestWrongAnswer: nothing is written before the person has agreed; a command
// is no question, and the title of the topic stands for it.
func TestWrongAnswer(t *testing.T) {
	base := loadBase(t)
	for question, want := range map[string]string{
		"boleh golput?":            "scrubbed boleh golput?",
		"/tanya boleh golput?":     "scrubbed boleh golput?",
		"/tanya@bot boleh golput?": "scrubbed boleh golput?",
		"/topik":                   "scrubbed " + base.Topic("golput").Title,
		"":                         "scrubbed " + base.Topic("golput").Title,
	} {
		n := &notebook{}
		d := newTestDialog(t, script{base: base}, n, Settings{})
		r, err := d.Tap(t.Context(), Press{Update: 7, Data: data(verbWrong, "golput", knowledge.PPPK),
			Question: question})
		if err != nil || len(n.gaps) != 0 || !strings.Contains(r.HTML, "tanpa nama") {
			t.Fatalf("%q: %+v, %v, %d gaps", question, r, err, len(n.gaps))
		}
		r, err = d.Tap(t.Context(), Press{Update: 7, Data: r.Buttons[0][0].Data, Question: question})
		if err != nil || r.Toast != textNoted || !strings.Contains(r.HTML, "Boleh") {
			t.Errorf("%q: %+v, %v", question, r, err)
		}
		near := []knowledge.Candidate{{Topic: "golput", Confidence: 1}}
		gaps := []knowledge.Gap{
			{Text: want, Normal: "normal", Near: near, Day: "2029-02-12", Reason: knowledge.WrongRule},
		}
		if diff := cmp.Diff(gaps, n.gaps); diff != "" {
			t.Errorf("%q: logged (-want +got):\n%s", question, diff)
		}
	}
	broken := errors.New("disk is full")
	d := newTestDialog(t, script{base: base}, &notebook{err: broken}, Settings{})
	r, err := d.Tap(t.Context(), Press{Update: 7, Data: data(verbWrongYes, "golput", ""), Question: "apa"})
	if !errors.Is(err, broken) || r.Toast != textTrouble || r.HTML != "" {
		t.Errorf("a broken log: %+v, %v", r, err)
	}
}

// TestLevelsNameEveryLevel: the sentences are found in the data as it is.
func TestLevelsNameEveryLevel(t *testing.T) {
	r := newTestDialog(t, script{}, nil, Settings{}).levels()
	for _, want := range []string{
		"Sanksi moral:", "disiplin ringan:", "disiplin sedang:", "disiplin berat:", "tidak dengan hormat:",
		"dalam pemilu:", "dalam pilkada:", "PP 94/2021 Pasal 42 jo. PP 53/2010 Pasal 7 ayat (3)",
		"penurunan pangkat",
	} {
		if !strings.Contains(r.HTML, want) {
			t.Errorf("no %q in\n%s", want, r.HTML)
		}
	}
}

// TestEmptyBase: a base without quiz, sources and topics still answers.
func TestEmptyBase(t *testing.T) {
	d := newTestDialog(t, script{base: &knowledge.Base{}}, nil, Settings{})
	for _, name := range commandsOfWays() {
		if r, err := d.Command(t.Context(), 0, name, ""); err != nil || r.HTML == "" {
			t.Errorf("/%s: %+v, %v", name, r, err)
		}
	}
	if r, _ := d.Command(t.Context(), 0, "kuis", ""); !strings.Contains(r.HTML, "belum tersedia") {
		t.Errorf("an empty quiz: %q", r.HTML)
	}
}

// TestQuizTellsRightFromWrong answers every choice of every question; the
// score goes along, and a day's round asks each question once.
func TestQuizTellsRightFromWrong(t *testing.T) {
	quiz := testQuiz()
	d := newTestDialog(t, script{base: withQuiz(t, quiz)}, nil, Settings{})
	for _, q := range quiz {
		for i, b := range slices.Concat(quizQuestion(q, score{1, 2}).Buttons...) {
			r, err := d.Tap(t.Context(), Press{Update: 1, Data: b.Data, Question: "/kuis"})
			want, sum := "Belum tepat. Jawaban yang tepat: "+letter(q.Right), "benar 1 dari 3"
			if i == q.Right {
				want, sum = "✅ Benar.", "benar 2 dari 3"
			}
			if err != nil || !strings.Contains(r.HTML, want) || !strings.Contains(r.HTML, sum) ||
				!strings.Contains(r.HTML, escape(q.Why)) {
				t.Errorf("%s, choice %d: %q, %v", q.Situation, i, r.HTML, err)
			}
		}
	}
	first, err := d.Command(t.Context(), 3, "kuis", "")
	again, _ := d.Command(t.Context(), 3, "kuis", "")
	if err != nil || first.HTML != again.HTML {
		t.Errorf("the same update asks two questions: %q and %q (%v)", first.HTML, again.HTML, err)
	}
	seen := map[string]bool{}
	r := first
	for range quiz {
		seen[r.HTML] = true
		answer, _ := d.Tap(t.Context(), Press{Update: 4, Data: r.Buttons[0][0].Data})
		r, _ = d.Tap(t.Context(), Press{Update: 4, Data: answer.Buttons[0][0].Data})
	}
	if len(seen) != len(quiz) || r.HTML != first.HTML {
		t.Errorf("a round asks %d of %d questions", len(seen), len(quiz))
	}
	full := strconv.Itoa(maxScore)
	r, _ = d.Tap(t.Context(), Press{Update: 1,
		Data: data(verbQuiz, quizMark(quiz[0]), knowledge.Who("0."+full+"."+full))})
	if !strings.Contains(r.HTML, "benar 1 dari 1") {
		t.Errorf("a full score does not begin anew: %q", r.HTML)
	}
}
