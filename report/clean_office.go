package report

import (
	"archive/zip"
	"bytes"
	"errors"
	"image"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
)

// The limits of what an office file may unpack to.
const (
	maxUnpacked = 200 << 20
	maxRatio    = 200
	maxEntries  = 10_000
	// ratioFrom: small parts may be packed very tightly and mean no harm.
	ratioFrom = 1 << 20
)

const (
	officePrefix = "application/vnd.openxmlformats-officedocument."
	odfPrefix    = "application/vnd.oasis.opendocument."
	// pictures are the names of pictures that can be cleaned, in a pattern.
	pictures = `[\w .-]+\.(?i:jpe?g|png|gif)`
)

// zipPart is one unpacked part of an office file.
type zipPart struct {
	name string
	data []byte
}

// cleanOffice writes a docx, xlsx, pptx, odt, ods or odp anew: parts that tell
// of people or machines are left out, names of writers and dates are emptied,
// pictures are cleaned. A part that we do not know makes it ErrCannotClean.
func cleanOffice(data []byte) ([]byte, fileKind, error) {
	k := kindOf("application/zip")
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, k, ErrCannotClean
	}
	if len(r.File) > maxEntries {
		return nil, k, ErrBomb
	}
	form, ok := formOf(r)
	if !ok {
		if err := weigh(r); err != nil {
			return nil, k, err
		}
		return nil, k, ErrCannotClean
	}
	parts, err := unpack(r, form)
	if err != nil {
		return nil, form.kind, err
	}
	if !fewPixels(parts) {
		return nil, form.kind, ErrBomb
	}
	for i := range parts {
		if parts[i].data, err = form.cleanPart(parts[i]); err != nil {
			return nil, form.kind, err
		}
	}
	out, err := pack(parts)
	return out, form.kind, err
}

// unpack reads the parts that stay, within the limits; the parts that go are
// read as well, so that a bomb cannot hide in them.
func unpack(r *zip.Reader, form officeForm) ([]zipPart, error) {
	var parts []zipPart
	var seen []string
	total := int64(0)
	for _, f := range r.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		body, err := readEntry(f, maxUnpacked-total)
		if err != nil {
			return nil, err
		}
		total += int64(len(body))
		fate := form.fate(f.Name)
		if fate == unknown || slices.Contains(seen, strings.ToLower(f.Name)) {
			return nil, ErrCannotClean
		}
		seen = append(seen, strings.ToLower(f.Name))
		if fate == stays {
			parts = append(parts, zipPart{name: f.Name, data: body})
		}
	}
	return parts, nil
}

// fewPixels tells whether the pictures of a file are together no more than four
// of the largest that are taken alone, so that one file cannot keep the
// processor busy for minutes.
func fewPixels(parts []zipPart) bool {
	pixels := 0
	for _, p := range parts {
		if path.Ext(p.name) == ".xml" {
			continue
		}
		if c, _, err := image.DecodeConfig(bytes.NewReader(p.data)); err == nil {
			pixels += min(c.Width*c.Height, 1<<40)
		}
	}
	return pixels <= 4*maxPixels
}

// weigh unpacks everything without keeping it, to find bombs in files that are
// kept as they are.
func weigh(r *zip.Reader) error {
	total := int64(0)
	for _, f := range r.File {
		n, err := readEntry(f, maxUnpacked-total)
		if errors.Is(err, ErrBomb) {
			return err
		}
		total += int64(len(n))
	}
	return nil
}

// readEntry unpacks one entry; what it claims of its size is not believed.
func readEntry(f *zip.File, left int64) ([]byte, error) {
	rc, err := f.Open()
	if err != nil {
		return nil, ErrCannotClean
	}
	defer func() { _ = rc.Close() }() // a checksum error was met while reading
	limit := left
	if packed := int64(min(f.CompressedSize64, 1<<40)); packed*maxRatio < limit { //nolint:gosec // bounded
		limit = max(packed*maxRatio, ratioFrom)
	}
	body, err := io.ReadAll(io.LimitReader(rc, min(limit, left)+1))
	switch {
	case int64(len(body)) > min(limit, left):
		return nil, ErrBomb
	case err != nil:
		return nil, ErrCannotClean
	}
	return body, nil
}

// pack writes the parts; the type of an OpenDocument comes first and unpacked,
// as its standard asks.
func pack(parts []zipPart) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	slices.SortStableFunc(parts, func(a, b zipPart) int {
		return boolInt(b.name == "mimetype") - boolInt(a.name == "mimetype")
	})
	for _, p := range parts {
		h := &zip.FileHeader{Name: p.name, Method: zip.Deflate}
		if p.name == "mimetype" {
			h.Method = zip.Store
		}
		e, err := w.CreateHeader(h)
		if err != nil {
			return nil, ErrCannotClean
		}
		if _, err := e.Write(p.data); err != nil {
			return nil, ErrCannotClean
		}
	}
	if err := w.Close(); err != nil {
		return nil, ErrCannotClean
	}
	return out.Bytes(), nil
}

// fate is what happens to a part.
type fate int

const (
	unknown fate = iota // the file cannot be cleaned
	stays
	goes
)

// officeForm is a kind of office file: which parts stay and which go.
type officeForm struct {
	kind fileKind
	stay *regexp.Regexp
	drop *regexp.Regexp
}

func (f officeForm) fate(name string) fate {
	clean := path.Clean("/" + name)[1:]
	switch {
	case clean != name:
		return unknown
	case f.drop.MatchString(name):
		return goes
	case f.stay.MatchString(name):
		return stays
	default:
		return unknown
	}
}

// cleanPart empties what a part says of people and machines.
func (f officeForm) cleanPart(p zipPart) ([]byte, error) {
	switch ext := strings.ToLower(path.Ext(p.name)); {
	case p.name == "mimetype":
		return []byte(f.kind.mime), nil
	case ext == ".xml" || ext == ".rels" || ext == ".vml":
		return scrubXML(p.data, f.drop)
	case ext == ".jpg" || ext == ".jpeg" || ext == ".png" || ext == ".gif":
		switch sniff(p.data).mime {
		case "image/jpeg":
			return cleanJPEG(p.data)
		case "image/png":
			return cleanPNG(p.data)
		case "image/gif":
			return cleanGIF(p.data)
		}
	}
	return nil, ErrCannotClean
}

// formOf tells which office file a zip is by its parts.
func formOf(r *zip.Reader) (officeForm, bool) {
	has := func(name string) bool {
		return slices.ContainsFunc(r.File, func(f *zip.File) bool { return f.Name == name })
	}
	switch {
	case has("word/document.xml"):
		return officeXML("wordprocessingml.document", `word/(document|styles|settings|fontTable|webSettings|`+
			`numbering|footnotes|endnotes|comments|commentsExtended|commentsIds|commentsExtensible|`+
			`stylesWithEffects|header\d*|footer\d*)\.xml|word/media/`+pictures, `word/people\.xml`), true
	case has("xl/workbook.xml"):
		return officeXML("spreadsheetml.sheet",
			`xl/(workbook|styles|sharedStrings|calcChain|metadata|comments\d*|`+
				`worksheets/sheet\d+|tables/table\d+|drawings/drawing\d+|charts/(chart|style|colors)\d+|`+
				`chartsheets/sheet\d+)\.xml|xl/drawings/vmlDrawing\d+\.vml|xl/media/`+pictures,
			`xl/printerSettings/.*`), true
	case has("ppt/presentation.xml"):
		return officeXML("presentationml.presentation", `ppt/(presentation|presProps|viewProps|tableStyles|`+
			`commentAuthors|comments/comment\d+|slides/slide\d+|slideLayouts/slideLayout\d+|`+
			`slideMasters/slideMaster\d+|notesSlides/notesSlide\d+|notesMasters/notesMaster\d+|`+
			`handoutMasters/handoutMaster\d+|charts/(chart|style|colors)\d+)\.xml|`+
			`ppt/media/`+pictures, `ppt/printerSettings/.*`), true
	case has("content.xml") && has("META-INF/manifest.xml"):
		return openDocument(r)
	}
	return officeForm{}, false
}

// officeXML is the form of a file of Microsoft's office.
func officeXML(name, stay, drop string) officeForm {
	return officeForm{
		kind: kindOf(officePrefix + name),
		stay: regexp.MustCompile(`^(\[Content_Types\]\.xml|_rels/\.rels|[a-z]+/(\w+/)*_rels/[\w.-]+\.rels|` +
			`[a-z]+/theme/(theme|themeOverride)\d+\.xml|` + stay + `)$`),
		drop: regexp.MustCompile(`^(docProps/.*|customXml/.*|_xmlsignatures/.*|` + drop + `)$`),
	}
}

// openDocument is the form of a file of LibreOffice. Settings go as well: they
// name printers, and their absence means the usual ones.
func openDocument(r *zip.Reader) (officeForm, bool) {
	mime := ""
	for _, f := range r.File {
		if f.Name == "mimetype" {
			b, err := readEntry(f, 200)
			if err != nil {
				return officeForm{}, false
			}
			mime = strings.TrimSpace(string(b))
		}
	}
	k := kindOf(mime)
	if !strings.HasPrefix(mime, odfPrefix) || k.ext == ".bin" {
		return officeForm{}, false
	}
	return officeForm{
		kind: k,
		stay: regexp.MustCompile(`^(mimetype|content\.xml|styles\.xml|META-INF/manifest\.xml|` +
			`Pictures/` + pictures + `)$`),
		drop: regexp.MustCompile(`^(meta\.xml|settings\.xml|layout-cache|Thumbnails/.*|Configurations2/.*|` +
			`META-INF/documentsignatures\.xml|manifest\.rdf)$`),
	}, true
}
