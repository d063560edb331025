package faq

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"

	"tanyanetral/knowledge"
)

// Report is what an evaluation found.
type Report struct {
	In, Near, Out, Skipped int
	Top1, Top3, MRR        float64 // over the questions in scope; MRR over the best five
	AUROC                  float64 // confidence of questions in scope against all others
	Zones                  map[string]ZoneShare
	ByRegister             map[string]Share
	ByGroup                map[string]Share
	Reliability            []Bucket
	Confusions             []Confusion
	Flips                  int // direct answers whose verdict is the opposite of the right one
}

// ZoneShare is how the questions of one kind were answered, in shares.
type ZoneShare struct{ DirectRight, DirectWrong, MenuWith, MenuWithout, None float64 }

// Share is a top-1 share among n questions.
type Share struct {
	N    int
	Top1 float64
}

// Bucket compares stated confidence and truth in one tenth.
type Bucket struct {
	From, Mean, Right float64
	N                 int
}

// Confusion is a right topic that lost to another one.
type Confusion struct {
	Gold, Got string
	N         int
}

// NewReport sums an evaluation up.
func (m *Matcher) NewReport(all []Outcome, skipped int) Report {
	r := Report{Skipped: skipped, Zones: map[string]ZoneShare{}}
	kinds := map[string][]Outcome{}
	for _, o := range all {
		kinds[o.Kind] = append(kinds[o.Kind], o)
	}
	r.In, r.Near, r.Out = len(kinds[kindIn]), len(kinds[kindNear]), len(kinds[kindOut])
	for kind, os := range kinds {
		r.Zones[kind] = zoneShare(os)
	}
	registers, groups := map[string][]Outcome{}, map[string][]Outcome{}
	for _, o := range kinds[kindIn] {
		registers[o.Register] = append(registers[o.Register], o)
		g := m.Base().Topic(o.Gold[0]).Group
		groups[g] = append(groups[g], o)
		r.Flips += m.flip(o)
	}
	r.Top1, r.Top3, r.MRR = ranks(kinds[kindIn])
	r.ByRegister, r.ByGroup = shares(registers), shares(groups)
	r.AUROC = auroc(kinds[kindIn], slices.Concat(kinds[kindNear], kinds[kindOut]))
	r.Reliability = reliability(kinds[kindIn])
	r.Confusions = confusions(kinds[kindIn])
	return r
}

func (m *Matcher) flip(o Outcome) int {
	if o.Answer.Zone != knowledge.Direct || slices.Contains(o.Gold, o.Answer.Topic.ID) {
		return 0
	}
	for _, id := range o.Gold {
		if !o.Answer.Topic.Verdict.Opposite(m.Base().Topic(id).Verdict) {
			return 0
		}
	}
	return 1
}

func ranks(os []Outcome) (top1, top3, mrr float64) {
	for _, o := range os {
		if o.Rank == 1 {
			top1++
		}
		if o.Rank >= 1 && o.Rank <= 3 {
			top3++
		}
		if o.Rank > 0 {
			mrr += 1 / float64(o.Rank)
		}
	}
	n := float64(max(len(os), 1))
	return top1 / n, top3 / n, mrr / n
}

func shares(by map[string][]Outcome) map[string]Share {
	all := map[string]Share{}
	for k, os := range by {
		top1, _, _ := ranks(os)
		all[k] = Share{len(os), top1}
	}
	return all
}

func zoneShare(os []Outcome) ZoneShare {
	var z ZoneShare
	one := 1 / float64(max(len(os), 1))
	for _, o := range os {
		with := slices.ContainsFunc(o.Answer.Menu, func(id string) bool { return slices.Contains(o.Gold, id) })
		switch {
		case o.Answer.Zone == knowledge.Direct && slices.Contains(o.Gold, o.Answer.Topic.ID):
			z.DirectRight += one
		case o.Answer.Zone == knowledge.Direct:
			z.DirectWrong += one
		case o.Answer.Zone == knowledge.Menu && with:
			z.MenuWith += one
		case o.Answer.Zone == knowledge.Menu:
			z.MenuWithout += one
		default:
			z.None += one
		}
	}
	return z
}

// auroc is the chance that a question in scope has more confidence than one
// that is not; ties count half.
func auroc(in, out []Outcome) float64 {
	if len(in) == 0 || len(out) == 0 {
		return math.NaN()
	}
	var sum float64
	for _, a := range in {
		for _, b := range out {
			switch c := cmp.Compare(a.Answer.Confidence, b.Answer.Confidence); c {
			case 1:
				sum++
			case 0:
				sum += 0.5
			}
		}
	}
	return sum / float64(len(in)*len(out))
}

func reliability(os []Outcome) []Bucket {
	const tenths = 10
	buckets := make([]Bucket, tenths)
	for _, o := range os {
		b := &buckets[min(int(o.Answer.Confidence*tenths), tenths-1)]
		b.N++
		b.Mean += o.Answer.Confidence
		if o.Rank == 1 {
			b.Right++
		}
	}
	for i := range buckets {
		b := &buckets[i]
		b.From = float64(i) / tenths
		b.Mean, b.Right = b.Mean/float64(max(b.N, 1)), b.Right/float64(max(b.N, 1))
	}
	return buckets
}

func confusions(os []Outcome) []Confusion {
	count := map[[2]string]int{}
	for _, o := range os {
		if o.Rank != 1 && len(o.Answer.Candidates) > 0 {
			count[[2]string{o.Gold[0], o.Answer.Candidates[0].Topic}]++
		}
	}
	var all []Confusion
	for k, n := range count {
		all = append(all, Confusion{k[0], k[1], n})
	}
	slices.SortFunc(all, func(a, b Confusion) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Gold, b.Gold), cmp.Compare(a.Got, b.Got))
	})
	return all
}

// interval is the 95% Wilson interval of a share among n.
func interval(p float64, n int) (lo, hi float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.96
	f := float64(n)
	mid := p + z*z/(2*f)
	half := z * math.Sqrt(p*(1-p)/f+z*z/(4*f*f))
	return (mid - half) / (1 + z*z/f), (mid + half) / (1 + z*z/f)
}

// maxConfusions is how many confusions are printed.
const maxConfusions = 15

// Print writes the report as text.
func (r Report) Print(w io.Writer) error {
	lo, hi := interval(r.Top1, r.In)
	p := &printer{w: w}
	p.f("questions: %d in scope, %d near, %d out; %d skipped (their topics are not in the base)\n",
		r.In, r.Near, r.Out, r.Skipped)
	p.f("top-1 %.3f (95%%: %.3f to %.3f)   top-3 %.3f   MRR@5 %.3f   AUROC %.3f   polarity flips %d\n\n",
		r.Top1, lo, hi, r.Top3, r.MRR, r.AUROC, r.Flips)
	p.f("zones   direct right  direct wrong  menu with  menu without  none\n")
	for _, k := range []string{kindIn, kindNear, kindOut} {
		if z, ok := r.Zones[k]; ok {
			p.f("%-7s %12.3f  %12.3f  %9.3f  %12.3f  %4.3f\n",
				k, z.DirectRight, z.DirectWrong, z.MenuWith, z.MenuWithout, z.None)
		}
	}
	p.shares("register", r.ByRegister)
	p.shares("group", r.ByGroup)
	p.f("\nconfidence  n     stated  right\n")
	for _, b := range r.Reliability {
		p.f("%.1f         %-4d  %.2f    %.2f\n", b.From, b.N, b.Mean, b.Right)
	}
	p.f("\nworst confusions (right topic -> first candidate)\n")
	for _, c := range r.Confusions[:min(maxConfusions, len(r.Confusions))] {
		p.f("%3d  %s -> %s\n", c.N, c.Gold, c.Got)
	}
	return p.err
}

// printer remembers the first error of many prints.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) f(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

func (p *printer) shares(title string, by map[string]Share) {
	p.f("\ntop-1 by %s\n", title)
	for _, k := range slices.Sorted(maps.Keys(by)) {
		lo, hi := interval(by[k].Top1, by[k].N)
		p.f("%-20s %.3f  (n=%d, 95%%: %.3f to %.3f)\n", k, by[k].Top1, by[k].N, lo, hi)
	}
}
