package knowledge

import (
	"fmt"
	"strings"
)

// Citation names an instrument and a place in it, as "UU 20/2023 Pasal 24
// ayat (1) huruf d" does. A citation without a place names the whole
// instrument, as circulars are cited.
type Citation struct {
	Instrument string
	Article    string
}

// String is the citation as a person reads it.
func (c Citation) String() string {
	if c.Article == "" {
		return c.Instrument
	}
	return c.Instrument + " " + c.Article
}

// MarshalYAML writes the citation as one string.
func (c Citation) MarshalYAML() ([]byte, error) {
	return fmt.Appendf(nil, "%q", c.String()), nil
}

// UnmarshalYAML reads the citation from one string.
func (c *Citation) UnmarshalYAML(unmarshal func(any) error) error {
	var s string
	if err := unmarshal(&s); err != nil {
		return err
	}
	*c = ParseCitation(s)
	return nil
}

// ParseCitation splits a citation at the first word that begins a place in an
// instrument. It accepts any text; Base.Check tells whether instrument and
// place exist.
func ParseCitation(s string) Citation {
	s = strings.TrimSpace(s)
	cut := len(s)
	for _, word := range []string{" Pasal ", " Lampiran ", " Penjelasan ", " angka ", " huruf ", " Diktum "} {
		if i := strings.Index(s, word); i > 0 && i < cut {
			cut = i
		}
	}
	return Citation{Instrument: s[:cut], Article: strings.TrimSpace(s[cut:])}
}
