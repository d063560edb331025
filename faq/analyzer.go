package faq

import (
	"errors"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/registry"

	"tanyanetral/bahasa"
)

// analyzerName is the name under which our analyzer is registered with bleve.
const analyzerName = "bahasa"

// languageKey passes the language data through bleve's configuration map.
const languageKey = "language"

// init registers the analyzer; bleve looks analyzers up by name, and a name
// that is taken is a mistake of the program.
func init() {
	if err := registry.RegisterAnalyzer(analyzerName, newAnalyzer); err != nil {
		panic(err)
	}
}

// analyzer hands texts to bahasa, so that index, search and matcher see the
// same terms. bleve's own Indonesian stop list is never used: it would erase
// tidak, belum, boleh and sebelum.
type analyzer struct{ lang *bahasa.Language }

func newAnalyzer(config map[string]any, _ *registry.Cache) (analysis.Analyzer, error) {
	lang, ok := config[languageKey].(*bahasa.Language)
	if !ok {
		return nil, errors.New("the bahasa analyzer needs its language data")
	}
	return analyzer{lang}, nil
}

// Analyze gives the terms of a text. The matched terms have no place in the
// original text, so that positions count and byte offsets are those of the
// normal form.
func (a analyzer) Analyze(text []byte) analysis.TokenStream {
	terms := a.lang.Analyse(string(text)).Terms
	stream := make(analysis.TokenStream, len(terms))
	at := 0
	for i, t := range terms {
		stream[i] = &analysis.Token{
			Term: []byte(t), Position: i + 1, Start: at, End: at + len(t), Type: analysis.AlphaNumeric,
		}
		at += len(t) + 1
	}
	return stream
}
