package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"tanyanetral/faq"
)

// versionCmd prints the version.
type versionCmd struct{}

func (versionCmd) run(_ context.Context, _ *settings, std stdio) error {
	_, err := fmt.Fprintln(std.out, "tanyanetral "+version)
	return err
}

// checkCmd proves the data: knowledge, lexicon, wordings, settings.
type checkCmd struct{}

func (checkCmd) run(ctx context.Context, s *settings, std stdio) error {
	start := time.Now()
	return withApp(ctx, s, std, func(a *app) error { return prove(ctx, a, std, start) })
}

// prove checks what the loader cannot see, and says what there is.
func prove(ctx context.Context, a *app, std stdio, start time.Time) error {
	if err := errors.Join(a.matcher.Check(ctx, std.out), a.dialog.Fits()); err != nil {
		return err
	}
	b := a.matcher.Base()
	asks := 0
	for _, t := range b.Topics {
		asks += len(t.Asks)
	}
	_, err := fmt.Fprintf(std.out, "ok: %d topics, %d ways of asking, %d instruments, "+
		"%d out-of-scope categories, %d quiz questions (%d ms)\n", len(b.Topics), asks, len(b.Instruments),
		len(b.Outside), len(b.Quiz),
		time.Since(start).Milliseconds())
	return err
}

// evalCmd scores a labelled set.
type evalCmd struct {
	File   string `arg:"" help:"Labelled questions, one JSON object a line." type:"existingfile"`
	Misses bool   `help:"Print every question that was not answered right."`
}

func (c *evalCmd) run(ctx context.Context, s *settings, std stdio) error {
	return withApp(ctx, s, std, func(a *app) error { return c.score(ctx, a, std) })
}

func (c *evalCmd) score(ctx context.Context, a *app, std stdio) error {
	set, err := readSet(c.File)
	if err != nil {
		return err
	}
	all, skipped, err := a.matcher.Evaluate(ctx, set)
	if err != nil {
		return err
	}
	if c.Misses {
		return a.matcher.PrintMisses(std.out, all)
	}
	return a.matcher.NewReport(all, skipped).Print(std.out)
}

// fitCmd writes the weights that the program embeds.
type fitCmd struct {
	Out string `arg:"" help:"File to write." default:"faq/weights.bin"`
}

func (c *fitCmd) run(ctx context.Context, _ *settings, std stdio) error {
	base, lang, err := loadData()
	if err != nil {
		return err
	}
	w, err := faq.Fit(ctx, base, lang)
	if err != nil {
		return err
	}
	f, err := os.Create(c.Out)
	if err != nil {
		return setupError{fmt.Errorf("write the weights: %w", err)}
	}
	if err := errors.Join(w.Write(f), f.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintln(std.out, "weights written to "+c.Out)
	return err
}
