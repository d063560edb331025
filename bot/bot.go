package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
)

// wire is what the bot needs of the Telegram client.
type wire interface {
	Send(ctx context.Context, chat int64, m Outgoing) (messageID int, err error)
	Edit(ctx context.Context, chat int64, message int, m Outgoing) error
	AnswerTap(ctx context.Context, id, toast string) error
	SetCommands(ctx context.Context, scope Scope, commands []Command) error
	Me(ctx context.Context) (Self, error)
}

// Bot carries the Dialog over Telegram: one update in, one reply out.
type Bot struct {
	log    *slog.Logger
	wire   wire
	dialog *Dialog
}

// NewBot returns a Bot that talks through wire.
func NewBot(log *slog.Logger, wire wire, dialog *Dialog) *Bot {
	return &Bot{log, wire, dialog}
}

// Introduce asks Telegram whether it knows the bot, and sets the menu of
// commands. A refused token comes back as [ErrTokenRefused]; other failures
// pass, since the bot works without a menu.
func (b *Bot) Introduce(ctx context.Context) error {
	_, err := b.wire.Me(ctx)
	var api *APIError
	if errors.As(err, &api) && api.Refused() {
		return ErrTokenRefused
	}
	if err != nil {
		b.log.Warn("bot: Telegram is out of reach; it is tried again", "error", err)
		return nil
	}
	private := Scope{Type: "all_private_chats"}
	if err := b.wire.SetCommands(ctx, private, menuCommands()); err != nil {
		b.log.Warn("bot: the menu of commands could not be set", "error", err)
	}
	return nil
}

func menuCommands() []Command {
	return []Command{
		{Name: "bantuan", Description: "Cara bertanya dan apa yang bisa dilakukan"},
		{Name: "privasi", Description: "Apa yang dicatat dan apa yang tidak"},
	}
}

// Handle deals with one update. Its effect is in the database and its reply
// is out when it returns nil; only then may the update be acknowledged.
func (b *Bot) Handle(ctx context.Context, u Update) error {
	switch u.Kind {
	case KindMessage:
		return b.message(ctx, u)
	case KindTap:
		return b.tap(ctx, u)
	}
	return nil
}

// message answers a message in a private chat. Edited messages, service
// messages and results of other bots want no answer.
func (b *Bot) message(ctx context.Context, u Update) error {
	if u.ChatKind != ChatPrivate || u.Edited || u.ViaBot || u.Media == MediaService {
		return nil
	}
	reply, err := b.reply(ctx, u)
	if err != nil {
		b.log.Error("bot: a message was answered with an apology", "update", u.ID, "error", err)
	}
	return b.send(ctx, u.Chat, u.MessageID, reply)
}

func (b *Bot) reply(ctx context.Context, u Update) (Reply, error) {
	switch {
	case u.Command != "":
		return b.dialog.Command(ctx, u.ID, u.Command, u.Args)
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
	_, err := b.wire.Send(ctx, chat, Outgoing{HTML: r.HTML, Buttons: r.Buttons, ReplyTo: to})
	if err != nil && !isGone(err) {
		return fmt.Errorf("send a reply: %w", err)
	}
	return nil
}

// tap answers a button: the page replaces the message under which it stood.
func (b *Bot) tap(ctx context.Context, u Update) error {
	var reply Reply
	if u.ChatKind == ChatPrivate {
		var err error
		if reply, err = b.dialog.Tap(ctx, u.ID, u.Tap.Data, u.ReplyTo.Text); err != nil {
			b.log.Error("bot: a tap was answered with an apology", "update", u.ID, "error", err)
		}
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

// show edits the message in place; one that can no longer be edited is
// followed by a new one.
func (b *Bot) show(ctx context.Context, u Update, r Reply) error {
	err := b.wire.Edit(ctx, u.Chat, u.MessageID, Outgoing{HTML: r.HTML, Buttons: r.Buttons})
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
