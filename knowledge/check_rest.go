package knowledge

import (
	"fmt"
	"strings"
)

func errUnknownGroup(t *Topic) error {
	return fmt.Errorf("groups.yaml:1: topic %q names the group %q, which does not hold its file",
		t.ID, t.Group)
}

func (l *loader) checkRest(b *Base) {
	for i, r := range b.Rules {
		at := place{"rules.yaml", "$"}.at(i)
		if !known(whoLabels(), r.Who) {
			l.complain(at.in("who"), "person %q is unknown", r.Who)
		}
		for j, c := range r.Basis {
			if ins := b.Instrument(c.Instrument); ins == nil {
				l.complain(at.in("basis").at(j), "instrument %q is not in the registry", c.Instrument)
			}
		}
	}
	for i, c := range b.Outside {
		at := place{"outside.yaml", "$"}.at(i)
		l.checkSentence(at.in("reply"), at, c.Reply, MaxPart, true)
	}
	for i, q := range b.Quiz {
		l.checkQuiz(b, q, place{"quiz.yaml", "$"}.at(i))
	}
	const pledges = 4 // the ikrar has four commitments; see sources.yaml, bandung-2023
	if len(b.Pledge) != pledges {
		l.complain(place{"pledge.yaml", "$"}, "the pledge has %d commitments, not %d", len(b.Pledge), pledges)
	}
}

func (l *loader) checkQuiz(b *Base, q Question, at place) {
	if b.Topic(q.Topic) == nil {
		l.complain(at.in("topic"), "topic %q does not exist", q.Topic)
	}
	if q.Level < 1 || q.Level > 3 {
		l.complain(at.in("level"), "level %d is not 1, 2 or 3", q.Level)
	}
	if len(q.Choices) < 2 || q.Right < 0 || q.Right >= len(q.Choices) {
		l.complain(at, "a question needs at least two choices and the index of the right one")
	}
	l.checkSentence(at.in("situation"), at, q.Situation, MaxPart, true)
	l.checkSentence(at.in("why"), at, q.Why, MaxPart, true)
}

// checkAsks refuses a wording that stands under two topics and a topic with
// fewer wordings than it needs. It compares letters and digits only; the
// matcher compares normal forms and refuses more.
func (l *loader) checkAsks(b *Base) {
	owner := map[string]string{}
	for _, t := range b.Topics {
		file := "asks/" + t.ID + ".txt"
		if len(t.Asks) < minAsks {
			l.problems = append(l.problems, fmt.Errorf(
				"%s:1: %d ways of asking, at least %d are needed; add some",
				file, len(t.Asks), minAsks))
		}
		for _, a := range t.Asks {
			l.own(owner, file, a)
		}
	}
	for _, c := range b.Outside {
		for _, a := range c.Lines {
			l.own(owner, "outside/"+c.ID+".txt", a)
		}
	}
}

func (l *loader) own(owner map[string]string, file, line string) {
	key := strings.ToLower(strings.Join(strings.Fields(line), " "))
	if first, ok := owner[key]; ok {
		l.problems = append(l.problems, fmt.Errorf("%s:%d: %q stands in %s already; keep one of the two",
			file, l.lineOf(file, line), line, first))
		return
	}
	owner[key] = file
}

// lineOf finds the line of a wording in its plain file again.
func (l *loader) lineOf(file, line string) int {
	data, ok := l.read(file)
	if !ok {
		return 1
	}
	n := 0
	for i, s := range strings.Split(string(data), "\n") {
		if strings.TrimSpace(s) == line {
			n = i + 1
		}
	}
	return max(n, 1)
}
