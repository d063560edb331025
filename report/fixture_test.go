package report

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"
)

// corner is an image whose top left quarter is red and the rest blue.
func corner(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{B: 255, A: 255}
			if x < w/2 && y < h/2 {
				c = color.RGBA{R: 255, A: 255}
			}
			img.Set(x, y, c)
		}
	}
	return img
}

// tiff is an EXIF block with an orientation, a maker and a place on the globe.
func tiff(turn int, maker string) []byte {
	order := binary.BigEndian
	b := []byte("MM\x00\x2a\x00\x00\x00\x08")
	entry := func(tag, kind uint16, n, v uint32) {
		b = order.AppendUint32(order.AppendUint32(order.AppendUint16(order.AppendUint16(b, tag), kind), n), v)
	}
	b = order.AppendUint16(b, 3)
	entry(0x010f, 2, uint32(len(maker)), 200)
	entry(0x0112, 3, 1, uint32(turn)<<16)
	entry(0x8825, 4, 1, 100) // GPS
	b = append(b, make([]byte, 100-len(b))...)
	b = order.AppendUint16(b, 1)
	entry(0x0002, 5, 3, 150)
	b = append(b, make([]byte, 200-len(b))...)
	return append(b, "GPSLatitude "+maker...)
}

// jpegWith is a photo with EXIF, XMP, a comment and a tail that carry a marker.
func jpegWith(t testing.TB, w, h, turn int, marker string) []byte {
	t.Helper()
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, corner(w, h), &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	segment := func(kind byte, body string) []byte {
		head := binary.BigEndian.AppendUint16([]byte{0xff, kind}, uint16(len(body)+2))
		return append(head, body...)
	}
	out := []byte{0xff, 0xd8}
	out = append(out, segment(0xe1, "Exif\x00\x00"+string(tiff(turn, marker)))...)
	out = append(out, segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>"+marker+"</x:xmpmeta>")...)
	out = append(out, segment(0xed, "Photoshop 3.0\x00"+marker)...)
	out = append(out, segment(0xfe, "GPS "+marker)...)
	out = append(out, plain.Bytes()[2:]...)
	return append(out, "tail GPS "+marker...)
}

func pngChunk(kind, body string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, kind...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// pngWith is a PNG with text, EXIF and time chunks and a tail.
func pngWith(t testing.TB, marker string) []byte {
	t.Helper()
	var plain bytes.Buffer
	if err := png.Encode(&plain, corner(20, 10)); err != nil {
		t.Fatal(err)
	}
	const head = 8 + 25 // signature and IHDR
	out := bytes.Clone(plain.Bytes()[:head])
	out = append(out, pngChunk("tEXt", "Author\x00GPS "+marker)...)
	out = append(out, pngChunk("eXIf", string(tiff(1, marker)))...)
	out = append(out, plain.Bytes()[head:]...)
	return append(out, "GPS "+marker...)
}

// pngClaiming is a PNG of a few bytes that claims to be large.
func pngClaiming(w, h uint32) []byte {
	head := words32(int(w), int(h)) + "\x08\x02\x00\x00\x00"
	out := append([]byte("\x89PNG\r\n\x1a\n"), pngChunk("IHDR", head)...)
	return append(append(out, pngChunk("IDAT", "x\x9c")...), pngChunk("IEND", "")...)
}

// gifWith is a GIF of two pictures with a comment.
func gifWith(t testing.TB, marker string) []byte {
	t.Helper()
	var all gif.GIF
	for n := range 2 {
		p := image.NewPaletted(image.Rect(0, 0, 12, 8), palette.Plan9)
		p.Pix[n] = byte(n + 1)
		all.Image, all.Delay = append(all.Image, p), append(all.Delay, 10)
	}
	var plain bytes.Buffer
	if err := gif.EncodeAll(&plain, &all); err != nil {
		t.Fatal(err)
	}
	b := plain.Bytes()
	at := 13 + gifTable(b[10])
	comment := append([]byte{0x21, 0xfe, byte(len(marker) + 4)}, "GPS "+marker...)
	out := append(bytes.Clone(b[:at]), append(comment, 0)...)
	return append(append(out, b[at:]...), "GPS "+marker...)
}

// zipOf packs parts in their order: name, content, name, content.
func zipOf(t testing.TB, parts ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(parts); i += 2 {
		e, err := w.Create(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Write([]byte(parts[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.SetComment("GPS"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// docx is a letter whose every corner names its writer m.
func docx(t testing.TB, m string, more ...string) []byte {
	t.Helper()
	return zipOf(t, append([]string{
		"[Content_Types].xml", `<?xml version="1.0" encoding="UTF-8"?><Types>` +
			`<Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/word/document.xml" ContentType="d"/>` +
			`<Override PartName="/docProps/core.xml" ContentType="c"/><Override PartName="/word/people.xml"/></Types>`,
		"_rels/.rels", `<Relationships><Relationship Id="rId1" Target="word/document.xml"/>` +
			`<Relationship Id="rId2" Target="docProps/core.xml"/></Relationships>`,
		"docProps/core.xml", `<cp:coreProperties><dc:creator>` + m + `</dc:creator></cp:coreProperties>`,
		"docProps/thumbnail.jpeg", string(jpegWith(t, 8, 8, 1, m)),
		"word/_rels/document.xml.rels", `<Relationships><Relationship Id="rId3" Target="people.xml"/>` +
			`<Relationship Id="rId4" Target="../customXml/item1.xml"/>` +
			`<Relationship Id="rId5" Target="media/image1.jpg"/>` +
			`<Relationship Id="rId6" Type="http://x/hyperlink" TargetMode="External" Target="file:///C:\Users\` + m +
			`\a.doc"/><Relationship Id="rId7" Type="http://x/attachedTemplate" TargetMode="External" Target="` + m +
			`"/></Relationships>`,
		"word/people.xml", `<w15:people><w15:person w15:author="` + m + `"/></w15:people>`,
		"customXml/item1.xml", `<x>` + m + `</x>`,
		"word/document.xml", `<?xml version="1.0"?><!-- ` + m + ` --><w:document>` +
			`<w:p w:rsidR="00AB12CD" w:rsidP='00AB12CE'><w:ins w:id="1" w:author="` + m +
			`" w:date="2026-01-02T03:04:05Z"><w:r><w:t>isi surat &lt;penting&gt;</w:t></w:r>` +
			`</w:ins><wp:docPr id="1" name="` + m + `.jpg" descr="C:\Users\` + m + `"/></w:p></w:document>`,
		"word/settings.xml", `<w:settings><w:rsids><w:rsidRoot w:val="00AB12CD"/></w:rsids>` +
			`<w:attachedTemplate r:id="rId7"/>` +
			`<w15:docId w15:val="{` + m + `}"/><w:zoom w:percent="100"/></w:settings>`,
		"word/comments.xml", `<w:comments><w:comment w:id="0" w:author="` + m + `" w:initials="` + m +
			`"><w:p>komentar</w:p></w:comment></w:comments>`,
		"word/media/image1.jpg", string(jpegWith(t, 8, 8, 1, m)),
	}, more...)...)
}

// xlsx is a sheet that names its writer m.
func xlsx(t testing.TB, m string) []byte {
	t.Helper()
	return zipOf(t,
		"[Content_Types].xml", `<Types><Override PartName="/xl/printerSettings/printerSettings1.bin"/></Types>`,
		"xl/workbook.xml", `<workbook><fileSharing userName="`+m+`"/><mc:Choice><x15ac:absPath url="C:\Users\`+m+
			`\"/></mc:Choice><xr:revisionPtr documentId="`+m+`"/><sheets><sheet name="Daftar"/></sheets></workbook>`,
		"xl/worksheets/sheet1.xml", `<worksheet><c><v>isi surat</v></c>`+
			`<pageSetup paperSize="9" r:id="rId1"/></worksheet>`,
		"xl/worksheets/_rels/sheet1.xml.rels",
		`<Relationships><Relationship Id="rId1" Target="../printerSettings/printerSettings1.bin"/></Relationships>`,
		"xl/printerSettings/printerSettings1.bin", m,
		"xl/comments1.xml", `<comments><authors><author>`+m+`</author></authors></comments>`,
		"docProps/app.xml", `<Company>`+m+`</Company>`)
}

// odt is a letter of LibreOffice that names its writer m.
func odt(t testing.TB, m string) []byte {
	t.Helper()
	return zipOf(t,
		"mimetype", odfPrefix+"text",
		"meta.xml", `<office:meta><dc:creator>`+m+`</dc:creator></office:meta>`,
		"settings.xml", `<config>`+m+`</config>`,
		"Thumbnails/thumbnail.png", string(pngWith(t, m)),
		"content.xml", `<?xml version="1.0" encoding="UTF-8"?><office:text><office:annotation><dc:creator>`+m+
			`</dc:creator><dc:date>2026-`+m+`</dc:date><text:p>isi surat</text:p></office:annotation>`+
			`<text:span officeooo:rsid="001234"/><draw:image xlink:href="file:///home/`+m+`/a.png"/></office:text>`,
		"styles.xml", `<office:styles/>`,
		"Pictures/1.png", string(pngWith(t, m)),
		"META-INF/manifest.xml", `<manifest:manifest><manifest:file-entry manifest:full-path="meta.xml"/>`+
			`<manifest:file-entry manifest:full-path="content.xml"/></manifest:manifest>`)
}

// oggWith is a voice message with a comment header of its own.
func oggWith(m string, commentPages int) []byte {
	head := append([]byte("OpusHead\x01\x01\x00\x00\x80\xbb\x00\x00"), 0, 0, 0)
	tags := append([]byte("OpusTags\x04\x00\x00\x00GPS \x01\x00\x00\x00"), m...)
	pages := []oggPage{{flags: oggFirst, lacing: []byte{byte(len(head))}, data: head}}
	for n := range commentPages - 1 {
		full := bytes.Repeat([]byte("x"), 255*255)
		copy(full, tags)
		p := oggPage{lacing: bytes.Repeat([]byte{255}, 255), data: full}
		if n > 0 {
			p.flags = oggContinued
		}
		pages = append(pages, p)
		tags = []byte(m)
	}
	last := oggPage{lacing: []byte{byte(len(tags))}, data: tags}
	if commentPages > 1 {
		last.flags = oggContinued
	}
	pages = append(pages, last)
	for n := range 3 {
		sound := bytes.Repeat([]byte{byte(n + 1)}, 100)
		pages = append(pages, oggPage{granule: uint64(n * 960), lacing: []byte{100}, data: sound})
	}
	var out bytes.Buffer
	for n, p := range pages {
		p.write(&out, uint32(n+7))
	}
	return out.Bytes()
}

// mp4Box is one box.
func mp4Box(kind string, parts ...string) string {
	body := ""
	for _, p := range parts {
		body += p
	}
	return string(binary.BigEndian.AppendUint32(nil, uint32(len(body)+8))) + kind + body
}

// words32 writes numbers of 32 bits.
func words32(all ...int) string {
	var b []byte
	for _, n := range all {
		b = binary.BigEndian.AppendUint32(b, uint32(n))
	}
	return string(b)
}

// mp4With is a video of two samples whose every corner names its maker m.
func mp4With(t testing.TB, m string) []byte {
	t.Helper()
	unit := func(kind byte, s string) string { return words32(len(s)+1) + string([]byte{kind}) + s }
	one := unit(0x65, "SAMPLEONE") + unit(6, "GPS "+m)
	two := unit(0x41, "SAMPLETWO")
	ftyp := mp4Box("ftyp", "isom", words32(0), "isom")
	mdat := mp4Box("mdat", "GPS "+m, one, "gap "+m, two, m)
	first := len(ftyp) + 8 + 4 + len(m)
	second := first + len(one) + 4 + len(m)
	codec := string(make([]byte, 42)) + ("\x10" + m + "0123456789abcdef")[:32] + string(make([]byte, 4))
	entry := mp4Box("avc1", codec, mp4Box("avcC", "\x01\x42\x00\x1e\xff\xe0\x00"), mp4Box("GoPr", m))
	stbl := mp4Box("stbl", mp4Box("stsd", words32(0, 1), entry),
		mp4Box("stts", words32(0, 1, 2, 1000)), mp4Box("stsc", words32(0, 1, 1, 1, 1)),
		mp4Box("stsz", words32(0, 0, 2, len(one), len(two))), mp4Box("stco", words32(0, 2, first, second)))
	minf := mp4Box("minf", mp4Box("vmhd", words32(1, 0, 0)),
		mp4Box("dinf", mp4Box("dref", words32(0, 1), mp4Box("url ", words32(1)))), stbl)
	mdia := mp4Box("mdia", mp4Box("mdhd", words32(0, 0x11111111, 0x22222222, 1000, 2000, 0)),
		mp4Box("hdlr", words32(0, 0), "vide", m, "\x00"), minf)
	moov := mp4Box("moov", mp4Box("mvhd", words32(0, 0x11111111, 0x22222222, 1000, 2000)),
		mp4Box("trak", mp4Box("tkhd", words32(0, 0x11111111, 0x22222222, 1)), mdia, mp4Box("udta", m)),
		mp4Box("udta", mp4Box("\xa9xyz", "GPS +06.2 "+m)), mp4Box("meta", m))
	return []byte(ftyp + mdat + moov + mp4Box("uuid", "XMP "+m))
}

// pptx is a slide that names its writer m.
func pptx(t testing.TB, m string) []byte {
	t.Helper()
	return zipOf(t,
		"[Content_Types].xml", `<Types><Override PartName="/docProps/app.xml"/></Types>`,
		"ppt/presentation.xml", `<p:presentation/>`,
		"ppt/slides/slide1.xml", `<p:sld><p:cNvPr id="2" name="`+m+`.png" descr="`+m+`"/>`+
			`<a:t>isi surat</a:t></p:sld>`,
		"ppt/slides/_rels/slide1.xml.rels", `<Relationships><Relationship Id="rId1" Target="../media/image1.png"/>`+
			`</Relationships>`,
		"ppt/commentAuthors.xml", `<p:cmAuthorLst><p:cmAuthor id="1" name="`+m+`" initials="`+m+
			`"/></p:cmAuthorLst>`,
		"ppt/comments/comment1.xml", `<p:cmLst><p:cm authorId="1" dt="2026-01-02T03:04:05"/></p:cmLst>`,
		"ppt/media/image1.png", string(pngWith(t, m)),
		"docProps/app.xml", `<Manager>`+m+`</Manager>`)
}
