package faq

import (
	"log/slog"

	"tanyanetral/bahasa"
	"tanyanetral/knowledge"
)

// Open builds the matcher for a base: it analyses the wordings, fills the
// index in memory and takes the fitted weights. It costs a few hundred
// milliseconds at the shipped size and nothing on disk.
func Open(log *slog.Logger, b *knowledge.Base, lang *bahasa.Language, w *Weights) (*Matcher, error) {
	m := &Matcher{log: log, lang: lang}
	md, err := newModel(newCorpus(b, lang), w.linear, w.fusion)
	if err != nil {
		return nil, err
	}
	if w.Print != fingerprint(b, lang) {
		log.Warn("faq: the weights were fitted to other data; run make fit", "topics", len(b.Topics))
	}
	m.state.Store(&state{model: md, calibrator: w.calibrator})
	return m, nil
}

// fingerprint names the data that weights were fitted to.
func fingerprint(b *knowledge.Base, lang *bahasa.Language) string { return b.Print + lang.Print() }

// Close releases the index. The matcher must not be used afterwards.
func (m *Matcher) Close() error {
	m.retired.Wait()
	m.tried.Swap(nil).drop(m)
	return m.state.Load().close()
}
