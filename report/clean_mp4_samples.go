package report

import "encoding/binary"

// spans finds the samples of a track by its tables. Together they may not be
// longer than the file, as samples of an honest file do not overlap.
func (t *track) spans(fileSize int) ([]span, bool) {
	sizes, ok := t.sizes(fileSize)
	if !ok {
		return nil, false
	}
	chunks, ok := t.chunks()
	if !ok {
		return nil, false
	}
	var out []span
	total, next := 0, 0
	for n, at := range chunks {
		count, ok := t.perChunk(n + 1)
		if !ok {
			return nil, false
		}
		for range count {
			if next == len(sizes) {
				return out, true
			}
			size := sizes[next]
			if total += size; at < 0 || at > fileSize || size > fileSize-at || total > fileSize {
				return nil, false
			}
			out = append(out, span{at, at + size})
			at, next = at+size, next+1
		}
	}
	return out, next == len(sizes)
}

// sizes reads the table of sizes of samples.
func (t *track) sizes(fileSize int) ([]int, bool) {
	if len(t.stsz) < 8 {
		return nil, false
	}
	same := int64(binary.BigEndian.Uint32(t.stsz))
	count := int64(binary.BigEndian.Uint32(t.stsz[4:]))
	table := t.stsz[8:]
	if same == 0 && count != int64(len(table)/4) || same > 0 && count*same > int64(fileSize) {
		return nil, false
	}
	out := make([]int, count)
	for i := range out {
		if out[i] = int(same); same == 0 {
			out[i] = int(binary.BigEndian.Uint32(table[4*i:]))
		}
	}
	return out, true
}

// chunks reads the table of places of chunks.
func (t *track) chunks() ([]int, bool) {
	width := 4
	if t.wide {
		width = 8
	}
	if len(t.offsets) < 4 {
		return nil, false
	}
	table := t.offsets[4:]
	if int64(binary.BigEndian.Uint32(t.offsets)) != int64(len(table)/width) {
		return nil, false
	}
	out := make([]int, len(table)/width)
	for i := range out {
		if t.wide {
			out[i] = int(min(binary.BigEndian.Uint64(table[8*i:]), 1<<40)) //nolint:gosec // bounded
		} else {
			out[i] = int(binary.BigEndian.Uint32(table[4*i:]))
		}
	}
	return out, true
}

// perChunk is how many samples a chunk (from 1) holds. The table names the
// first chunk of every run; it is short, or read from where it was left.
func (t *track) perChunk(chunk int) (int, bool) {
	const entry = 12
	if len(t.stsc) < 4+entry {
		return 0, false
	}
	table := t.stsc[4:]
	for len(table) >= 2*entry && int64(binary.BigEndian.Uint32(table[entry:])) <= int64(chunk) {
		table = table[entry:]
		t.stsc = t.stsc[entry:]
	}
	if int64(binary.BigEndian.Uint32(t.stsc[4:])) > int64(chunk) {
		return 0, false
	}
	return int(binary.BigEndian.Uint32(t.stsc[8:])), true
}

// fillMessages replaces, in one picture, every unit that is not picture or
// parameters (such as messages of the camera) by filling, which players skip.
func fillMessages(sample []byte, lengthSize int, h265 bool) bool {
	for len(sample) > 0 {
		if len(sample) < lengthSize {
			return false
		}
		n := 0
		for _, b := range sample[:lengthSize] {
			n = n<<8 | int(b)
		}
		sample = sample[lengthSize:]
		if n > len(sample) {
			return false
		}
		if n > 0 && !picture(sample[0], h265) {
			fill(sample[:n], h265)
		}
		sample = sample[n:]
	}
	return true
}

// picture tells whether a unit is picture or parameters by its first byte.
func picture(first byte, h265 bool) bool {
	if h265 {
		kind := first >> 1 & 63
		return kind <= 21 || kind >= 32 && kind <= 37
	}
	kind := first & 31
	return kind >= 1 && kind <= 11 && kind != 6
}

// fill makes a unit of filling of the same length.
func fill(unit []byte, h265 bool) {
	head := []byte{12}
	if h265 {
		head = []byte{38 << 1, 1}
	}
	for i := range unit {
		unit[i] = 0xff
	}
	copy(unit, head)
	if len(unit) > len(head) {
		unit[len(unit)-1] = 0x80
	}
}
