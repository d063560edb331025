package console

import (
	"encoding/json"
	"strings"

	"tanyanetral/knowledge"
)

// part is one part of a topic as two versions of it are compared and merged.
type part struct {
	key, label string
	text       func(t *knowledge.Topic) string // as lines for people
	take       func(to, from *knowledge.Topic) // copies the part
}

// parts lists all parts of a topic; together they are the whole of it beside
// its id and its ways of asking.
func parts() []part {
	type topic = knowledge.Topic
	short := func(key, label string, at func(t *topic) *string) part {
		return part{key, label, func(t *topic) string { return *at(t) }, func(to,
			from *topic) {
			*at(to) = *at(from)
		}}
	}
	return []part{
		short("title", "Judul", func(t *topic) *string { return &t.Title }),
		short("group", "Kelompok", func(t *topic) *string { return &t.Group }),
		{"verdict", "Putusan", func(t *topic) string { return verdictText(t.Verdict) },
			func(to, from *topic) { to.Verdict = from.Verdict }},
		short("answer", "Jawaban", func(t *topic) *string { return &t.Answer }),
		short("explanation", "Penjelasan", func(t *topic) *string { return &t.Explanation }),
		short("instead", "Yang dapat dilakukan", func(t *topic) *string { return &t.Instead }),
		short("allowed", "Contoh yang boleh", func(t *topic) *string { return &t.Allowed }),
		short("forbidden", "Contoh yang tidak boleh", func(t *topic) *string { return &t.Forbidden }),
		short("already", "Jika sudah telanjur", func(t *topic) *string { return &t.Already }),
		{"outcomes", "Akibat dan dasar hukum", outcomesText,
			func(to, from *topic) { to.Outcomes = from.Outcomes }},
		{"sections", "Bagian khusus", sectionsText, func(to, from *topic) { to.Sections = from.Sections }},
		{"positions", "Pendapat yang berbeda", positionsText,
			func(to, from *topic) { to.Positions = from.Positions }},
		{"related", "Topik terkait", func(t *topic) string { return strings.Join(t.Related, "\n") },
			func(to, from *topic) { to.Related = from.Related }},
		short("caution", "Peringatan", func(t *topic) *string { return &t.Caution }),
		short("check", "Catatan pemeriksaan", func(t *topic) *string { return &t.Check }),
		{"provenance", "Keyakinan, tanggal, sumber", provenanceText, takeProvenance},
	}
}

func outcomesText(t *knowledge.Topic) string {
	var lines []string
	for _, o := range t.Outcomes {
		var who, basis []string
		for _, w := range o.Who {
			who = append(who, w.Label())
		}
		for _, c := range o.Basis {
			basis = append(basis, c.String())
		}
		line := o.When.Label()
		if o.If != "" {
			line += ", " + o.If
		}
		line += ": " + o.Level.Label() + " (" + o.Kind.Label() + "); bagi " + strings.Join(who, ", ")
		if len(basis) > 0 {
			line += "; dasar: " + strings.Join(basis, "; ")
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func sectionsText(t *knowledge.Topic) string {
	var lines []string
	for _, s := range t.Sections {
		lines = append(lines, knowledge.SectionLabel(s.For)+": "+s.Text)
	}
	return strings.Join(lines, "\n")
}

func positionsText(t *knowledge.Topic) string {
	var lines []string
	for _, p := range t.Positions {
		lines = append(lines, p.Holder+": "+p.Text)
	}
	return strings.Join(lines, "\n")
}

func provenanceText(t *knowledge.Topic) string {
	lines := []string{t.Confidence.Label(), "diperiksa " + dayText(t.Reviewed), "bukti sampai " +
		dayText(t.Evidence)}
	if len(t.Sources) > 0 {
		lines = append(lines, "sumber: "+strings.Join(t.Sources, ", "))
	}
	return strings.Join(lines, "\n")
}

func takeProvenance(to, from *knowledge.Topic) {
	to.Confidence, to.Reviewed, to.Evidence, to.Sources = from.Confidence, from.Reviewed, from.Evidence,
		from.Sources
}

// diffRow is one part in two versions.
type diffRow struct {
	Key, Label, Before, After string
}

// diffTopics lists the parts in which two topics differ. Nil is no topic.
func diffTopics(before, after *knowledge.Topic) []diffRow {
	text := func(p part, t *knowledge.Topic) string {
		if t == nil {
			return ""
		}
		return p.text(t)
	}
	var rows []diffRow
	for _, p := range parts() {
		if b, a := text(p, before), text(p, after); b != a {
			rows = append(rows, diffRow{p.key, p.label, b, a})
		}
	}
	return rows
}

// diffValues compares two values of an item, as the store keeps them. What is
// no topic is compared field by field.
func diffValues(kind knowledge.ItemKind, before, after []byte) []diffRow {
	if kind == knowledge.ItemTopic {
		return diffTopics(decodeTopic(before), decodeTopic(after))
	}
	b, a := decodeFields(before), decodeFields(after)
	var rows []diffRow
	for _, f := range fieldLabels() {
		if b[f.Name] != a[f.Name] {
			rows = append(rows, diffRow{f.Name, f.Value, b[f.Name], a[f.Name]})
		}
	}
	return rows
}

func decodeTopic(value []byte) *knowledge.Topic {
	t := new(knowledge.Topic)
	if len(value) == 0 || json.Unmarshal(value, t) != nil || t.ID == "" {
		return nil
	}
	return t
}

// decodeFields reads the fields of an item that is no topic as texts.
func decodeFields(value []byte) map[string]string {
	raw := map[string]any{}
	if len(value) == 0 || json.Unmarshal(value, &raw) != nil {
		return nil
	}
	all := map[string]string{}
	for name, x := range raw {
		switch x := x.(type) {
		case string:
			all[strings.ToLower(name)] = x
		case []any:
			var lines []string
			for _, y := range x {
				if s, ok := y.(string); ok {
					lines = append(lines, s)
				}
			}
			all[strings.ToLower(name)] = strings.Join(lines, "\n")
		}
	}
	return all
}

// fieldLabels are the fields of items that are no topics, in the order in
// which they are shown.
func fieldLabels() []field {
	return []field{
		{"owner", "Milik"}, {"text", "Kalimat"}, {"means", "Arti"}, {"id", "Singkatan"}, {"name", "Nama"},
		{"title", "Judul"}, {"status", "Keadaan"}, {"replacedby", "Diganti oleh"},
		{"binds", "Mengikat siapa"},
		{"textread", "Naskah yang dibaca"}, {"evidence", "Bukti sampai"},
		{"lastchecked", "Terakhir diperiksa"},
		{"note", "Catatan"}, {"articles", "Pasal yang dapat dikutip"}, {"begins", "Tahapan mulai"},
		{"nominated", "Penetapan calon"}, {"campaignfrom", "Kampanye mulai"},
		{"campaignuntil", "Kampanye sampai"},
		{"quietuntil", "Masa tenang sampai"}, {"vote", "Hari pemungutan"}, {"ends", "Tahapan berakhir"},
	}
}

// itemName tells what an item is, in words.
func (s *Server) itemName(it knowledge.Item) string {
	switch it.Kind {
	case knowledge.ItemTopic:
		if t := decodeTopic(it.Value); t != nil {
			return t.Title
		}
		return s.topicTitle(it.Key)
	case knowledge.ItemAsk, knowledge.ItemOutside:
		if text := decodeFields(it.Value)["text"]; text != "" {
			return "“" + text + "”"
		}
		_, text, _ := strings.Cut(it.Key, "/")
		return "“" + text + "”"
	}
	return it.Key
}
