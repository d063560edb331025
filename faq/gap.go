package faq

import (
	"tanyanetral/knowledge"
)

// nearest is how many topics a logged question keeps.
const nearest = 3

// Gap prepares a question for the log: scrubbed, cut, with its normal form
// and the nearest topics. The normal form is made from the scrubbed text, so
// that nothing personal survives in it. The day is set by the caller.
func (m *Matcher) Gap(question string, near []knowledge.Candidate, reason knowledge.Reason) knowledge.Gap {
	st := m.state.Load()
	text := []rune(st.lang.Scrub(question))
	if len(text) > knowledge.MaxGap {
		text = append(text[:knowledge.MaxGap-1], '…')
	}
	normal := []rune(st.lang.Analyse(string(text)).Normal())
	return knowledge.Gap{
		Text: string(text), Normal: string(normal[:min(len(normal), knowledge.MaxGap)]),
		Near: near[:min(nearest, len(near))], Reason: reason,
	}
}

// Base returns the base that answers are given from.
func (m *Matcher) Base() *knowledge.Base { return m.state.Load().base }
