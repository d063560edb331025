package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"
)

// wire is what the bot needs of the Telegram client.
type wire interface {
	face
	Send(ctx context.Context, chat int64, m Outgoing) (messageID int, err error)
	Edit(ctx context.Context, chat int64, message int, m Outgoing) error
	AnswerTap(ctx context.Context, id, toast string) error
	AnswerInline(ctx context.Context, id string, articles []Article) error
}

// face is how the bot learns and sets what people see of it.
type face interface {
	Me(ctx context.Context) (Self, error)
	SetCommands(ctx context.Context, scope Scope, commands []Command) error
	Describe(ctx context.Context, long, short string) error
}

// Bot carries the Dialog over Telegram: one update in, one reply out.
type Bot struct {
	log    *slog.Logger
	wire   wire
	dialog *Dialog
	memory *memory
	later  *heldBack            // replies held back; nil: none are
	crew   *crew                // the staff; nil: none
	known  atomic.Pointer[Self] // nil until Telegram has told it

	reporting *Reporting // nil: reports are not taken here
}

// Option changes a new Bot.
type Option func(*Bot)

// NewBot returns a Bot that talks through wire.
func NewBot(log *slog.Logger, wire wire, dialog *Dialog, opts ...Option) *Bot {
	b := &Bot{log: log, wire: wire, dialog: dialog, memory: newMemory()}
	for _, opt := range opts {
		opt(b)
	}
	return b
}

// WithSelf tells the bot who it is, as [Client.Prove] has found out; nil: it
// asks when it has to know.
func WithSelf(me *Self) Option { return func(b *Bot) { b.known.Store(me) } }

// Handle deals with one update. Its effect is in the database and its reply
// is out when it returns nil; only then may the update be acknowledged.
func (b *Bot) Handle(ctx context.Context, u Update) error {
	if taken, err := b.onReport(ctx, u); taken {
		return err
	}
	switch u.Kind {
	case KindMessage:
		return b.message(ctx, u)
	case KindTap:
		return b.tap(ctx, u)
	case KindInline:
		return b.inline(ctx, u)
	}
	return nil
}

// message answers a message in a private chat, and in a group one that is
// meant for the bot. Service messages and results of other bots want no
// answer.
func (b *Bot) message(ctx context.Context, u Update) error {
	if u.ChatKind == ChatGroup || u.ChatKind == ChatSupergroup {
		return b.inGroup(ctx, u)
	}
	if u.ChatKind != ChatPrivate || u.ViaBot || u.Media == MediaService {
		return nil
	}
	return b.converse(ctx, u)
}

func (b *Bot) reply(ctx context.Context, u Update) (Reply, error) {
	if r, ours, err := b.staffSays(ctx, u); ours {
		return r, err
	}
	switch {
	case u.Command == "hapus":
		return b.erase(ctx, u.Chat)
	case u.Command != "":
		r, err := b.dialog.Command(ctx, u.ID, u.Command, u.Args)
		return b.withReports(u.Command, r), err
	case u.Text == "":
		return b.dialog.Media(), nil
	}
	return b.dialog.Text(ctx, u.ID, u.Text)
}

// send puts a reply under the message that it answers. A person who has
// blocked the bot gets nothing, and that is no failure.
func (b *Bot) send(ctx context.Context, chat int64, to int, r Reply) error {
	if r.HTML == "" {
		return nil
	}
	_, err := b.wire.Send(ctx, chat, r.outgoing(to))
	if err != nil && !isGone(err) {
		return fmt.Errorf("send a reply: %w", err)
	}
	return nil
}

// tap answers a button: the page replaces the message under which it stood.
func (b *Bot) tap(ctx context.Context, u Update) error {
	reply, err := b.tapped(ctx, u)
	if err != nil {
		b.log.Error("bot: a tap was answered with an apology", "update", u.ID, "error", err)
	}
	if reply.HTML != "" {
		if err := b.show(ctx, u, reply); err != nil {
			return err
		}
	}
	if err := b.wire.AnswerTap(ctx, u.Tap.ID, reply.Toast); err != nil {
		// The page is there; that the button still glows harms nobody.
		b.log.Debug("bot: a tap was not confirmed", "update", u.ID, "error", err)
	}
	return nil
}

func (b *Bot) tapped(ctx context.Context, u Update) (Reply, error) {
	switch u.ChatKind {
	case ChatPrivate:
		if r, ours, err := b.staffTaps(ctx, u); ours {
			return r, err
		}
		p := Press{Update: u.ID, Chat: u.Chat, Data: u.Tap.Data, Question: u.ReplyTo.Text}
		if u.Date != 0 {
			p.Sent = time.Unix(u.Date, 0)
		}
		return b.dialog.Tap(ctx, p)
	case ChatGroup, ChatSupergroup:
		return b.tapInGroup(ctx, u)
	}
	return Reply{Toast: textStale}, nil
}

// show edits the message in place; one that can no longer be edited, or whose
// text is worth keeping, is followed by a new one.
func (b *Bot) show(ctx context.Context, u Update, r Reply) error {
	if r.Fresh {
		return b.send(ctx, u.Chat, 0, r)
	}
	err := b.wire.Edit(ctx, u.Chat, u.MessageID, r.outgoing(0))
	var api *APIError
	switch {
	case err == nil || isGone(err):
		return nil
	case errors.As(err, &api) && api.Code == 400:
		return b.send(ctx, u.Chat, 0, r)
	}
	return fmt.Errorf("show a page: %w", err)
}

func isGone(err error) bool {
	var api *APIError
	return errors.As(err, &api) && api.Gone()
}
