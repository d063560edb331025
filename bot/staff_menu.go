package bot

import (
	"context"
	"errors"
	"slices"

	"tanyanetral/curation"
)

// SetStaff tells who works for the office, those whose roles have ended
// included: each finds the commands of the own roles in the menu, and loses
// them with the roles. It is called at the start and after every change; what
// fails is told and tried again by [Bot.Round].
func (b *Bot) SetStaff(ctx context.Context, users []curation.User) {
	if b.crew == nil {
		return
	}
	b.crew.mu.Lock()
	b.crew.users = slices.Clone(users)
	b.crew.mu.Unlock()
	b.menus(ctx)
}

// menus sets the menus that differ from what Telegram has.
func (b *Bot) menus(ctx context.Context) {
	for account, commands := range b.changedMenus() {
		err := b.wire.SetCommands(ctx, Scope{Type: "chat", Chat: account}, commands)
		var api *APIError
		switch {
		case err == nil:
			b.crew.mu.Lock()
			b.crew.menus[account] = commands
			b.crew.mu.Unlock()
		case errors.As(err, &api) && api.Code == 400: // has not opened the bot yet
			b.log.Debug("bot: a menu of the staff waits until its owner opens the bot", "error", err)
		default:
			b.log.Warn("bot: a menu of the staff could not be set", "error", err)
		}
	}
}

// changedMenus are the menus to be set; nil takes one away.
func (b *Bot) changedMenus() map[int64][]Command {
	b.crew.mu.Lock()
	defer b.crew.mu.Unlock()
	want := map[int64][]Command{}
	for account := range b.crew.menus {
		want[account] = nil
	}
	for _, u := range b.crew.users {
		if commands := b.staffCommands(u); u.Telegram != 0 && (len(commands) > 0 || want[u.Telegram] == nil) {
			want[u.Telegram] = commands
		}
	}
	for account, commands := range want {
		if has, known := b.crew.menus[account]; known && slices.Equal(has, commands) {
			delete(want, account)
		}
	}
	return want
}

// staffCommands is the menu for somebody's roles; nil: the one of everybody.
func (b *Bot) staffCommands(u curation.User) []Command {
	var own []Command
	if b.may(u, curation.Kurator) {
		own = append(own, Command{Name: "antrean", Description: "Pertanyaan yang menunggu jawaban"})
	}
	if b.may(u, anyRole()...) {
		own = append(own, Command{Name: "konsol", Description: "Tautan sekali pakai ke konsol"})
	}
	if len(own) == 0 {
		return nil
	}
	return append(own, b.privateMenu()...)
}
