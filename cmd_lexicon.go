package main

import (
	"context"
	"fmt"
	"os"

	"tanyanetral/bahasa"
	"tanyanetral/faq"
)

// lexiconCmd shows what a change of the language data changes.
type lexiconCmd struct {
	Before string `arg:"" help:"Folder with the language data to compare with." type:"existingdir"`
	Set    string `help:"Labelled questions to compare the answers of." type:"existingfile"`
}

func (c *lexiconCmd) run(ctx context.Context, _ *settings, std stdio) error {
	base, after, err := loadData()
	if err != nil {
		return err
	}
	before, err := bahasa.Load(os.DirFS(c.Before))
	if err != nil {
		return setupError{fmt.Errorf("%s: %w", c.Before, err)}
	}
	var set []faq.Labelled
	if c.Set != "" {
		if set, err = readSet(c.Set); err != nil {
			return err
		}
	}
	return faq.DiffLanguage(ctx, std.out, base, before, after, set)
}
