package report

import (
	"bytes"
	"encoding/binary"
)

// oggPage is one page of an Ogg stream.
type oggPage struct {
	flags   byte
	granule uint64
	lacing  []byte
	data    []byte
}

const (
	oggContinued = 1
	oggFirst     = 2
	oggHeader    = 27 // bytes before the lacing values
	opusHead     = 19 // bytes of a head without a channel table
)

// cleanOgg writes a voice message (Opus in Ogg, as Telegram makes them) anew:
// the head, an empty comment header, the sound. Everything else in Ogg, and
// pages of more than one stream, cannot be cleaned.
func cleanOgg(data []byte) ([]byte, error) {
	pages, ok := oggPages(data)
	if !ok || len(pages) < 3 {
		return nil, ErrCannotClean
	}
	head := pages[0]
	if head.flags&oggFirst == 0 || len(head.data) != opusHead || string(head.data[:8]) != "OpusHead" {
		return nil, ErrCannotClean
	}
	sound, ok := afterTags(pages[1:])
	if !ok {
		return nil, ErrCannotClean
	}
	tags := append([]byte("OpusTags"), make([]byte, 8)...)         // no vendor, no comments
	second := oggPage{lacing: []byte{byte(len(tags))}, data: tags} //nolint:gosec // 16 bytes
	all := append([]oggPage{head, second}, sound...)
	var out bytes.Buffer
	for n, p := range all {
		p.write(&out, uint32(n)) //nolint:gosec // 20 MB hold fewer pages
	}
	return out.Bytes(), nil
}

// afterTags finds the pages after those of the comment header, which ends its
// page by the rules of Opus in Ogg (RFC 7845).
func afterTags(pages []oggPage) ([]oggPage, bool) {
	if !bytes.HasPrefix(pages[0].data, []byte("OpusTags")) {
		return nil, false
	}
	for n, p := range pages {
		if n > 0 && p.flags&oggContinued == 0 || len(p.lacing) == 0 {
			return nil, false
		}
		if p.lacing[len(p.lacing)-1] == 255 {
			continue // goes on on the next page
		}
		rest := pages[n+1:]
		alone := bytes.Count(p.lacing, []byte{255}) == len(p.lacing)-1
		return rest, alone && len(rest) > 0 && rest[0].flags&oggContinued == 0
	}
	return nil, false
}

// oggPages splits a stream whose pages follow each other without a gap, of one
// serial number, with right checksums.
func oggPages(data []byte) ([]oggPage, bool) {
	var pages []oggPage
	var serial uint32
	for len(data) > 0 {
		if len(data) < oggHeader || string(data[:5]) != "OggS\x00" {
			return nil, false
		}
		segments := int(data[26])
		if len(data) < oggHeader+segments {
			return nil, false
		}
		lacing, size := data[oggHeader:oggHeader+segments], oggHeader+segments
		for _, l := range lacing {
			size += int(l)
		}
		if len(data) < size {
			return nil, false
		}
		own := binary.LittleEndian.Uint32(data[14:])
		if len(pages) > 0 && own != serial || oggSum(data[:size]) != binary.LittleEndian.Uint32(data[22:]) {
			return nil, false
		}
		serial = own
		pages = append(pages, oggPage{
			flags: data[5] & 7, granule: binary.LittleEndian.Uint64(data[6:]), lacing: lacing,
			data: data[oggHeader+segments : size],
		})
		data = data[size:]
	}
	return pages, true
}

// write appends the page with a new number and checksum, and one serial number
// for all streams.
func (p oggPage) write(out *bytes.Buffer, number uint32) {
	h := make([]byte, oggHeader, oggHeader+len(p.lacing)+len(p.data))
	copy(h, "OggS")
	h[5] = p.flags
	binary.LittleEndian.PutUint64(h[6:], p.granule)
	binary.LittleEndian.PutUint32(h[14:], 1)
	binary.LittleEndian.PutUint32(h[18:], number)
	h[26] = byte(len(p.lacing)) //nolint:gosec // at most 255
	page := append(append(h, p.lacing...), p.data...)
	binary.LittleEndian.PutUint32(page[22:], oggSum(page))
	out.Write(page)
}

// oggSum is the checksum of a page with its own four bytes taken as zero.
func oggSum(page []byte) uint32 {
	var sum uint32
	for i, b := range page {
		if i >= 22 && i < 26 {
			b = 0
		}
		sum ^= uint32(b) << 24
		for range 8 {
			if sum&(1<<31) != 0 {
				sum = sum<<1 ^ 0x04c11db7
			} else {
				sum <<= 1
			}
		}
	}
	return sum
}
