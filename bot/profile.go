package bot

import (
	"context"
	"errors"
	"fmt"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// Prove asks Telegram whose token it is, before anything is opened for the
// bot. A refused token is [ErrTokenRefused]. That Telegram is out of reach is
// no failure: it is nil, and asked again later.
func (c *Client) Prove(ctx context.Context) (*Self, error) {
	me, err := c.Me(ctx)
	var api *APIError
	switch {
	case err == nil:
		return &me, nil
	case errors.As(err, &api) && api.Refused():
		return nil, ErrTokenRefused
	}
	c.log.Warn("bot: Telegram is out of reach; it is tried again", "error", err)
	return nil, nil
}

// Describe sets what stands in an empty chat with the bot (at most 512
// characters) and on its profile (at most 120).
func (c *Client) Describe(ctx context.Context, long, short string) error {
	if _, err := c.persist(ctx, "setMyDescription", 0, tgbotapi.Params{"description": long}); err != nil {
		return err
	}
	_, err := c.persist(ctx, "setMyShortDescription", 0, tgbotapi.Params{"short_description": short})
	return err
}

// Present sets the menus of commands and the descriptions, as far as it can;
// the bot works without. It may take a while when Telegram is slow, so that
// nobody should wait for it.
func (b *Bot) Present(ctx context.Context) error {
	private := b.wire.SetCommands(ctx, Scope{Type: "all_private_chats"}, b.privateMenu())
	group := b.wire.SetCommands(ctx, Scope{Type: "all_group_chats"}, groupCommands())
	about := b.wire.Describe(ctx, textDescription, textShortDescription)
	if err := errors.Join(private, group, about); err != nil {
		return fmt.Errorf("set menus and descriptions: %w", err)
	}
	return nil
}

func menuCommands() []Command {
	return []Command{
		{Name: "bantuan", Description: "Cara bertanya dan apa yang bisa dilakukan"},
		{Name: "topik", Description: "Telusuri jawaban menurut kelompok"},
		{Name: "cek", Description: "Periksa mandiri dalam empat ketukan"},
		{Name: "kuis", Description: "Latihan: boleh atau tidak?"},
		{Name: "sanksi", Description: "Tingkat sanksi dan artinya sekarang"},
		{Name: "dasar", Description: "Peraturan yang menjadi dasar dan statusnya"},
		{Name: "tahapan", Description: "Tahap pemilihan hari ini"},
		{Name: "ikrar", Description: "Empat butir ikrar netralitas"},
		{Name: "sosialisasi", Description: "Kegiatan sosialisasi dan isinya"},
		{Name: "kontak", Description: "Ke mana bertanya langsung"},
		{Name: "privasi", Description: "Apa yang dicatat dan apa yang tidak"},
		{Name: "hapus", Description: "Apa yang tersimpan tentang obrolan ini"},
	}
}

func groupCommands() []Command {
	return []Command{
		{Name: "tanya", Description: "Ajukan pertanyaan, misalnya: /tanya boleh like postingan calon?"},
		{Name: "bantuan", Description: "Cara bertanya di grup ini"},
	}
}
