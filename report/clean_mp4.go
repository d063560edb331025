package report

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// cleanMP4 keeps of a video what plays: the tables that are needed and the
// samples to which they lead. Every other byte becomes zero in its place, so
// that no offset moves: places, makers, times, names of programs, covers, gaps
// between samples, and messages inside the pictures. Only H.264 and H.265 with
// AAC in unfragmented files are taken; tracks of other kinds (such as the places
// that a car camera writes) make it ErrCannotClean.
func cleanMP4(data []byte) ([]byte, error) {
	m := mp4{in: data, out: bytes.Clone(data)}
	m.boxes(0, len(data), "")
	for i := range m.tracks {
		m.samples(&m.tracks[i])
	}
	if m.bad || len(m.tracks) == 0 || !m.ftyp {
		return nil, ErrCannotClean
	}
	return m.out, nil
}

// mp4 is one cleaning.
type mp4 struct {
	in, out []byte
	ftyp    bool
	tracks  []track
	mdats   []span
	bad     bool // the file cannot be cleaned
}

// span is a range of bytes.
type span struct{ from, to int }

// track is what has to be known of a track to find its samples.
type track struct {
	handler    string
	codec      string
	lengthSize int    // bytes before every unit of a picture
	stsc       []byte // the tables, without their heads
	stsz       []byte
	offsets    []byte
	wide       bool // offsets of 64 bits
}

// boxes walks the boxes between two places.
func (m *mp4) boxes(from, to int, parent string) {
	for at := from; at < to && !m.bad; {
		if to-at < 8 {
			m.bad = true
			return
		}
		size, head := int64(binary.BigEndian.Uint32(m.in[at:])), 8
		kind := string(m.in[at+4 : at+8])
		switch {
		case size == 1 && to-at >= 16:
			size, head = int64(min(binary.BigEndian.Uint64(m.in[at+8:]), 1<<40)), 16 //nolint:gosec // bounded
		case size == 0 && parent == "":
			size = int64(to - at)
		}
		if size < int64(head) || size > int64(to-at) {
			m.bad = true
			return
		}
		m.box(kind, parent, span{at, at + head}, at+int(size))
		at += int(size)
	}
}

// box keeps, scrubs or blanks one box.
func (m *mp4) box(kind, parent string, head span, end int) {
	body := span{head.to, end}
	switch parent + "/" + kind {
	case "/moov", "moov/trak", "trak/edts", "trak/mdia", "mdia/minf", "minf/dinf", "minf/stbl":
		if kind == "trak" {
			m.tracks = append(m.tracks, track{})
		}
		m.boxes(body.from, body.to, kind)
	case "/ftyp":
		m.ftyp = true
	case "/mdat":
		m.mdats = append(m.mdats, body)
		clear(m.out[body.from:body.to]) // the samples are copied back
	case "/moof", "/mfra", "/sidx", "/styp":
		m.bad = true
	case "moov/mvhd", "trak/tkhd", "mdia/mdhd":
		m.times(body)
	case "edts/elst", "minf/vmhd", "minf/smhd", "stbl/stts", "stbl/ctts", "stbl/stss", "stbl/sdtp":
	case "dinf/dref":
		m.bad = m.bad || body.to-body.from != 20 // one entry: in this file
	default:
		m.table(kind, parent, head, body)
	}
}

// table keeps the boxes that lead to the samples, and blanks all others.
func (m *mp4) table(kind, parent string, head, body span) {
	in := m.in[body.from:body.to]
	if len(m.tracks) == 0 || len(in) < 4 {
		m.blank(head, body)
		return
	}
	t := &m.tracks[len(m.tracks)-1]
	switch parent + "/" + kind {
	case "mdia/hdlr":
		if len(in) < 12 {
			m.bad = true
			return
		}
		t.handler = string(in[8:12])
		clear(m.out[body.from+12 : body.to])
	case "stbl/stsd":
		m.description(t, body)
	case "stbl/stsc":
		t.stsc = in[4:]
	case "stbl/stsz":
		t.stsz = in[4:]
	case "stbl/stco", "stbl/co64":
		t.offsets, t.wide = in[4:], kind == "co64"
	default:
		m.blank(head, body)
	}
}

// blank turns a box into free room.
func (m *mp4) blank(head, body span) {
	copy(m.out[head.from+4:], "free")
	clear(m.out[body.from:body.to])
}

// times blanks when something was made and changed.
func (m *mp4) times(body span) {
	n := 8
	if body.to-body.from > 0 && m.in[body.from] == 1 {
		n = 16
	}
	if body.to-body.from < 4+n {
		m.bad = true
		return
	}
	clear(m.out[body.from+4 : body.from+4+n])
}

// description reads the one description of the samples of a track.
func (m *mp4) description(t *track, body span) {
	in := m.in[body.from:body.to]
	const head = 8 // version, flags, count
	if len(in) < head+16 || binary.BigEndian.Uint32(in[4:]) != 1 ||
		int64(binary.BigEndian.Uint32(in[head:])) != int64(len(in)-head) {
		m.bad = true
		return
	}
	t.codec = string(in[head+4 : head+8])
	fixed := 0
	switch t.codec {
	case "avc1", "avc3", "hvc1", "hev1":
		fixed = 86
	case "mp4a":
		fixed = 36
	}
	if fixed == 0 || len(in) < head+fixed {
		m.bad = true
		return
	}
	entry := body.from + head
	if t.codec == "mp4a" {
		m.bad = m.bad || binary.BigEndian.Uint16(m.in[entry+16:]) != 0 // QuickTime's longer form
	} else {
		clear(m.out[entry+50 : entry+82]) // name of the program that compressed
	}
	m.codecBoxes(t, entry+fixed, body.to)
}

// codecBoxes keeps what a decoder needs.
func (m *mp4) codecBoxes(t *track, at, to int) {
	for at < to && !m.bad {
		if to-at < 8 {
			m.bad = true
			return
		}
		size := int(binary.BigEndian.Uint32(m.in[at:]))
		if size < 8 || size > to-at {
			m.bad = true
			return
		}
		in := m.in[at+8 : at+size]
		switch kind := string(m.in[at+4 : at+8]); {
		case kind == "avcC" && len(in) > 6:
			t.lengthSize = int(in[4]&3) + 1
		case kind == "hvcC" && len(in) > 22 && onlyParameters(in):
			t.lengthSize = int(in[21]&3) + 1
		case kind == "esds", kind == "pasp", kind == "btrt", kind == "colr" &&
			bytes.HasPrefix(in, []byte("ncl")):
		default:
			m.blank(span{at, at + 8}, span{at + 8, at + size})
		}
		at += size
	}
}

// onlyParameters tells whether an H.265 configuration holds parameter sets only.
func onlyParameters(in []byte) bool {
	at := 23
	for range in[22] {
		if at+3 > len(in) {
			return false
		}
		if kind := in[at] & 63; kind < 32 || kind > 34 {
			return false
		}
		n := int(binary.BigEndian.Uint16(in[at+1:]))
		at += 3
		for range n {
			if at+2 > len(in) {
				return false
			}
			at += 2 + int(binary.BigEndian.Uint16(in[at:]))
		}
	}
	return at == len(in)
}

// samples copies the samples of a track back.
func (m *mp4) samples(t *track) {
	video := strings.HasPrefix(t.codec, "avc") || strings.HasPrefix(t.codec, "h")
	switch {
	case m.bad:
		return
	case video && (t.handler != "vide" || t.lengthSize == 0), !video && t.handler != "soun":
		m.bad = true
		return
	}
	spans, ok := t.spans(len(m.in))
	if !ok {
		m.bad = true
		return
	}
	for _, s := range spans {
		if !m.inMdat(s) {
			m.bad = true
			return
		}
		out := m.out[s.from:s.to]
		copy(out, m.in[s.from:s.to])
		if video && !fillMessages(out, t.lengthSize, t.codec[0] == 'h') {
			m.bad = true
			return
		}
	}
}

func (m *mp4) inMdat(s span) bool {
	for _, d := range m.mdats {
		if s.from >= d.from && s.to <= d.to {
			return true
		}
	}
	return false
}
