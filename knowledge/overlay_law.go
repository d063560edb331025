package knowledge

import "slices"

// turned reports whether the instrument is revoked or amended, so that topics
// reviewed before have to be looked at again.
func (i *Instrument) turned() bool { return i.Status == Dicabut || i.Status == Diubah }

// Affected returns the topics that cite a revoked or amended instrument and
// were last reviewed before its state was last checked.
func (b *Base) Affected(instrument string) []*Topic {
	ins := b.Instrument(instrument)
	if ins == nil || !ins.turned() {
		return nil
	}
	var topics []*Topic
	for i := range b.Topics {
		t := &b.Topics[i]
		cites := func(c Citation) bool { return c.Instrument == instrument }
		if t.Reviewed < ins.LastChecked && slices.ContainsFunc(t.Bases(), cites) {
			topics = append(topics, t)
		}
	}
	return topics
}

// Notice returns the instrument for which an answer has to say that its basis
// changed and is being reviewed: a revoked one before an amended one. It
// reports false when the topic was reviewed since.
func (b *Base) Notice(t *Topic) (Instrument, bool) {
	var found *Instrument
	for _, c := range t.Bases() {
		ins := b.Instrument(c.Instrument)
		if ins == nil || !ins.turned() || t.Reviewed >= ins.LastChecked {
			continue
		}
		if found == nil || found.Status != Dicabut && ins.Status == Dicabut {
			found = ins
		}
	}
	if found == nil {
		return Instrument{}, false
	}
	return *found, true
}
