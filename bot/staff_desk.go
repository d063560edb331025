package bot

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

// Verbs of the curators' buttons; their first argument is a group of
// unanswered questions.
const (
	verbGroup   = "zg"
	verbAssign  = "za" // b: mark of one of the nearest topics
	verbAnswerQ = "zj" // asks for an answer
	verbIgnore  = "zi"
	verbInbox   = "zl" // no group
	verbConsole = "zk" // no group
)

// Numbers of the curators' pages.
const (
	inboxMost = 5   // groups in a list
	nearMost  = 3   // topics to choose from
	maxData   = 64  // bytes of a button, Telegram's limit
	maxSample = 120 // characters of a question in a list
)

// staffTap is what a button of the staff does, after the role was looked up.
type staffTap func(ctx context.Context, u curation.User, a, b string) (Reply, error)

func (b *Bot) staffVerbs() map[string]staffTap {
	return map[string]staffTap{
		verbGroup:   b.openGroup,
		verbAssign:  b.assign,
		verbAnswerQ: b.askAnswer,
		verbIgnore:  b.ignore,
		verbInbox: func(ctx context.Context, u curation.User, _, _ string) (Reply, error) {
			return b.inbox(ctx, u)
		},
		verbConsole: func(ctx context.Context, u curation.User, _, _ string) (Reply, error) {
			r, err := b.console(ctx, u)
			r.Fresh = true
			return r, err
		},
	}
}

// staffTaps answers the buttons of the staff; false: it is none of them.
func (b *Bot) staffTaps(ctx context.Context, u Update) (Reply, bool, error) {
	verb, group, arg, ok := splitData(u.Tap.Data)
	act, found := b.staffVerbs()[verb]
	if b.crew == nil || !ok || !found {
		return Reply{}, false, nil
	}
	roles := []curation.Role{curation.Kurator}
	if verb == verbConsole {
		roles = anyRole()
	}
	user, ok, err := b.who(ctx, u.User, roles...)
	switch {
	case err != nil:
		return Reply{Toast: textTrouble}, true, err
	case !ok:
		return Reply{Toast: textStale}, true, nil
	}
	r, err := act(ctx, user, group, arg)
	if errors.Is(err, curation.ErrNotFound) || errors.Is(err, curation.ErrState) {
		return Reply{HTML: escape(textGroupGone), Buttons: [][]Button{{nextGroup()}}}, true, nil
	}
	if errors.Is(err, curation.ErrForbidden) {
		return Reply{Toast: textStale}, true, nil
	}
	if err != nil && r.HTML == "" {
		r.Toast = textTrouble
	}
	return r, true, err
}

func nextGroup() Button { return keyTo(labelInbox, verbInbox, "", "") }

// inbox lists the biggest groups.
func (b *Bot) inbox(ctx context.Context, _ curation.User) (Reply, error) {
	groups, total, err := b.crew.Desk.Inbox(ctx, curation.Filter{Limit: inboxMost})
	if err != nil {
		return Reply{HTML: textTrouble}, fmt.Errorf("list unanswered questions: %w", err)
	}
	return inboxPage(textInbox, groups, total), nil
}

func inboxPage(head string, groups []curation.Group, total int) Reply {
	if len(groups) == 0 {
		return Reply{HTML: escape(textInboxEmpty)}
	}
	lines := []string{bold(fmt.Sprintf(head, total)), ""}
	var rows [][]Button
	for i, g := range groups[:min(inboxMost, len(groups))] {
		line := fmt.Sprintf("%d. (%d×) %s", i+1, g.Count, cut(sample(g), maxSample))
		lines = append(lines, escape(line))
		if open, ok := groupKey(line, verbGroup, g.ID, ""); ok {
			rows = append(rows, []Button{open})
		}
	}
	rows = append(rows, []Button{keyTo(labelConsole, verbConsole, "", "")})
	return Reply{HTML: strings.Join(lines, "\n"), Buttons: rows}
}

func sample(g curation.Group) string {
	if len(g.Samples) == 0 {
		return "(tanpa contoh)"
	}
	return g.Samples[0]
}

// cut shortens a text to so many characters.
func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// groupKey is a button about a group; false when its data would not fit.
func groupKey(label, verb, group, arg string) (Button, bool) {
	k := keyTo(label, verb, group, arg)
	return k, len(k.Data) <= maxData && !strings.Contains(group, ":")
}

func (b *Bot) openGroup(ctx context.Context, _ curation.User, group, _ string) (Reply, error) {
	g, err := b.crew.Desk.GroupOf(ctx, group)
	if err != nil {
		return Reply{}, fmt.Errorf("open a group of questions: %w", err)
	}
	return b.groupPage(g), nil
}

// groupPage shows a group and what can be done with it.
func (b *Bot) groupPage(g curation.Group) Reply {
	parts := []string{bold(fmt.Sprintf(textGroup, g.Count)) + "\n" + italic(days(g.First, g.Last))}
	var lines []string
	for _, s := range g.Samples {
		lines = append(lines, "• "+escape(s))
	}
	parts = append(parts, strings.Join(lines, "\n"))
	near, lines := b.near(g), nil
	var keys []Button
	for i, t := range near {
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, escape(t.Title)))
		if k, ok := groupKey(labelAssign+t.Title, verbAssign, g.ID, topicMark(t.ID)); ok {
			keys = append(keys, k)
		}
	}
	if len(lines) > 0 {
		parts = append(parts, bold(textNear)+"\n"+strings.Join(lines, "\n"))
	}
	if g.Waiting > 0 {
		parts = append(parts, escape(fmt.Sprintf(textWaiting, g.Waiting)))
	}
	var rows [][]Button
	for _, k := range keys {
		rows = append(rows, []Button{k})
	}
	answer, fits := groupKey(labelAnswerQ, verbAnswerQ, g.ID, "")
	ignore, _ := groupKey(labelIgnore, verbIgnore, g.ID, "")
	if fits {
		rows = append(rows, []Button{answer, ignore})
	}
	rows = append(rows, []Button{keyTo(labelConsole, verbConsole, "", ""), nextGroup()})
	return Reply{HTML: clip(parts), Buttons: rows}
}

func days(first, last knowledge.Day) string {
	if first == last {
		return longDay(first)
	}
	return longDay(first) + " sampai " + longDay(last)
}

// near are the nearest topics of a group that are still in the base.
func (b *Bot) near(g curation.Group) []*knowledge.Topic {
	var all []*knowledge.Topic
	for _, c := range g.Near {
		if t := b.dialog.ask.Base().Topic(c.Topic); t != nil && len(all) < nearMost {
			all = append(all, t)
		}
	}
	return all
}

// topicMark names a topic in the data of a button beside the id of a group,
// where the topic's own id has no room.
func topicMark(topic string) string {
	h := fnv.New32a()
	h.Write([]byte(topic))
	return strconv.FormatUint(uint64(h.Sum32()), 16)
}

// assign makes the questions that the curator saw ways of asking of a topic.
func (b *Bot) assign(ctx context.Context, u curation.User, group, mark string) (Reply, error) {
	g, err := b.crew.Desk.GroupOf(ctx, group)
	if err != nil {
		return Reply{}, fmt.Errorf("open a group of questions: %w", err)
	}
	for _, t := range b.near(g) {
		if topicMark(t.ID) != mark {
			continue
		}
		if _, err := b.crew.Desk.Assign(ctx, u, group, t.ID, g.Samples); err != nil {
			return Reply{}, fmt.Errorf("assign a group of questions: %w", err)
		}
		html := fmt.Sprintf(escape(textAssigned), bold(t.Title))
		return Reply{HTML: html, Buttons: [][]Button{{nextGroup()}}}, nil
	}
	r := b.groupPage(g) // its nearest topics have changed since
	r.Toast = textNearChanged
	return r, nil
}

func (b *Bot) ignore(ctx context.Context, u curation.User, group, _ string) (Reply, error) {
	if _, err := b.crew.Desk.Ignore(ctx, u, group); err != nil {
		return Reply{}, fmt.Errorf("ignore a group of questions: %w", err)
	}
	return Reply{HTML: escape(textIgnored), Buttons: [][]Button{{nextGroup()}}}, nil
}

// askAnswer asks for an answer as a reply to the message. The message names
// the group, so that nothing has to be remembered.
func (b *Bot) askAnswer(ctx context.Context, _ curation.User, group, _ string) (Reply, error) {
	g, err := b.crew.Desk.GroupOf(ctx, group)
	if err != nil {
		return Reply{}, fmt.Errorf("open a group of questions: %w", err)
	}
	parts := []string{escape(textAnswerAsk), italic(cut(sample(g), maxSample)), escape(answerMark + g.ID)}
	return Reply{HTML: joined(parts), Ask: textAnswerHint, Fresh: true}, nil
}

// answerMark begins the last line of a message that asks for an answer.
const answerMark = "Kode pertanyaan: "

// answered is the group to which a message replies.
func (b *Bot) answered(ctx context.Context, u Update) (group string, ok bool) {
	i := strings.LastIndex(u.ReplyTo.Text, "\n"+answerMark)
	if i < 0 || !u.ReplyTo.FromBot || u.ReplyTo.User != b.self(ctx).ID {
		return "", false
	}
	group = u.ReplyTo.Text[i+1+len(answerMark):]
	return group, group != "" && !strings.Contains(group, "\n")
}

// draft keeps the text of a reply as a proposed answer.
func (b *Bot) draft(ctx context.Context, u Update, group string) (Reply, error) {
	user, ok, err := b.who(ctx, u.User, curation.Kurator)
	switch {
	case err != nil:
		return Reply{HTML: textTrouble}, err
	case !ok:
		return Reply{HTML: escape(textStaffOnly)}, nil
	case u.Edited:
		return Reply{HTML: escape(textAnswerEdited)}, nil
	case u.Text == "" || u.Media != "" || u.Command != "":
		return Reply{HTML: escape(textAnswerText)}, nil
	}
	err = b.crew.Desk.ReplyDraft(ctx, user, group, u.Text)
	switch {
	case errors.Is(err, curation.ErrNotFound) || errors.Is(err, curation.ErrState):
		return Reply{HTML: escape(textGroupGone), Buttons: [][]Button{{nextGroup()}}}, nil
	case err != nil:
		return Reply{HTML: textTrouble}, fmt.Errorf("keep a proposed answer: %w", err)
	}
	return Reply{HTML: escape(textAnswerKept), Buttons: [][]Button{{nextGroup()}}}, nil
}
