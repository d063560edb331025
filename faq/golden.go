package faq

import (
	"bytes"
	_ "embed"
	"errors"
)

//go:embed testdata/dev-a.jsonl
var goldenA []byte

//go:embed testdata/dev-b.jsonl
var goldenB []byte

// Golden are the questions whose right topics are known: before a change is
// published they are asked, and what was right must stay right. They are the
// sets with which the matcher was developed.
func Golden() ([]Labelled, error) {
	a, errA := ReadLabelled(bytes.NewReader(goldenA))
	b, errB := ReadLabelled(bytes.NewReader(goldenB))
	return append(a, b...), errors.Join(errA, errB)
}
