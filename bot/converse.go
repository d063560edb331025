package bot

import (
	"context"
	"errors"
	"fmt"

	"tanyanetral/knowledge"
)

// textFlood is the one notice to who writes faster than anybody reads.
const textFlood = "Pesan Anda datang terlalu cepat, jadi sebagian tidak saya jawab. " +
	"Mohon tunggu sebentar, lalu kirim satu pertanyaan dalam satu pesan."

// converse answers a message in a private chat: at once, or, when it goes on
// with the one before or is an edited one, by editing the answer there is.
func (b *Bot) converse(ctx context.Context, u Update) error {
	switch b.memory.admit(u) {
	case mute:
		return nil
	case warn:
		return b.send(ctx, u.Chat, u.MessageID, Reply{HTML: textFlood})
	case pass:
	}
	plain := u.Command == "" && u.Text != "" && u.Media == "" && !u.Forwarded && !u.ReplyTo.FromBot
	first, going := b.memory.before(u)
	answer, known := b.memory.answerTo(u)
	var reply Reply
	var err error
	switch {
	case u.Edited && !known:
		return nil // answered long ago, or by an earlier run
	case u.Edited || !plain || !going:
		reply, err = b.reply(ctx, u)
	default:
		var joined bool
		if reply, joined, err = b.dialog.Join(ctx, u.ID, first.text, u.Text); joined {
			answer = first.answer
		}
	}
	if err != nil {
		b.log.Error("bot: a message was answered with an apology", "update", u.ID, "error", err)
	}
	id, err := b.put(ctx, u, answer, reply)
	if b.hold(ctx, u.Chat, reply.Topic, err) {
		return nil
	}
	if err == nil && id != 0 {
		b.memory.answered(u, id, plain && !u.Edited && answer == 0)
	}
	return err
}

// put makes a reply of the answer that there is, or sends it as a new one if
// there is none or it can no longer be edited. It returns the id; 0: nothing
// was to be said, or nobody is there any more.
func (b *Bot) put(ctx context.Context, u Update, answer int, r Reply) (int, error) {
	if r.HTML == "" {
		return 0, nil
	}
	out := r.outgoing(u.MessageID)
	if answer != 0 {
		err := b.wire.Edit(ctx, u.Chat, answer, out)
		var api *APIError
		switch {
		case err == nil:
			return answer, nil
		case isGone(err):
			return 0, nil
		case !errors.As(err, &api) || api.Code != 400:
			return 0, fmt.Errorf("edit an answer: %w", err)
		}
	}
	id, err := b.wire.Send(ctx, u.Chat, out)
	if err != nil && !isGone(err) {
		return 0, fmt.Errorf("send a reply: %w", err)
	}
	return id, nil
}

// Join answers a message that follows another within seconds: as one question
// with it, unless both are questions of their own or the two together are
// understood less well than each alone.
func (d *Dialog) Join(
	ctx context.Context, update int64, first, second string,
) (r Reply, joined bool, err error) {
	var heard [3]knowledge.Answer
	both := first + "\n" + second
	for i, text := range []string{first, second, both} {
		if heard[i], err = d.ask.Ask(ctx, text); err != nil {
			return Reply{HTML: textTrouble}, false, fmt.Errorf("answer a question in two parts: %w", err)
		}
	}
	text := both
	if !together(heard[0], heard[1], heard[2]) {
		text = second
	}
	r, err = d.Text(ctx, update, text)
	return r, text == both, err
}

func together(first, second, both knowledge.Answer) bool {
	whole := second.Zone == knowledge.Direct || second.Category != nil
	if first.Zone == knowledge.Direct && whole {
		return false
	}
	// What is not understood together either gets a reply of its own: an edit
	// to the same words would look like silence.
	return surety(both) > 0 && surety(both) >= surety(first) && surety(both) >= surety(second)
}

func surety(a knowledge.Answer) int {
	switch a.Zone {
	case knowledge.Direct:
		return 2
	case knowledge.Menu:
		return 1
	case knowledge.None:
	}
	return 0
}
