package bot

import (
	"slices"
	"strings"

	"tanyanetral/knowledge"
)

// maxActs is how many acts one self-check covers: their summary fits one
// message.
const maxActs = 4

// The pages of a self-check, in the order in which they are shown; pageSeveral
// is pageAct with ticks.
const (
	pageWho     = 'w'
	pageAct     = 'a'
	pageSeveral = 'm'
	pagePhase   = 'p'
	pageKin     = 'r'
	pageSummary = 's'
)

// unset marks what was not chosen yet.
const unset = '-'

// selfCheck is all that a self-check knows. It lives in the data of the
// buttons alone: every button carries the state of the page that it opens.
type selfCheck struct {
	page, who, phase, kin byte
	acts                  string // one code an act
}

func newCheck() selfCheck { return selfCheck{page: pageWho, who: unset, phase: unset, kin: unset} }

// key is the button that opens the page of this state.
func (c selfCheck) key(label string) Button {
	return keyTo(label, verbCheck, string([]byte{c.page, c.who, c.phase, c.kin}), c.acts)
}

// parseCheck reads a state. It is false for one that no button of this
// program carries.
func parseCheck(a, b string) (selfCheck, bool) {
	if len(a) != 4 || len(b) > maxActs+1 {
		return selfCheck{}, false
	}
	c := selfCheck{a[0], a[1], a[2], a[3], b}
	for i := range b {
		if actOf(b[i]) == nil || strings.IndexByte(b, b[i]) != i {
			return selfCheck{}, false
		}
	}
	needs := map[byte]int{pageWho: 0, pageAct: 1, pageSeveral: 1, pagePhase: 2, pageKin: 3, pageSummary: 4}
	n, ok := needs[c.page]
	chosen := []bool{personOf(c.who) != nil, b != "", phaseOf(c.phase) != nil, kinOf(c.kin) != nil}
	return c, ok && !slices.Contains(chosen[:n], false)
}

// person is somebody who checks himself.
type person struct {
	code  byte
	who   knowledge.Who
	civil bool   // a civil servant, whom the rules of the acts bind as they stand
	topic string // with what is special for that person; may be empty
}

// checkPersons are those who can be chosen. A code, here and below, is never used again for
// something else: old messages carry it.
func checkPersons() []person {
	return []person{
		{'a', knowledge.PNS, true, ""},
		{'b', knowledge.CPNS, true, "cpns-netral"},
		{'c', knowledge.PPPK, true, "pppk-netral"},
		{'d', knowledge.ParuhWaktu, true, "pppk-paruh-waktu"},
		{'e', knowledge.Guru, true, "guru-dosen-nakes-asn"},
		{'f', knowledge.PejabatASN, true, ""},
		{'g', knowledge.Camat, true, "camat-lurah"},
		{'h', knowledge.Lurah, true, "camat-lurah"},
		{'i', knowledge.PPNPN, false, "honorer-ppnpn"},
		{'j', knowledge.Kades, false, "kepala-desa-netral"},
		{'k', knowledge.Perangkat, false, "perangkat-desa-netral"},
	}
}

func personOf(code byte) *person {
	return coded(checkPersons(), func(p person) byte { return p.code }, code)
}

func (p person) label() string {
	if p.who == knowledge.Guru {
		return "Guru, dosen, nakes ASN"
	}
	return capital(p.who.Label())
}

// stage is a phase that can be chosen.
type stage struct {
	code  byte
	phase knowledge.When
}

// The choices of a phase that are no phase themselves.
const (
	stageToday   = 'n'
	stageUnknown = 'x'
)

func checkStages() []stage {
	return []stage{
		{stageToday, ""},
		{'l', knowledge.DiLuarTahapan},
		{'b', knowledge.SebelumPenetapan},
		{'s', knowledge.SesudahPenetapan},
		{'k', knowledge.MasaKampanye},
		{'t', knowledge.MasaTenang},
		{'h', knowledge.HariPemungutan},
		{stageUnknown, ""},
	}
}

func phaseOf(code byte) *stage {
	return coded(checkStages(), func(s stage) byte { return s.code }, code)
}

// kin is whose campaign it is.
type kin struct {
	code      byte
	label     string
	relations []knowledge.Relation
	topic     string // with the rules for that family; may be empty
}

func checkKins() []kin {
	return []kin{
		{'0', "Bukan keluarga", nil, ""},
		{'1', "Suami atau istri", []knowledge.Relation{"pasangan"}, "dampingi-pasangan-calon"},
		{'2', "Keluarga lain", []knowledge.Relation{"keluarga", "orang-tua", "anak", "saudara"},
			"keluarga-calon"},
	}
}

func kinOf(code byte) *kin { return coded(checkKins(), func(k kin) byte { return k.code }, code) }

// coded finds the item with a code, or nil.
func coded[T any](all []T, code func(T) byte, want byte) *T {
	if i := slices.IndexFunc(all, func(v T) bool { return code(v) == want }); i >= 0 {
		return &all[i]
	}
	return nil
}
