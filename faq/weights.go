package faq

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the fitted weights
	"encoding/gob"
	"fmt"
	"io"
)

//go:embed weights.bin
var embeddedWeights []byte

// Weights are the fitted parts of the matcher, with the fingerprint of the
// data that they were fitted to.
type Weights struct {
	Print      string
	linear     *linear
	fusion     fusion
	calibrator calibrator
}

// wire is how weights are stored: keys in the order of their dimensions.
type wire struct {
	Print            string
	Classes          []string
	Words, Grams     []string
	WordIDF, GramIDF []float32
	Rows             []byte
	Scale, Bias      []float32
	Fusion           fusion
	Calibrator       calibrator
}

// Write stores the weights, compressed.
func (w *Weights) Write(to io.Writer) error {
	z := gzip.NewWriter(to)
	err := gob.NewEncoder(z).Encode(wire{
		Print: w.Print, Classes: w.linear.classes, Words: w.linear.words.keys(), Grams: w.linear.grams.keys(),
		WordIDF: w.linear.words.idf, GramIDF: w.linear.grams.idf,
		Rows: toBytes(w.linear.rows), Scale: w.linear.scale, Bias: w.linear.bias,
		Fusion: w.fusion, Calibrator: w.calibrator,
	})
	if err != nil {
		return fmt.Errorf("write the weights: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write the weights: %w", err)
	}
	return nil
}

// ReadWeights reads what Write stored and checks that its parts fit together.
func ReadWeights(data []byte) (*Weights, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read the weights: %w", err)
	}
	var in wire
	if err := gob.NewDecoder(z).Decode(&in); err != nil {
		return nil, fmt.Errorf("read the weights: %w", err)
	}
	if _, err := io.Copy(io.Discard, z); err != nil { // reads on to the checksum
		return nil, fmt.Errorf("read the weights: %w", err)
	}
	features := len(in.Words) + len(in.Grams)
	if len(in.Rows) != features*len(in.Classes) || len(in.Scale) != features ||
		len(in.Bias) != len(in.Classes) || len(in.WordIDF) != len(in.Words) || len(in.GramIDF) != len(in.Grams) {
		return nil, fmt.Errorf("read the weights: %d features and %d classes do not fit %d weights",
			features, len(in.Classes), len(in.Rows))
	}
	return &Weights{
		Print: in.Print,
		linear: &linear{
			classes: in.Classes, words: spaceOf(in.Words, in.WordIDF), grams: spaceOf(in.Grams, in.GramIDF),
			rows: fromBytes(in.Rows), scale: in.Scale, bias: in.Bias,
		},
		fusion: in.Fusion, calibrator: in.Calibrator,
	}, nil
}

// Embedded returns the weights that ship with the program.
func Embedded() (*Weights, error) { return ReadWeights(embeddedWeights) }

// toBytes and fromBytes change the sign convention: gob is fast with bytes.
func toBytes(rows []int8) []byte {
	out := make([]byte, len(rows))
	for i, r := range rows {
		out[i] = byte(r)
	}
	return out
}

func fromBytes(rows []byte) []int8 {
	out := make([]int8, len(rows))
	for i, r := range rows {
		out[i] = int8(r)
	}
	return out
}

func (s *space) keys() []string {
	all := make([]string, len(s.idf))
	for k, id := range s.ids {
		all[id] = k
	}
	return all
}

func spaceOf(keys []string, idf []float32) *space {
	s := &space{ids: make(map[string]int32, len(keys)), idf: idf}
	for i, k := range keys {
		s.ids[k] = int32(i)
	}
	return s
}
