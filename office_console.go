package main

import (
	"context"
	"errors"
	"io"

	"tanyanetral/console"
	"tanyanetral/curation"
	"tanyanetral/knowledge"
	"tanyanetral/sheet"
)

// searched is how many topics a search of the console shows.
const searched = 30

// openConsole wires the pages.
func (o *office) openConsole() (*console.Server, error) {
	return console.New(o.log, console.Deps{
		Desk: o.desk, Staff: o.staff, Audit: o.db, Sheets: sheets{o.app}, Revision: o.db.Revision,
		Tallies: o.tallies, Health: o.healthLines,
		Reports: console.Reports{Office: o.reports, Cancel: o.db.DropErasure},
		Bot: console.Bot{Near: o.judge.Near, Preview: o.dialog.Preview, Try: o.try,
			Search: func(ctx context.Context, q string) ([]string, error) {
				return o.matcher.Search(ctx, q, searched)
			}},
	}, console.Options{
		PublicURL: o.set.Public, Version: version, Zone: o.zone, Now: o.now, BehindProxy: o.cmd.BehindProxy,
		OnePerson: o.cmd.OnePerson,
	})
}

// tallies are the daily counts as the console shows them, those of this
// minute not among them.
func (o *office) tallies(ctx context.Context, from, to knowledge.Day) ([]console.Tally, error) {
	rows, err := o.db.Tallies(ctx, from, to)
	all := make([]console.Tally, len(rows))
	for i, r := range rows {
		all[i] = console.Tally(r)
	}
	return all, err
}

// try answers a question as the bot would, and says why. Nothing is logged.
func (o *office) try(ctx context.Context, question string) (console.Trial, error) {
	ans, err := o.matcher.Ask(ctx, question)
	if err != nil {
		return console.Trial{}, err
	}
	why, err := o.matcher.Explained(ctx, question)
	if err != nil {
		return console.Trial{}, err
	}
	return console.Trial{Answer: ans, Reply: o.dialog.Say(ans, question).HTML, Why: why}, nil
}

// refusedFile is a file that cannot be read at all, with a sentence for the
// person who brought it.
type refusedFile struct {
	error
	text string
}

// Refusal is the sentence.
func (r refusedFile) Refusal() string { return r.text }

// unreadable is the sentence for a file that cannot be read; empty: it is
// something else.
func unreadable(err error) string {
	switch {
	case errors.Is(err, sheet.ErrFormat):
		return "Hanya berkas XLSX, CSV, atau YAML yang dapat dibaca."
	case errors.Is(err, sheet.ErrMacros):
		return "Berkas ini berisi makro, jadi tidak dibaca. Simpan sebagai XLSX biasa, lalu unggah lagi."
	case errors.Is(err, sheet.ErrTooBig):
		return "Isi berkas ini terlalu besar. Bagi menjadi beberapa berkas."
	case errors.Is(err, sheet.ErrBroken):
		return "Berkas ini rusak atau isinya tidak sesuai namanya. " +
			"Buka di Excel, simpan lagi sebagai XLSX, lalu unggah."
	}
	return ""
}

// sheets are the spreadsheets of the console.
type sheets struct{ *app }

// Export writes the base that is answered from.
func (s sheets) Export(_ context.Context, format string, w io.Writer) error {
	return sheet.Write(w, s.desk.Base(), sheet.Format(format))
}

// Import drafts the changes of a file.
func (s sheets) Import(
	ctx context.Context, u curation.User, name string, r io.Reader, dry bool,
) (console.Report, error) {
	res, err := s.importSheet(ctx, u, name, r, dry)
	if text := unreadable(err); text != "" {
		return console.Report{}, refusedFile{err, text}
	}
	if err != nil {
		return console.Report{}, err
	}
	out := console.Report{Rows: res.Rows, Added: res.Added, Changed: res.Changed, Same: res.Same,
		Removed:   res.Removed,
		Revisions: res.Revisions}
	for _, e := range res.Errors {
		out.Errors = append(out.Errors, console.CellError(e))
	}
	return out, nil
}
