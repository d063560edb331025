package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"os"
	"regexp"
	"strings"

	"rsc.io/qr"

	"tanyanetral/bot"
)

// posterCmd draws an A4 poster whose QR code opens the bot, or one topic of
// it, in Telegram.
type posterCmd struct {
	Bot   string `help:"Name of the bot; without it Telegram is asked with TELEGRAM_TOKEN." placeholder:"@NAME"`
	Topic string `help:"Topic that the code opens." placeholder:"ID"`
	Out   string `help:"SVG file to write." default:"poster.svg" placeholder:"FILE"`
}

//go:embed deploy/poster.svg
var posterSVG string

// botName is what Telegram allows as the name of a bot.
var botName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{3,30}[A-Za-z0-9]$`)

func (c *posterCmd) run(ctx context.Context, s *settings, std stdio) error {
	return withApp(ctx, s, std, func(a *app) error {
		name, err := c.name(ctx, a)
		if err != nil {
			return err
		}
		title := ""
		if c.Topic != "" {
			t := a.matcher.Base().Topic(c.Topic)
			if t == nil {
				return setupError{fmt.Errorf("there is no topic %q; tanyanetral export lists the ids", c.Topic)}
			}
			title = t.Title
		}
		svg, err := poster(name, c.Topic, title, s.Contact)
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.Out, svg, 0o644); err != nil {
			return setupError{fmt.Errorf("write the poster: %w", err)}
		}
		_, err = fmt.Fprintln(std.out, "poster written to "+c.Out)
		return err
	})
}

// name is the bot's, from the flag or from Telegram.
func (c *posterCmd) name(ctx context.Context, a *app) (string, error) {
	name := strings.TrimPrefix(c.Bot, "@")
	if name == "" {
		client, err := bot.NewClient(a.log, a.set.token(), a.set.APIURL)
		if err != nil {
			return "", setupError{errors.New("name the bot with --bot @NAME, or set TELEGRAM_TOKEN")}
		}
		me, err := client.Me(ctx)
		if err != nil {
			return "", setupError{fmt.Errorf("ask Telegram for the bot's name: %w; or use --bot @NAME", err)}
		}
		name = me.UserName
	}
	if !botName.MatchString(name) {
		return "", setupError{errors.New("--bot is not a Telegram name: " +
			"letters, digits and _, 5 to 32 of them")}
	}
	return name, nil
}

// poster draws the page. The code has the highest error correction, so that a
// stained print still works.
func poster(name, topic, title, contact string) ([]byte, error) {
	link := "https://t.me/" + name
	if topic != "" {
		link += "?start=" + topic
	}
	code, err := qr.Encode(link, qr.H)
	if err != nil {
		return nil, fmt.Errorf("draw the QR code: %w", err)
	}
	t, err := template.New("poster").Parse(posterSVG)
	if err != nil {
		return nil, fmt.Errorf("draw the poster: %w", err)
	}
	var out bytes.Buffer
	err = t.Execute(&out, struct {
		Name, Link, Contact, Code string
		Title                     []string
		Size                      int
	}{"@" + name, link, contact, modules(code), wrap(title, 34), code.Size})
	if err != nil {
		return nil, fmt.Errorf("draw the poster: %w", err)
	}
	return out.Bytes(), nil
}

// modules is the path of the code's black squares, one unit each.
func modules(code *qr.Code) string {
	var b strings.Builder
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	return b.String()
}

// wrap breaks a text into lines of at most n characters, between words.
func wrap(text string, n int) []string {
	var lines []string
	for _, word := range strings.Fields(text) {
		if last := len(lines) - 1; last >= 0 && len(lines[last])+1+len(word) <= n {
			lines[last] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return lines
}
