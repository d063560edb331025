package bot

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"strings"

	"tanyanetral/knowledge"
)

// maxScore is how far a score counts before it begins anew: it has to fit
// into the data of a button.
const maxScore = 99

// score is how many questions were answered and how many of them rightly. It
// lives in the data of the buttons alone.
type score struct{ right, asked int }

func (s score) String() string { return strconv.Itoa(s.right) + "." + strconv.Itoa(s.asked) }

func parseScore(text string) (score, bool) {
	left, right, _ := strings.Cut(text, ".")
	r, err1 := strconv.Atoi(left)
	n, err2 := strconv.Atoi(right)
	ok := err1 == nil && err2 == nil && r >= 0 && r <= n && n <= maxScore
	return score{r, n}, ok
}

// quiz asks a question; the update decides which, so that the same update
// that comes twice asks the same.
func (d *Dialog) quiz(_ context.Context, update int64, _ string) (Reply, error) {
	all := d.ask.Base().Quiz
	if len(all) == 0 {
		return d.noQuiz(), nil
	}
	order := d.quizOrder(len(all))
	return quizQuestion(all[order[int(uint64(update)%uint64(len(all)))]], score{}), nil
}

func (d *Dialog) noQuiz() Reply {
	keys := []Button{keyTo(labelGroups, verbGroups, "", ""), keyTo(labelRecheck, verbRecheck, "", "")}
	return Reply{HTML: bold(textQuizHead) + "\n\n" + escape(textNoQuiz), Buttons: [][]Button{keys}}
}

// quizOrder shuffles the questions by the day: within a day every question
// comes once before any comes again.
func (d *Dialog) quizOrder(n int) []int {
	h := fnv.New64a()
	h.Write([]byte(knowledge.DayOf(d.now().In(d.set.Zone))))
	return rand.New(rand.NewPCG(h.Sum64(), uint64(n))).Perm(n)
}

// quizMark names a question in the data of a button, whatever its place in
// the list is after an upgrade.
func quizMark(q knowledge.Question) string {
	h := fnv.New32a()
	h.Write([]byte(q.Situation))
	return fmt.Sprintf("%08x", h.Sum32())
}

// quizFind returns the question with a mark and its place in the day's order.
func (d *Dialog) quizFind(mark string) (q knowledge.Question, at int, ok bool) {
	all := d.ask.Base().Quiz
	for at, i := range d.quizOrder(len(all)) {
		if quizMark(all[i]) == mark {
			return all[i], at, true
		}
	}
	return knowledge.Question{}, 0, false
}

func quizQuestion(q knowledge.Question, s score) Reply {
	lines := []string{quizTop(q), ""}
	var rows [][]Button
	for i, c := range q.Choices {
		choice := letter(i) + ". " + c
		lines = append(lines, escape(choice))
		rows = append(rows, []Button{keyTo(choice, verbQuiz, quizMark(q), strconv.Itoa(i)+"."+s.String())})
	}
	return Reply{HTML: strings.Join(lines, "\n"), Buttons: rows}
}

func quizTop(q knowledge.Question) string {
	levels := []string{"mudah", "sedang", "sulit"}
	level := levels[min(max(q.Level, 1), len(levels))-1]
	return bold(textQuizHead) + " (" + level + ")\n\n" + escape(q.Situation)
}

func letter(i int) string { return string(rune('A' + i)) }

// quizAnswer tells right from wrong, and why.
func (d *Dialog) quizAnswer(s step) (Reply, bool) {
	head, tail, _ := strings.Cut(s.b, ".")
	choice, err := strconv.Atoi(head)
	sum, ok := parseScore(tail)
	q, _, found := d.quizFind(s.a)
	if err != nil || !ok || !found || choice < 0 || choice >= len(q.Choices) {
		return Reply{}, false
	}
	if sum.asked == maxScore {
		sum = score{}
	}
	sum.asked++
	result := fmt.Sprintf(textQuizWrong, letter(q.Right), q.Choices[q.Right])
	if choice == q.Right {
		sum.right++
		result = textQuizRight
	}
	parts := []string{
		quizTop(q),
		escape("Pilihan Anda: " + letter(choice) + ". " + q.Choices[choice]),
		bold(result), escape(q.Why),
		italic(fmt.Sprintf(textQuizScore, sum.right, sum.asked)),
	}
	rows := [][]Button{{keyTo(labelQuizNext, verbQuizNext, s.a, sum.String())}}
	if d.ask.Base().Topic(q.Topic) != nil {
		rows = append(rows, []Button{keyTo(labelQuizTopic, verbFresh, q.Topic, "")})
	}
	return Reply{HTML: joined(parts), Buttons: rows}, true
}

// quizNext asks the question after the one that a button names.
func (d *Dialog) quizNext(s step) (Reply, bool) {
	sum, ok := parseScore(s.b)
	_, at, found := d.quizFind(s.a)
	if !ok || !found {
		return Reply{}, false
	}
	all := d.ask.Base().Quiz
	return quizQuestion(all[d.quizOrder(len(all))[(at+1)%len(all)]], sum), true
}
