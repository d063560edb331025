package faq

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"tanyanetral/bahasa"
	"tanyanetral/knowledge"
)

// Curve prints how accuracy on a labelled set grows with the number of ways
// of asking per topic. Everything is fitted anew for each size; the lines are
// taken evenly over the file, so that every voice is heard at every size.
func Curve(
	ctx context.Context, w io.Writer, b *knowledge.Base, lang *bahasa.Language, set []Labelled, sizes []int,
) error {
	p := &printer{w: w}
	p.f("lines a topic  top-1  (95%% interval)   top-3  AUROC\n")
	for _, n := range sizes {
		r, err := curvePoint(ctx, b.WithAsks(n), lang, set)
		if err != nil {
			return err
		}
		lo, hi := interval(r.Top1, r.In)
		p.f("%13d  %.3f  (%.3f to %.3f)  %.3f  %.3f\n", n, r.Top1, lo, hi, r.Top3, r.AUROC)
	}
	return p.err
}

func curvePoint(
	ctx context.Context, b *knowledge.Base, lang *bahasa.Language, set []Labelled,
) (r Report, err error) {
	weights, err := Fit(ctx, b, lang)
	if err != nil {
		return r, fmt.Errorf("fit: %w", err)
	}
	m, err := Open(slog.New(slog.DiscardHandler), b, lang, weights)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	all, skipped, err := m.Evaluate(ctx, set)
	if err != nil {
		return r, err
	}
	return m.NewReport(all, skipped), nil
}
