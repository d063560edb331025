package knowledge

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// fieldText tells a curator in Indonesian what a check of Load complains of,
// with the part of the item that it is about in front.
func fieldText(field, format string, args []any) string {
	text, ok := complaints()[format]
	if !ok {
		text = format
	}
	text = fmt.Sprintf(text, args...)
	if format == missing || field == "" {
		return text
	}
	return fieldLabel(field) + ": " + text
}

// complaints are the checks' sentences in Indonesian, with the same arguments
// in the same order.
func complaints() map[string]string {
	return map[string]string{
		missing: "%s belum diisi.",
		"instrument %q needs a title and whom it binds": "Peraturan %q perlu judul dan " +
			"keterangan siapa yang diikat.",
		"status %q is unknown; use one of berlaku, diubah, sebagian, dicabut": "status %q tidak dikenal; " +
			"pilih berlaku, diubah, sebagian, atau dicabut.",
		"%q is not a day; write it as 2026-11-21": "%q bukan tanggal; tulis seperti 2026-11-21.",
		"instrument %q is revoked; name its successor or say why there is none": "Peraturan %q dicabut; " +
			"sebutkan penggantinya atau jelaskan di catatan mengapa tidak ada.",
		"verdict %q is unknown; use dilarang, boleh, bersyarat, sengketa or info": "putusan %q tidak dikenal.",
		"confidence %q is unknown": "tingkat keyakinan %q tidak dikenal.",
		"topic %q needs the days reviewed and evidence, as 2026-11-21": "Topik %q perlu tanggal tinjau dan " +
			"tanggal bukti, ditulis seperti 2026-11-21.",
		"topic %q is contested; show at least two positions": "Topik %q masih diperdebatkan; " +
			"tampilkan sedikitnya dua pendapat.",
		"related topic %q does not exist or is the topic itself": "topik %q tidak ada atau topik ini sendiri.",
		"source %q is not in sources.yaml":                       "sumber %q tidak ada dalam daftar.",
		"%q is neither a person nor a relation":                  "%q bukan golongan atau hubungan yang dikenal.",
		"phase %q is unknown":                                    "tahapan %q tidak dikenal.",
		"an outcome must say whom it binds":                      "sebutkan siapa yang terkena akibat ini.",
		"person %q is unknown":                                   "golongan orang %q tidak dikenal.",
		"level %q does not fit kind %q; one of %v does": "tingkat %q tidak cocok dengan jenis %q; " +
			"pilih dari %v.",
		"an outcome with a sanction needs its legal basis": "akibat berupa sanksi perlu dasar hukum.",
		"instrument %q is not in the registry; add it to instruments.yaml or " +
			"correct the citation": "%q tidak ada dalam daftar peraturan; pilih dari daftar.",
		"%s has no %q in the registry; check the text, then add it to its articles": "%s tidak memuat %q dalam " +
			"daftar; cocokkan dengan naskah, lalu tambahkan pasalnya ke daftar peraturan.",
		"%s is revoked; cite its successor %s": "%s sudah dicabut; kutip penggantinya %s.",
		"the text has %d characters, at most %d fit; shorten it": "teksnya %d karakter, paling banyak %d; " +
			"persingkat.",
		"the text does not end like a sentence; finish it with a full stop": "kalimatnya belum selesai; " +
			"akhiri dengan titik.",
		"%q must not be said; see the house rules for wording": "ungkapan %q tidak boleh dipakai.",
	}
}

// step is one step of a path: a name, and the place in its list.
var step = regexp.MustCompile(`([a-z_]+)(?:\[(\d+)\])?`)

// fieldLabel names a path such as outcomes[0].basis[1] for a curator.
func fieldLabel(path string) string {
	var parts []string
	for _, m := range step.FindAllStringSubmatch(strings.TrimPrefix(path, "$"), -1) {
		name := m[1]
		if l, ok := fieldLabels()[name]; ok {
			name = l
		}
		if i, err := strconv.Atoi(m[2]); err == nil {
			name += " " + strconv.Itoa(i+1)
		}
		if name != "" {
			parts = append(parts, name)
		}
	}
	label := strings.Join(parts, ", ")
	if label == "" {
		return label
	}
	return strings.ToUpper(label[:1]) + label[1:]
}

func fieldLabels() map[string]string {
	return map[string]string{
		"answer": "jawaban", "explanation": "penjelasan", "instead": "yang dapat dilakukan",
		"allowed": "contoh yang boleh", "forbidden": "contoh yang dilarang", "already": "kalau sudah terjadi",
		"caution": "catatan kehati-hatian", "check": "catatan untuk kurator", "sections": "bagian khusus",
		"positions": "pendapat", "text": "teks", "verdict": "putusan", "confidence": "tingkat keyakinan",
		"related": "topik terkait", "sources": "sumber", "outcomes": "akibat", "basis": "dasar hukum",
		"when": "tahapan", "who": "siapa", "level": "tingkat", "for": "untuk", "status": "status",
		"last_checked": "tanggal diperiksa",
	}
}
