package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
	"tanyanetral/sheet"
)

// exportCmd writes the base as it is answered from: with the curated changes
// when a state folder is named.
type exportCmd struct {
	File string `arg:"" help:"File to write: its end (.xlsx, .csv, .yaml) tells the format."`
}

func (c *exportCmd) run(ctx context.Context, s *settings, std stdio) error {
	format, err := sheet.FormatOf(c.File)
	if err != nil {
		return setupError{err}
	}
	return withApp(ctx, s, std, func(a *app) (err error) {
		f, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
		if err != nil {
			return setupError{fmt.Errorf("write the file: %w", err)}
		}
		if err := errors.Join(sheet.Write(f, a.matcher.Base(), format), f.Close()); err != nil {
			return err
		}
		_, err = fmt.Fprintf(std.out, "%d topics written to %s\n", len(a.matcher.Base().Topics), c.File)
		return err
	})
}

// importCmd reads a file and lays its changes before the reviewers.
type importCmd struct {
	File string `arg:"" help:"File to read (.xlsx, .csv, .yaml)." type:"existingfile"`
	Dry  bool   `name:"dry-run" help:"Only tell what would change."`
}

func (c *importCmd) run(ctx context.Context, s *settings, std stdio) error {
	return withState(ctx, s, std, func(a *app) (err error) {
		f, err := os.Open(c.File)
		if err != nil {
			return setupError{fmt.Errorf("read the file: %w", err)}
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		res, err := a.importSheet(ctx, curation.User{ID: "server", Name: "server",
			Roles:  []curation.Role{curation.Admin},
			Active: true}, c.File, f, c.Dry)
		if err != nil {
			return setupError{err}
		}
		return printImport(std.out, res, c.Dry)
	})
}

// imported is what became of a file.
type imported struct {
	*sheet.Read
	Revisions []string // drafts that were made
}

// importSheet reads a file and drafts its changes, all or nothing.
func (a *app) importSheet(
	ctx context.Context, u curation.User, name string, r io.Reader, dry bool,
) (imported, error) {
	format, err := sheet.FormatOf(name)
	if err != nil {
		return imported{}, err
	}
	read, err := sheet.Parse(r, format, a.desk.Base())
	if err != nil {
		return imported{}, err
	}
	if len(read.Errors) > 0 || len(read.Items) == 0 {
		return imported{Read: read}, nil
	}
	if _, problems := a.desk.Base().With(read.Items); len(problems) > 0 {
		read.Errors, read.Items = placed(read, problems), nil
		return imported{Read: read}, nil
	}
	if dry {
		return imported{Read: read}, nil
	}
	revisions, err := a.desk.Draft(ctx, u, read.Items, "dari lembar kerja", a.desk.Generation())
	if err != nil {
		return imported{}, fmt.Errorf("draft the changes of the file: %w", err)
	}
	res := imported{Read: read}
	for _, rev := range revisions {
		res.Revisions = append(res.Revisions, rev.ID)
	}
	return res, nil
}

// placed turns problems of items into errors of the cells that they came from.
func placed(read *sheet.Read, problems []knowledge.Problem) []sheet.CellError {
	var all []sheet.CellError
	for _, p := range problems {
		at := read.Place(p.Item)
		at.Text = p.Text
		all = append(all, at)
	}
	return all
}

func printImport(w io.Writer, res imported, dry bool) error {
	for _, e := range res.Errors {
		if _, err := fmt.Fprintf(w, "%s baris %d %s: %s\n", e.Sheet, e.Row, e.Column, e.Text); err != nil {
			return err
		}
	}
	if n := len(res.Errors); n > 0 {
		return setupError{fmt.Errorf("%d cells are wrong; nothing was changed", n)}
	}
	what := fmt.Sprintf("%d drafts wait for review in the console", len(res.Revisions))
	if dry {
		what = "dry run, nothing was changed"
	}
	_, err := fmt.Fprintf(w, "%d rows: %d added, %d changed, %d removed, %d the same; %s\n",
		res.Rows, res.Added,
		res.Changed, res.Removed, res.Same, what)
	return err
}
