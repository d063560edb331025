package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"tanyanetral/report"
)

// keygenCmd makes an investigator's key on a machine of the investigator's
// own; only the public half goes to the server.
type keygenCmd struct {
	Out string `help:"File for the private key, sealed with the passphrase." default:"pemeriksa.key" placeholder:"FILE"`
}

func (c *keygenCmd) run(_ context.Context, _ *settings, std stdio) error {
	recipient, passphrase, wrapped, err := report.NewKey()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return setupError{fmt.Errorf("write the key: %w; choose another --out", err)}
	}
	_, err = f.Write(wrapped)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write the key: %w", err)
	}
	_, err = fmt.Fprintf(std.out, `Kunci pribadi : %s (terkunci dengan frasa sandi)
Kunci publik  : %s
Frasa sandi   : %s

Tulis frasa sandi itu di kertas dan simpan terpisah dari berkasnya. Ia tidak ditampilkan lagi.
Berikan hanya kunci publik kepada admin konsol.
`, c.Out, recipient, passphrase)
	return err
}

// openCmd opens the archive of a report, downloaded from the console, where
// no server is.
type openCmd struct {
	Archive string `arg:"" help:"Downloaded archive of a report." type:"existingfile"`
	Key     string `help:"File of the private key." default:"pemeriksa.key" type:"existingfile" placeholder:"FILE"`
	Out     string `help:"Archive to write, in plain: keep it as you keep the report." default:"laporan.zip" placeholder:"FILE"`
}

func (c *openCmd) run(_ context.Context, _ *settings, std stdio) (err error) {
	wrapped, err := os.ReadFile(c.Key)
	if err != nil {
		return setupError{fmt.Errorf("read the key: %w", err)}
	}
	archive, err := os.Open(c.Archive)
	if err != nil {
		return setupError{fmt.Errorf("read the archive: %w", err)}
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	fmt.Fprint(std.err, "Frasa sandi: ")
	line, err := bufio.NewReader(std.in).ReadString('\n')
	if err != nil && line == "" {
		return setupError{errors.New("no passphrase was typed")}
	}
	key, err := report.ReadKey(wrapped, strings.TrimSpace(line))
	if err != nil {
		return setupError{err}
	}
	out, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return setupError{fmt.Errorf("write the report: %w; choose another --out", err)}
	}
	if err := errors.Join(report.OpenArchive(archive, key, out), out.Close()); err != nil {
		// Half a report in plain helps nobody, and would stand in the way of the next try.
		return setupError{errors.Join(err, os.Remove(c.Out))}
	}
	_, err = fmt.Fprintln(std.out, "written: "+c.Out)
	return err
}
