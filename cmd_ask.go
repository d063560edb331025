package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"tanyanetral/bot"
	"tanyanetral/knowledge"
)

// askCmd answers questions from the arguments or from standard input.
type askCmd struct {
	JSON     bool     `help:"Print one JSON object per line."`
	Explain  bool     `help:"Show how the answer was found."`
	Question []string `arg:"" optional:"" help:"The question; without it, one per line of standard input."`
}

// asked is the JSON object of one question.
type asked struct {
	Question   string                `json:"question"`
	Zone       knowledge.Zone        `json:"zone"`
	Topic      *string               `json:"topic"`
	Verdict    *knowledge.Verdict    `json:"verdict"`
	Confidence float64               `json:"confidence"`
	Candidates []knowledge.Candidate `json:"candidates"`
	Also       []string              `json:"also"`
	Category   *string               `json:"category"`
	Slots      knowledge.Slots       `json:"slots"`
	Text       string                `json:"text"`
}

func (c *askCmd) run(ctx context.Context, s *settings, std stdio) error {
	return withApp(ctx, s, std, func(a *app) error { return c.all(ctx, a, std) })
}

// all answers every question that was given.
func (c *askCmd) all(ctx context.Context, a *app, std stdio) (err error) {
	out := bufio.NewWriter(std.out)
	defer func() { err = errors.Join(err, out.Flush()) }()
	if len(c.Question) > 0 {
		return c.one(ctx, a, out, strings.Join(c.Question, " "))
	}
	sc := bufio.NewScanner(std.in)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		if err := c.one(ctx, a, out, sc.Text()); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return fmt.Errorf("write an answer: %w", err)
		}
	}
	if err := sc.Err(); err != nil {
		return fmt.Errorf("read the questions: %w", err)
	}
	return nil
}

func (c *askCmd) one(ctx context.Context, a *app, out io.Writer, question string) error {
	ans, err := a.matcher.Ask(ctx, question)
	if err != nil {
		return fmt.Errorf("answer a question: %w", err)
	}
	text := a.dialog.Say(ans, question)
	if c.Explain {
		if err := a.matcher.Explain(ctx, out, question); err != nil {
			return fmt.Errorf("explain an answer: %w", err)
		}
	}
	if !c.JSON {
		_, err = fmt.Fprintln(out, bot.Terminal(text))
		return err
	}
	obj := asked{
		Question: question, Zone: ans.Zone, Confidence: ans.Confidence, Candidates: ans.Candidates,
		Also:  ans.Also,
		Slots: ans.Slots, Text: bot.Terminal(text),
	}
	if obj.Candidates == nil {
		obj.Candidates = []knowledge.Candidate{}
	}
	if obj.Also == nil {
		obj.Also = []string{}
	}
	if ans.Topic != nil {
		obj.Topic, obj.Verdict = &ans.Topic.ID, &ans.Topic.Verdict
	}
	if ans.Category != nil {
		obj.Category = &ans.Category.ID
	}
	if err := json.NewEncoder(out).Encode(obj); err != nil {
		return fmt.Errorf("write an answer: %w", err)
	}
	return nil
}
