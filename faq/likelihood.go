package faq

import (
	"cmp"
	"math"
	"slices"
)

// likelihood judges how well the words of a question fit those of a class as a
// whole: a word that stands in none of its wordings speaks against it, which
// neither bleve's score nor a single closest wording tells.
type likelihood struct {
	space   *space
	by      *rows[feature] // of each key: the classes that have it, rising, with what it speaks for them
	missing []float32      // of each class: what a key that it lacks speaks against it
}

// prior is how many wordings' worth of the base's average use of a word every
// class is given beforehand. It was set by left-out voices.
const prior = 20

// newLikelihood counts in how many wordings of each class a key stands. Keys
// of fewer than least wordings are left out. The classes of texts rise.
func newLikelihood(texts []wording, classes int, least int32) *likelihood {
	keys := numberWords(texts)
	s, dims := keys.space(least)
	perClass, used := newRows[feature](classes), make([]float64, len(s.idf))
	size := make([]float64, classes)
	count, last := make([]int32, len(s.idf)), make([]int32, len(s.idf))
	i := int32(0)
	for c := range classes {
		var mine []int32
		for ; int(i) < len(texts) && texts[i].class == c; i++ {
			size[c]++
			for _, key := range keys.texts.row(i) {
				d := dims[key]
				if d < 0 || last[d] == i+1 {
					continue
				}
				last[d] = i + 1
				if count[d] == 0 {
					mine = append(mine, d)
				}
				count[d]++
			}
		}
		for _, d := range mine {
			perClass.all = append(perClass.all, feature{d, float32(count[d])})
			used[d] += float64(count[d])
			count[d] = 0
		}
		perClass.end()
	}
	l := &likelihood{space: s, by: byDimension(perClass, 0, len(s.idf)), missing: make([]float32, classes)}
	l.weigh(size, used, float64(len(texts)))
	return l
}

// weigh turns counts into logarithms: the smoothed share of the class's
// wordings that have a key, beside the share of all wordings.
func (l *likelihood) weigh(size, used []float64, texts float64) {
	for c, n := range size {
		l.missing[c] = float32(math.Log(prior / (n + prior)))
	}
	for d := range int32(len(used)) {
		row := l.by.row(d)
		for i, f := range row {
			n := size[f.id]
			has := math.Log((float64(f.weight)*texts/used[d] + prior) / (n + prior))
			row[i].weight = float32(has) - l.missing[f.id]
		}
	}
}

// fit is how well a question fits one class.
type fit struct {
	words float64 // logarithm of the likelihood, by the square root of the number of keys
	cover float64 // share of the keys, weighed by rarity, that the class has
}

// class judges one class by the sorted distinct dimensions of a question.
func (l *likelihood) class(dims []int32, class int) fit {
	if len(dims) == 0 {
		return fit{}
	}
	sum := float64(l.missing[class]) * float64(len(dims))
	var covered, all float64
	for _, d := range dims {
		w := float64(l.space.idf[d])
		all += w
		row := l.by.row(d)
		i, ok := slices.BinarySearchFunc(row, int32(class), func(f feature, c int32) int {
			return cmp.Compare(f.id, c)
		})
		if ok {
			sum += float64(row[i].weight)
			covered += w
		}
	}
	return fit{sum / math.Sqrt(float64(len(dims))), covered / all}
}

// manyClasses is from how many classes on a judgement of all of them costs more
// than looking up some.
const manyClasses = 2000

// classes judges some classes, as class does one by one.
func (l *likelihood) classes(dims []int32, classes []int) []fit {
	fits := make([]fit, len(classes))
	if len(l.missing) > manyClasses || len(dims) == 0 {
		for i, c := range classes {
			fits[i] = l.class(dims, c)
		}
		return fits
	}
	by := make([]fit, len(l.missing))
	for c, m := range l.missing {
		by[c].words = float64(m) * float64(len(dims))
	}
	var all float64
	for _, d := range dims {
		w := float64(l.space.idf[d])
		all += w
		for _, f := range l.by.row(d) {
			by[f.id].words += float64(f.weight)
			by[f.id].cover += w
		}
	}
	root := math.Sqrt(float64(len(dims)))
	for i, c := range classes {
		fits[i] = fit{by[c].words / root, by[c].cover / all}
	}
	return fits
}

// dims are the distinct dimensions of keys.
func (l *likelihood) dims(keys []string) []int32 {
	ids := l.space.dims(keys)
	slices.Sort(ids)
	return slices.Compact(ids)
}
