package bot

import (
	"fmt"
	"time"

	"tanyanetral/knowledge"
)

// corrected says of a page that its answer was changed after the message was
// sent under which it was opened.
func (d *Dialog) corrected(r Reply, t *knowledge.Topic, sent time.Time) Reply {
	day, ok := d.changedSince(t, sent)
	if !ok || r.HTML == "" {
		return r
	}
	line := italic(fmt.Sprintf(textCorrected, longDay(day)))
	if size(line)+gap+size(r.HTML) <= maxMessage {
		r.HTML = line + "\n\n" + r.HTML
	}
	return r
}

// changedSince is the day on which an answer was last changed or reviewed;
// false when a message of that time shows it as it is.
func (d *Dialog) changedSince(t *knowledge.Topic, sent time.Time) (knowledge.Day, bool) {
	if sent.IsZero() {
		return "", false
	}
	last, err := time.ParseInLocation(time.DateOnly, string(t.Reviewed), d.set.Zone)
	if err != nil {
		last = time.Time{}
	}
	if d.set.Changed != nil {
		if at := d.set.Changed(t.ID); at.After(last) {
			last = at
		}
	}
	return knowledge.DayOf(last.In(d.set.Zone)), last.After(sent)
}

// notice says that an instrument of the answer was changed or revoked since
// the answer was reviewed; empty when there is none.
func (d *Dialog) notice(t *knowledge.Topic) string {
	ins, ok := d.ask.Base().Notice(t)
	if !ok {
		return ""
	}
	return bold("Catatan:") + " " + escape(fmt.Sprintf(textLawChanged, ins.ID, ins.Status.Label()))
}
