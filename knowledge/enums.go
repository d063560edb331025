package knowledge

// Verdict is what a topic says of the act asked about.
type Verdict string

// The verdicts. Sengketa means that institutions or quoted texts differ; Info
// means that the question asks for knowledge or steps, not for permission.
const (
	Dilarang  Verdict = "dilarang"
	Boleh     Verdict = "boleh"
	Bersyarat Verdict = "bersyarat"
	Sengketa  Verdict = "sengketa"
	Info      Verdict = "info"
)

// Label is the verdict as a person reads it, with its sign.
func (v Verdict) Label() string { return label(verdictLabels(), v) }

func verdictLabels() map[Verdict]string {
	return map[Verdict]string{
		Dilarang:  "⛔ Tidak boleh",
		Boleh:     "✅ Boleh",
		Bersyarat: "⚠️ Bersyarat",
		Sengketa:  "⚖️ Masih diperdebatkan",
		Info:      "ℹ️ Penjelasan",
	}
}

// Opposite reports whether one verdict allows what the other forbids.
func (v Verdict) Opposite(w Verdict) bool {
	return v == Boleh && w == Dilarang || v == Dilarang && w == Boleh
}

// When is the phase in which an outcome applies.
type When string

// The phases of outcomes, from wide to narrow.
const (
	KapanSaja        When = "kapan-saja"
	SebelumPenetapan When = "sebelum-penetapan"
	SesudahPenetapan When = "sesudah-penetapan"
	MasaKampanye     When = "masa-kampanye"
	MasaTenang       When = "masa-tenang"
	HariPemungutan   When = "hari-pemungutan"
)

// Label is the phase as a person reads it.
func (w When) Label() string { return label(whenLabels(), w) }

func whenLabels() map[When]string {
	return map[When]string{
		KapanSaja:        "Kapan saja",
		SebelumPenetapan: "Sebelum calon ditetapkan",
		SesudahPenetapan: "Setelah calon ditetapkan",
		MasaKampanye:     "Masa kampanye",
		MasaTenang:       "Masa tenang",
		HariPemungutan:   "Hari pemungutan suara",
	}
}

// Kind is the body of rules that an outcome belongs to.
type Kind string

// The kinds of outcome.
const (
	KodeEtik     Kind = "kode-etik"
	Disiplin     Kind = "disiplin"
	Pidana       Kind = "pidana"
	Administrasi Kind = "administratif"
	NoKind       Kind = "none"
)

// Label is the kind as a person reads it.
func (k Kind) Label() string { return label(kindLabels(), k) }

func kindLabels() map[Kind]string {
	return map[Kind]string{
		KodeEtik:     "kode etik",
		Disiplin:     "disiplin",
		Pidana:       "pidana",
		Administrasi: "administratif",
		NoKind:       "bukan pelanggaran",
	}
}

// Level is how heavy an outcome is.
type Level string

// The levels. TidakDitentukan means that the act is forbidden or acted upon,
// but that no rule fixes the level.
const (
	Moral           Level = "moral"
	Ringan          Level = "ringan"
	Sedang          Level = "sedang"
	Berat           Level = "berat"
	PTDH            Level = "ptdh"
	LevelPidana     Level = "pidana"
	NoLevel         Level = "none"
	TidakDitentukan Level = "tidak-ditentukan"
)

// Label is the level as a person reads it.
func (l Level) Label() string { return label(levelLabels(), l) }

func levelLabels() map[Level]string {
	return map[Level]string{
		Moral:           "sanksi moral",
		Ringan:          "hukuman disiplin ringan",
		Sedang:          "hukuman disiplin sedang",
		Berat:           "hukuman disiplin berat",
		PTDH:            "pemberhentian tidak dengan hormat",
		LevelPidana:     "ancaman pidana",
		NoLevel:         "tidak ada sanksi",
		TidakDitentukan: "sanksi tidak ditetapkan tingkatnya",
	}
}

// levelsOf tells which levels fit a kind.
func levelsOf(k Kind) []Level {
	switch k {
	case KodeEtik:
		return []Level{Moral, TidakDitentukan}
	case Disiplin:
		return []Level{Ringan, Sedang, Berat, PTDH, TidakDitentukan}
	case Pidana:
		return []Level{LevelPidana}
	case Administrasi:
		return []Level{PTDH, TidakDitentukan, NoLevel}
	case NoKind:
		return []Level{NoLevel}
	}
	return nil
}

// Confidence is how sure the source of a topic is.
type Confidence string

// The degrees of confidence.
const (
	Kuat       Confidence = "kuat"
	SatuSumber Confidence = "satu-sumber"
	PerluCek   Confidence = "perlu-cek-naskah"
	Inferensi  Confidence = "inferensi"
)

// Label is the confidence as a person reads it.
func (c Confidence) Label() string { return label(confidenceLabels(), c) }

func confidenceLabels() map[Confidence]string {
	return map[Confidence]string{
		Kuat:       "didukung naskah atau beberapa sumber",
		SatuSumber: "bersandar pada satu sumber",
		PerluCek:   "bunyi pasalnya masih perlu dicocokkan dengan naskah asli",
		Inferensi:  "simpulan dari aturan yang ada, belum ditegaskan lembaga berwenang",
	}
}

// Status is whether an instrument is in force.
type Status string

// The states of an instrument. Sebagian means that only some articles are
// still used.
const (
	Berlaku  Status = "berlaku"
	Dicabut  Status = "dicabut"
	Diubah   Status = "diubah"
	Sebagian Status = "sebagian"
)

// Label is the status as a person reads it.
func (s Status) Label() string { return label(statusLabels(), s) }

func statusLabels() map[Status]string {
	return map[Status]string{
		Berlaku:  "berlaku",
		Dicabut:  "dicabut atau tidak dipakai lagi",
		Diubah:   "berlaku dengan perubahan",
		Sebagian: "hanya sebagian pasal yang masih dipakai",
	}
}

// label looks a value up and falls back to its id, so that a new value shows
// up as itself instead of as nothing.
func label[T ~string](m map[T]string, v T) string {
	if s, ok := m[v]; ok {
		return s
	}
	return string(v)
}

// known reports whether v stands in m.
func known[T ~string](m map[T]string, v T) bool {
	_, ok := m[v]
	return ok
}
