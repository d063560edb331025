package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"tanyanetral/curation"
	"tanyanetral/storage"
)

// backupCmd copies the database, also while the bot runs.
type backupCmd struct {
	To        string `arg:"" help:"File to write; it must not exist."`
	Recipient string `help:"Seal the copy to this age public key." placeholder:"AGE1…"`
}

func (c *backupCmd) run(ctx context.Context, s *settings, std stdio) error {
	log := newLog(std.err, slog.LevelWarn)
	if err := storage.BackupOf(ctx, log, s.State, c.To, c.Recipient); err != nil {
		return setupError{err}
	}
	_, err := fmt.Fprintln(std.out, "backup written and checked: "+c.To)
	return err
}

// restoreCmd puts a copy back. The bot has to be stopped.
type restoreCmd struct {
	From      string `arg:"" help:"Copy made by backup." type:"existingfile"`
	Key       string `help:"File with the age private key of a sealed copy." type:"existingfile" placeholder:"FILE"`
	Overwrite bool   `help:"Replace the database that is there; it is kept beside as .before-restore."`
}

func (c *restoreCmd) run(ctx context.Context, s *settings, std stdio) error {
	log := newLog(std.err, slog.LevelWarn)
	var err error
	if c.Key != "" {
		err = c.sealed(ctx, log, s.State)
	} else {
		err = storage.Restore(ctx, log, s.State, c.From, c.Overwrite)
	}
	if errors.Is(err, storage.ErrExists) {
		err = fmt.Errorf("%w (--overwrite says so)", err)
	}
	if err != nil {
		return setupError{err}
	}
	_, err = fmt.Fprintln(std.out, "restored; start the bot again")
	return err
}

func (c *restoreCmd) sealed(ctx context.Context, log *slog.Logger, dir string) error {
	key, err := os.ReadFile(c.Key)
	if err != nil {
		return fmt.Errorf("read the private key: %w", err)
	}
	for line := range strings.Lines(string(key)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "AGE-SECRET-KEY-") {
			return storage.RestoreSealed(ctx, log, dir, c.From, line, c.Overwrite)
		}
	}
	return errors.New("the file of --key holds no age private key")
}

// linkCmd lets an admin of the settings into the console from the server.
type linkCmd struct {
	Telegram int64  `help:"Telegram id of the member of the staff; without it the first admin." placeholder:"ID"`
	Listen   string `help:"Where the console listens, when it has no public address." env:"TANYANETRAL_LISTEN" default:"127.0.0.1:8080" placeholder:"ADDRESS"`
}

func (c *linkCmd) run(ctx context.Context, s *settings, std stdio) error {
	return withState(ctx, s, std, func(a *app) error {
		user, err := c.user(ctx, a.staff)
		if err != nil {
			return err
		}
		secret, err := a.staff.LinkFor(ctx, user)
		if err != nil {
			return setupError{fmt.Errorf("make a link: %w", err)}
		}
		_, err = fmt.Fprintf(std.out, "%s\nIt works once, within ten minutes.\n",
			a.set.link(secret, c.Listen))
		return err
	})
}

// user is whom the link lets in.
func (c *linkCmd) user(ctx context.Context, staff *curation.Staff) (string, error) {
	users, err := staff.Users(ctx)
	if err != nil {
		return "", err
	}
	for _, u := range users {
		if u.Active && (u.Telegram == c.Telegram ||
			c.Telegram == 0 && slices.Contains(u.Roles, curation.Admin)) {
			return u.ID, nil
		}
	}
	return "", setupError{errors.New("nobody of the staff fits; " +
		"set TANYANETRAL_ADMINS to your Telegram id and start tanyanetral serve once")}
}

// link is the address that redeems a secret.
func (s *settings) link(secret, listen string) string {
	base := cmp.Or(s.Public, "http://"+listen)
	return strings.TrimSuffix(base, "/") + "/masuk/" + secret
}

// healthCmd asks the program that runs on this machine.
type healthCmd struct {
	Listen string `help:"Where it listens." env:"TANYANETRAL_LISTEN" default:"127.0.0.1:8080" placeholder:"ADDRESS"`
}

func (c *healthCmd) run(ctx context.Context, _ *settings, std stdio) (err error) {
	_, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return setupError{fmt.Errorf("TANYANETRAL_LISTEN is not host:port: %w", err)}
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:"+port+"/healthz", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return errors.New("nobody answers on port " + port)
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	if resp.StatusCode != http.StatusOK {
		return errors.New("the program answers that it is not well")
	}
	_, err = io.Copy(std.out, io.LimitReader(resp.Body, 100))
	return err
}
