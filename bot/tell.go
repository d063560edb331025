package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

// waits keeps who wants to be told that a question was answered.
type waits interface {
	// AddWait keeps a chat, encrypted, beside a logged question until a day;
	// [curation.ErrNotFound] when the question is no longer there.
	AddWait(ctx context.Context, chat int64, gap string, until knowledge.Day) error
	// ForgetChat erases the waits and the held replies of a chat and returns how
	// many there were.
	ForgetChat(ctx context.Context, chat int64) (int, error)
}

// Verbs of the buttons around "kabari saya"; their argument is the id of the
// logged question.
const (
	verbTell    = "w"
	verbTellYes = "wy"
	verbTellNo  = "wn"
)

// waitDays is how long a chat is kept for an answer, from the design's
// decision on identity.
const waitDays = 60

// offerTell is the button to be told of the answer to a logged question; none
// where nobody can be told, or the question was not logged now: an update that
// comes again gets the same reply without it.
func (d *Dialog) offerTell(gap string) [][]Button {
	if d.set.Waits == nil || !isGapID(gap) {
		return nil
	}
	return [][]Button{{keyTo(labelTell, verbTell, gap, "")}}
}

// isGapID reports whether an id looks like those of logged questions: 32
// hexadecimal digits.
func isGapID(s string) bool {
	for _, r := range s {
		if (r < '0' || r > '9') && (r < 'a' || r > 'f') {
			return false
		}
	}
	return len(s) == 32
}

// tell asks for consent before anything is kept.
func (d *Dialog) tell(_ context.Context, p Press, gap string) (Reply, error) {
	if !d.canTell(p, gap) {
		return Reply{Toast: textStale}, nil
	}
	html := fmt.Sprintf(textTellAsk, waitDays, longDay(d.waitUntil()))
	return Reply{HTML: html, Buttons: [][]Button{{
		keyTo(labelTellYes, verbTellYes, gap, ""), keyTo(labelTellNo, verbTellNo, gap, ""),
	}}}, nil
}

func (d *Dialog) canTell(p Press, gap string) bool {
	return d.set.Waits != nil && p.Chat != 0 && isGapID(gap)
}

// waitUntil is the last day on which a chat is kept that is noted today.
func (d *Dialog) waitUntil() knowledge.Day {
	return knowledge.DayOf(d.now().In(d.set.Zone).AddDate(0, 0, waitDays))
}

// tellYes keeps the chat until the question is answered.
func (d *Dialog) tellYes(ctx context.Context, p Press, gap string) (Reply, error) {
	if !d.canTell(p, gap) {
		return Reply{Toast: textStale}, nil
	}
	until := d.waitUntil()
	err := d.set.Waits.AddWait(ctx, p.Chat, gap, until)
	switch {
	case errors.Is(err, curation.ErrNotFound):
		return Reply{HTML: escape(textTellGone)}, nil
	case err != nil:
		return Reply{Toast: textTrouble}, fmt.Errorf("keep who wants to be told: %w", err)
	}
	return Reply{HTML: fmt.Sprintf(textTellYes, longDay(until))}, nil
}

// tellNo keeps nothing and offers it again.
func (d *Dialog) tellNo(_ context.Context, p Press, gap string) (Reply, error) {
	if !d.canTell(p, gap) {
		return Reply{Toast: textStale}, nil
	}
	return Reply{HTML: escape(textTellNo), Buttons: d.offerTell(gap)}, nil
}

// news is the message to who waited for an answer.
func (d *Dialog) news(t *knowledge.Topic) Reply {
	html := bold(textTold) + "\n\n" + bold(t.Title) + "\n\n" + d.answer(t, knowledge.Slots{})
	return Reply{HTML: html, Buttons: answerButtons(t, ""), Topic: t.ID}
}

// Tell sends the answer on a topic to a chat that waited for it. After nil the
// chat is to be forgotten: it was told, or nobody is there any more. A topic
// that is not in the base is [curation.ErrNotFound].
func (b *Bot) Tell(ctx context.Context, chat int64, topic string) error {
	t := b.dialog.ask.Base().Topic(topic)
	if t == nil {
		return fmt.Errorf("tell of the answer on topic %q: %w", topic, curation.ErrNotFound)
	}
	err := b.send(ctx, chat, 0, b.dialog.news(t))
	var api *APIError
	if errors.As(err, &api) && api.Unknown() {
		return nil
	}
	return err
}

// privacy says all that is kept.
func (d *Dialog) privacy() Reply {
	html := textPrivacy
	if d.set.Waits != nil {
		html += fmt.Sprintf(textPrivacyWaits, waitDays, int(heldLife/time.Hour))
	}
	if d.set.BackupDays > 0 {
		html += fmt.Sprintf(textPrivacyBackups, d.set.BackupDays)
	}
	return Reply{HTML: html + textPrivacyEnd}
}

// erased says what was erased of a chat, and what else there is.
func (d *Dialog) erased(n int) Reply {
	head := textNothingKept
	if n > 0 {
		head = fmt.Sprintf(textErased, n)
	}
	html := textEraseHead + head + textEraseRest
	if d.set.BackupDays > 0 && n > 0 {
		html += fmt.Sprintf(textEraseBackups, d.set.BackupDays)
	}
	return Reply{HTML: html + textEraseEnd}
}

// erase removes what is kept of a chat in the database and in memory.
func (b *Bot) erase(ctx context.Context, chat int64) (Reply, error) {
	b.dialog.set.Count("command", "hapus")
	b.memory.forget(chat)
	if b.dialog.set.Waits == nil {
		return b.dialog.erased(0), nil
	}
	n, err := b.dialog.set.Waits.ForgetChat(ctx, chat)
	if err != nil {
		return Reply{HTML: textTrouble}, fmt.Errorf("erase what is kept of a chat: %w", err)
	}
	return b.dialog.erased(n), nil
}
