package knowledge

// Who is a kind of person that an outcome binds or a section speaks to.
type Who string

// The persons that the selection of outcomes treats specially; whoLabels has
// them all.
const (
	ASN         Who = "asn"
	PNS         Who = "pns"
	CPNS        Who = "cpns"
	PPPK        Who = "pppk"
	ParuhWaktu  Who = "pppk-paruh-waktu"
	PejabatASN  Who = "pejabat-asn"
	Umum        Who = "umum"
	Guru        Who = "guru"
	Camat       Who = "camat"
	Lurah       Who = "lurah"
	Penjabat    Who = "penjabat"
	PPNPN       Who = "ppnpn"
	Kades       Who = "kades"
	Perangkat   Who = "perangkat-desa"
	BUMN        Who = "bumn-bumd"
	TNIPolri    Who = "tni-polri"
	Pensiunan   Who = "pensiunan"
	PetugasAdho Who = "petugas-adhoc"
)

// Label is the person as a reader reads it.
func (w Who) Label() string { return label(whoLabels(), w) }

func whoLabels() map[Who]string {
	return map[Who]string{
		ASN:              "PNS dan PPPK",
		PNS:              "PNS",
		CPNS:             "CPNS",
		PPPK:             "PPPK",
		ParuhWaktu:       "PPPK paruh waktu",
		PPNPN:            "honorer atau tenaga kontrak",
		PejabatASN:       "pejabat ASN",
		Lurah:            "lurah",
		Camat:            "camat",
		Guru:             "guru, dosen, atau tenaga kesehatan",
		Penjabat:         "penjabat kepala daerah",
		"kepala-daerah":  "kepala daerah",
		"pejabat-negara": "pejabat negara",
		Kades:            "kepala desa",
		Perangkat:        "perangkat desa",
		"bpd":            "anggota BPD",
		"rt-rw":          "pengurus RT atau RW",
		"pendamping":     "pendamping desa atau PKH",
		BUMN:             "pegawai BUMN atau BUMD",
		TNIPolri:         "anggota TNI atau Polri",
		PetugasAdho:      "petugas PPK, PPS, atau KPPS",
		"pelamar":        "pelamar CPNS atau PPPK",
		Pensiunan:        "pensiunan",
		"guru-swasta":    "guru atau dosen swasta",
		"calon":          "calon",
		"tim-kampanye":   "pelaksana dan tim kampanye",
		Umum:             "setiap orang",
	}
}

// covers lists the wider groups to which a person also belongs: what binds
// them binds the person.
func (w Who) covers() []Who {
	switch w {
	case PNS, CPNS, PPPK, ParuhWaktu:
		return []Who{w, ASN, Umum}
	case PejabatASN, Guru:
		return []Who{w, ASN, PNS, PPPK, Umum}
	case Camat, Lurah:
		return []Who{w, PejabatASN, ASN, PNS, Umum}
	case Penjabat:
		return []Who{w, PejabatASN, ASN, PNS, Umum}
	case ASN, "":
		return []Who{ASN, PNS, PPPK, CPNS, ParuhWaktu, PejabatASN, Umum}
	default:
		return []Who{w, Umum}
	}
}

// Relation is who the other person in a question is to the asker.
type Relation string

// Label is the relation as a reader reads it.
func (r Relation) Label() string { return label(relationLabels(), r) }

func relationLabels() map[Relation]string {
	return map[Relation]string{
		"pasangan":  "suami atau istri",
		"anak":      "anak",
		"orang-tua": "orang tua atau mertua",
		"saudara":   "saudara",
		"keluarga":  "keluarga",
		"atasan":    "atasan",
		"bawahan":   "bawahan",
		"teman":     "teman atau rekan kerja",
		"siswa":     "siswa atau orang tua siswa",
		"warga":     "warga yang dilayani",
	}
}

// SectionLabel names the person or relation that a section speaks to.
func SectionLabel(id string) string {
	if known(relationLabels(), Relation(id)) {
		return Relation(id).Label()
	}
	return Who(id).Label()
}
