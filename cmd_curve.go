package main

import (
	"context"
	"fmt"
	"os"

	"tanyanetral/faq"
)

// curveCmd shows what further ways of asking would buy.
type curveCmd struct {
	File  string `arg:"" help:"Labelled questions, one JSON object a line." type:"existingfile"`
	Sizes []int  `help:"Ways of asking per topic." default:"5,10,20,40,80"`
}

func (c *curveCmd) run(ctx context.Context, _ *settings, std stdio) error {
	base, lang, err := loadData()
	if err != nil {
		return err
	}
	set, err := readSet(c.File)
	if err != nil {
		return err
	}
	return faq.Curve(ctx, std.out, base, lang, set, c.Sizes)
}

// readSet reads a labelled set from a file.
func readSet(name string) ([]faq.Labelled, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, setupError{fmt.Errorf("open the questions: %w", err)}
	}
	set, err := faq.ReadLabelled(f)
	if closing := f.Close(); err == nil && closing != nil {
		err = closing
	}
	if err != nil {
		return nil, setupError{fmt.Errorf("%s: %w", name, err)}
	}
	return set, nil
}
