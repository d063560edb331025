package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"

	"tanyanetral/bot"
)

// chatCmd is the conversation in the terminal: words and slash commands are
// typed, buttons are pressed by their number.
type chatCmd struct{}

const chatHelp = `TanyaNetral di terminal. Tulis pertanyaan lalu tekan Enter.
Tombol ditekan dengan mengetik angkanya. /bantuan untuk bantuan, /selesai untuk keluar.
Tidak ada akun dan tidak ada jaringan yang dipakai.`

func (c *chatCmd) run(ctx context.Context, s *settings, std stdio) (err error) {
	a, err := newApp(s, newLog(std.err, slog.LevelWarn))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	if err := c.open(ctx, a); err != nil {
		return err
	}
	t := terminal{dialog: a.dialog, out: bufio.NewWriter(std.out)}
	if err := t.show(bot.Reply{HTML: chatHelp}); err != nil {
		return err
	}
	return t.loop(ctx, bufio.NewScanner(std.in))
}

// open keeps unanswered questions only when a state folder is named.
func (c *chatCmd) open(ctx context.Context, a *app) error {
	if !a.set.named() {
		return a.talk(nil, bot.Settings{})
	}
	if err := a.openStorage(ctx); err != nil {
		return err
	}
	if err := a.curate(ctx, false); err != nil {
		return err
	}
	return a.talk(a.db, bot.Settings{})
}

// terminal shows replies and remembers the buttons of the last one.
type terminal struct {
	dialog   *bot.Dialog
	out      *bufio.Writer
	question string
	buttons  []bot.Button
}

// loop reads until the input ends. A read of the terminal cannot be
// interrupted, so that it runs beside the loop and ends with the process.
func (t *terminal) loop(ctx context.Context, in *bufio.Scanner) error {
	lines := make(chan string)
	go func() {
		defer close(lines)
		in.Buffer(nil, 1<<20)
		for in.Scan() {
			select {
			case lines <- in.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return nil
		case line, ok := <-lines:
			if !ok { // the prompt must not stand before the next one of the shell
				fmt.Fprintln(t.out)
				return t.out.Flush()
			}
			if strings.TrimSpace(line) == "/selesai" {
				return nil
			}
			if err := t.answer(ctx, line); err != nil {
				return err
			}
		}
	}
}

func (t *terminal) answer(ctx context.Context, line string) error {
	reply, err := t.reply(ctx, strings.TrimSpace(line))
	if err != nil {
		return err
	}
	return t.show(reply)
}

func (t *terminal) reply(ctx context.Context, line string) (bot.Reply, error) {
	if n, err := strconv.Atoi(line); err == nil && n >= 1 && n <= len(t.buttons) {
		return t.dialog.Tap(ctx, bot.Press{Data: t.buttons[n-1].Data, Question: t.question})
	}
	if name, args, ok := bot.ParseCommand(line); ok {
		return t.dialog.Command(ctx, 0, name, args)
	}
	t.question = line
	return t.dialog.Text(ctx, 0, line)
}

func (t *terminal) show(r bot.Reply) error {
	if r.HTML != "" {
		fmt.Fprintf(t.out, "\n%s\n", bot.Terminal(r))
		if keys := bot.TerminalButtons(r); keys != "" {
			fmt.Fprintf(t.out, "\n%s\n", keys)
		}
		t.buttons = nil
		for _, row := range r.Buttons {
			t.buttons = append(t.buttons, row...)
		}
	}
	if r.Toast != "" {
		fmt.Fprintf(t.out, "(%s)\n", r.Toast)
	}
	fmt.Fprint(t.out, "\n> ")
	if err := t.out.Flush(); err != nil {
		return fmt.Errorf("write to the terminal: %w", err)
	}
	return nil
}
