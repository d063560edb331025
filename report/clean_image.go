package report

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"slices"
)

const (
	// maxPixels is a 40-megapixel photo; at four bytes a pixel it takes 160 MB
	// while it is turned and written anew.
	maxPixels = 40_000_000
	// bombRatio: an honest photo has at most some ten pixels a byte.
	bombRatio = 100
	// jpegQuality keeps small print in photographed papers readable.
	jpegQuality = 90
)

// fits checks the size that an image claims before it is decoded. Heavy ones
// (16 bits a channel, progressive JPEG) take twice the memory a pixel.
func fits(c image.Config, size int, heavy bool) error {
	pixels := int64(c.Width) * int64(c.Height)
	limit := int64(maxPixels)
	if heavy {
		limit /= 2
	}
	switch {
	case c.Width <= 0 || c.Height <= 0:
		return ErrCannotClean
	case pixels <= limit:
		return nil
	case pixels/bombRatio > int64(size):
		return ErrBomb
	default:
		return ErrCannotClean
	}
}

// cleanJPEG writes the pixels of a JPEG anew, upright, and nothing else.
func cleanJPEG(data []byte) ([]byte, error) {
	c, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, ErrCannotClean
	}
	turn, progressive := jpegFacts(data)
	if err := fits(c, len(data), progressive); err != nil {
		return nil, err
	}
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, ErrCannotClean
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, upright(img, turn), &jpeg.Options{Quality: jpegQuality}); err != nil {
		return nil, ErrCannotClean
	}
	return out.Bytes(), nil
}

// cleanPNG writes the pixels of a PNG anew; of a moving one the first picture.
func cleanPNG(data []byte) ([]byte, error) {
	c, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, ErrCannotClean
	}
	deep := []color.Model{color.NRGBA64Model, color.RGBA64Model, color.Gray16Model}
	heavy := slices.Contains(deep, c.ColorModel)
	if err := fits(c, len(data), heavy); err != nil {
		return nil, err
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, ErrCannotClean
	}
	var out bytes.Buffer
	enc := png.Encoder{}
	if c.Width*c.Height > maxPixels/10 { // the best compression of a large one takes too long
		enc.CompressionLevel = png.BestSpeed
	}
	if err := enc.Encode(&out, img); err != nil {
		return nil, ErrCannotClean
	}
	return out.Bytes(), nil
}

// cleanGIF writes all pictures of a GIF anew, without comments and extensions.
func cleanGIF(data []byte) ([]byte, error) {
	c, err := gif.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, ErrCannotClean
	}
	pixels, ok := gifPixels(data)
	if !ok {
		return nil, ErrCannotClean
	}
	// All pictures stand in memory at once, and together take the time of one.
	whole := image.Config{Width: max(pixels, c.Width*c.Height), Height: 1}
	if err := fits(whole, len(data), false); err != nil {
		return nil, err
	}
	all, err := gif.DecodeAll(bytes.NewReader(data))
	if err != nil {
		return nil, ErrCannotClean
	}
	var out bytes.Buffer
	if err := gif.EncodeAll(&out, all); err != nil {
		return nil, ErrCannotClean
	}
	return out.Bytes(), nil
}

// gifPixels adds up the pixels of all pictures without decoding them.
func gifPixels(data []byte) (pixels int, ok bool) {
	if len(data) < 13 {
		return 0, false
	}
	at := 13 + gifTable(data[10])
	for at < len(data) {
		switch data[at] {
		case 0x3b: // the end
			return pixels, true
		case 0x21: // an extension: label, then blocks
			at += 2
		case 0x2c: // a picture
			if at+10 > len(data) {
				return 0, false
			}
			w := int(binary.LittleEndian.Uint16(data[at+5:]))
			h := int(binary.LittleEndian.Uint16(data[at+7:]))
			if pixels += w * h; pixels > 1<<40 {
				return pixels, true
			}
			at += 10 + gifTable(data[at+9]) + 1
		default:
			return 0, false
		}
		for at < len(data) && data[at] != 0 {
			at += 1 + int(data[at])
		}
		at++
	}
	return 0, false
}

// gifTable is the length of the colour table that a flags byte announces.
func gifTable(flags byte) int {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}

// jpegFacts reads how a JPEG has to be turned (EXIF orientation 1 to 8) and
// whether it is progressive, from the segments before the pixels.
func jpegFacts(data []byte) (turn int, progressive bool) {
	turn = 1
	for at := 2; at+4 <= len(data) && data[at] == 0xff; {
		marker := data[at+1]
		if marker == 0xff { // filling
			at++
			continue
		}
		size := int(binary.BigEndian.Uint16(data[at+2:]))
		if marker == 0xda || size < 2 || at+2+size > len(data) {
			return turn, progressive
		}
		segment := data[at+4 : at+2+size]
		switch {
		case marker == 0xc2:
			progressive = true
		case marker == 0xe1 && bytes.HasPrefix(segment, []byte("Exif\x00\x00")):
			if t, err := orientation(segment[6:]); err == nil {
				turn = t
			}
		}
		at += 2 + size
	}
	return turn, progressive
}

// errExif is an EXIF block that cannot be read; the image is then taken as is.
var errExif = errors.New("no orientation")

// orientation reads tag 0x0112 of the first directory of a TIFF block.
func orientation(tiff []byte) (int, error) {
	if len(tiff) < 8 {
		return 0, errExif
	}
	var order binary.ByteOrder = binary.LittleEndian
	if string(tiff[:2]) == "MM" {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0, errExif
	}
	n := int64(order.Uint16(tiff[at:]))
	for i := range n {
		e := at + 2 + i*12
		if e+12 > int64(len(tiff)) {
			return 0, errExif
		}
		if order.Uint16(tiff[e:]) != 0x0112 {
			continue
		}
		if v := int(order.Uint16(tiff[e+8:])); v >= 1 && v <= 8 {
			return v, nil
		}
	}
	return 0, errExif
}

// upright turns an image by its EXIF orientation.
func upright(img image.Image, turn int) image.Image {
	if turn <= 1 || turn > 8 {
		return img
	}
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	nw, nh := w, h
	if turn >= 5 {
		nw, nh = h, w
	}
	switch src := img.(type) {
	case *image.YCbCr:
		return turnYCbCr(src, turn, nw, nh)
	case *image.Gray:
		dst := image.NewGray(image.Rect(0, 0, nw, nh))
		turnPixels(dst.Pix, dst.Stride, src.Pix, src.Stride, w, h, 1, turn)
		return dst
	default:
		flat := image.NewRGBA(image.Rect(0, 0, w, h))
		draw.Draw(flat, flat.Bounds(), img, b.Min, draw.Src)
		dst := image.NewRGBA(image.Rect(0, 0, nw, nh))
		turnPixels(dst.Pix, dst.Stride, flat.Pix, flat.Stride, w, h, 4, turn)
		return dst
	}
}

// turnYCbCr turns each plane of a photo, without the detour over RGB.
func turnYCbCr(src *image.YCbCr, turn, nw, nh int) image.Image {
	ratio := src.SubsampleRatio
	if turn >= 5 {
		switch ratio { //nolint:exhaustive // the others look the same when turned
		case image.YCbCrSubsampleRatio422:
			ratio = image.YCbCrSubsampleRatio440
		case image.YCbCrSubsampleRatio440:
			ratio = image.YCbCrSubsampleRatio422
		case image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410:
			flat := image.NewRGBA(image.Rect(0, 0, src.Rect.Dx(), src.Rect.Dy()))
			draw.Draw(flat, flat.Bounds(), src, src.Rect.Min, draw.Src)
			return upright(flat, turn)
		}
	}
	dst := image.NewYCbCr(image.Rect(0, 0, nw, nh), ratio)
	turnPixels(dst.Y, dst.YStride, src.Y, src.YStride, src.Rect.Dx(), src.Rect.Dy(), 1, turn)
	cw, ch := dst.CStride, len(dst.Cb)/max(dst.CStride, 1)
	if turn >= 5 {
		cw, ch = ch, cw
	}
	turnPixels(dst.Cb, dst.CStride, src.Cb, src.CStride, cw, ch, 1, turn)
	turnPixels(dst.Cr, dst.CStride, src.Cr, src.CStride, cw, ch, 1, turn)
	return dst
}

// turnPixels copies w by h pixels of so many bytes to where they belong.
func turnPixels(dst []byte, dstStride int, src []byte, srcStride, w, h, size, turn int) {
	for y := range h {
		for x := range w {
			nx, ny := x, y
			switch turn {
			case 2:
				nx = w - 1 - x
			case 3:
				nx, ny = w-1-x, h-1-y
			case 4:
				ny = h - 1 - y
			case 5:
				nx, ny = y, x
			case 6:
				nx, ny = h-1-y, x
			case 7:
				nx, ny = h-1-y, w-1-x
			case 8:
				nx, ny = y, w-1-x
			}
			d, s := ny*dstStride+nx*size, y*srcStride+x*size
			copy(dst[d:d+size], src[s:s+size])
		}
	}
}
