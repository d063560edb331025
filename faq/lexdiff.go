package faq

import (
	"context"
	"errors"
	"io"
	"log/slog"

	"tanyanetral/bahasa"
	"tanyanetral/knowledge"
)

// DiffLanguage reports what a change of the language data changes: wordings
// of the base that get another normal form, and questions of a regression set
// that get another zone or another first topic. The weights stay as they are.
func DiffLanguage(
	ctx context.Context, w io.Writer, b *knowledge.Base, before, after *bahasa.Language, set []Labelled,
) (err error) {
	weights, err := Embedded()
	if err != nil {
		return err
	}
	quiet := slog.New(slog.DiscardHandler)
	old, err := Open(quiet, b, before, weights)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, old.Close()) }()
	now, err := Open(quiet, b, after, weights)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, now.Close()) }()
	p := &printer{w: w}
	forms := diffForms(p, old, now)
	answers, err := diffAnswers(ctx, p, old, now, set)
	p.f("%d normal forms and %d of %d answers change\n", forms, answers, len(set))
	return errors.Join(err, p.err)
}

func diffForms(p *printer, old, now *Matcher) int {
	a, b := old.state.Load().wordings(), now.state.Load().wordings()
	n := 0
	for i := range a {
		if was, is := a[i].analysis.Normal(), b[i].analysis.Normal(); was != is {
			n++
			p.f("form    %s\n        - %s\n        + %s\n", a[i].text, was, is)
		}
	}
	return n
}

func diffAnswers(ctx context.Context, p *printer, old, now *Matcher, set []Labelled) (int, error) {
	n := 0
	for _, q := range set {
		was, err := old.Ask(ctx, q.Question)
		if err != nil {
			return n, err
		}
		is, err := now.Ask(ctx, q.Question)
		if err != nil {
			return n, err
		}
		if was.Zone == is.Zone && firstTopic(was) == firstTopic(is) {
			continue
		}
		n++
		p.f("answer  %s\n        - %s %s\n        + %s %s\n", q.Question, was.Zone, firstTopic(was), is.Zone,
			firstTopic(is))
	}
	return n, nil
}

func firstTopic(a knowledge.Answer) string {
	if len(a.Candidates) == 0 {
		return "-"
	}
	return a.Candidates[0].Topic
}
