package curation

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tanyanetral/knowledge"
)

// partition writes which questions stand together, whatever names the groups.
func (o *office) partition(t testing.TB) string {
	t.Helper()
	all, _, err := o.Inbox(t.Context(), Filter{})
	if err != nil {
		t.Fatal(err)
	}
	var groups []string
	for _, g := range all {
		groups = append(groups, strings.Join(slices.Sorted(slices.Values(g.Gaps)), " "))
	}
	slices.Sort(groups)
	return strings.Join(groups, "\n")
}

// alikeGaps makes questions of few words, so that many resemble others.
func alikeGaps(n int) []LoggedGap {
	words := strings.Fields(`arisan kondangan kampanye mobil dinas camat guru pilkada foto caleg paslon netral
		cuti istri baju partai kaos rapat masjid grup sekolah laporan sanksi kantor`)
	r := rand.New(rand.NewPCG(3, uint64(n)))
	gaps := make([]LoggedGap, n)
	for i := range gaps {
		at := r.IntN(len(words))
		some := []string{words[at]}
		for range 1 + r.IntN(4) {
			some = append(some, words[(at+r.IntN(6))%len(words)])
		}
		gaps[i] = LoggedGap{ID: fmt.Sprintf("%08x", r.Uint32()), Gap: knowledge.Gap{Text: strings.Join(some, " "),
			Reason: knowledge.NotFound, Day: knowledge.Day(fmt.Sprintf("2027-01-%02d", 1+i%30))}}
	}
	return gaps
}

// TestGroupsInAnyOrder adds questions in any order, some closed and opened in
// between, with a look at the inbox now and then: the groups are those of a
// desk that sees all of them at once.
func TestGroupsInAnyOrder(t *testing.T) {
	gaps := alikeGaps(400)
	whole := newOffice(t, Options{})
	whole.store.gaps = slices.Clone(gaps)
	want := whole.partition(t)
	if n := strings.Count(want, "\n"); n < 50 || n > 350 || !strings.Contains(want, " ") {
		t.Fatalf("%d groups of 400 questions prove nothing", n)
	}
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 1))
		o := newOffice(t, Options{})
		for _, i := range r.Perm(len(gaps)) {
			o.store.gaps = append(o.store.gaps, gaps[i])
			o.store.version++
			if r.IntN(20) > 0 {
				continue
			}
			o.partition(t)
			some := []string{gaps[i].ID, o.store.gaps[r.IntN(len(o.store.gaps))].ID}
			for _, closed := range []string{"x", ""} {
				if err := o.store.SetGaps(t.Context(), some, Standing{Closed: closed}); err != nil {
					t.Fatal(err)
				}
				o.partition(t)
			}
		}
		if got := o.partition(t); got != want {
			t.Errorf("seed %d: other groups than those of all questions at once", seed)
		}
	}
}

// plainHome groups as the comment of [sameFrom] says, every question against
// every older one and with no regard to time.
func plainHome(terms [][]string) []int {
	keys, df := map[string]int{}, map[string]float64{}
	var first []int // of every set of terms: the oldest question
	home := make([]int, len(terms))
	for i, ts := range terms {
		key := strings.Join(ts, " ")
		if _, ok := keys[key]; !ok {
			keys[key] = i
			first = append(first, i)
			for _, w := range ts {
				df[w]++
			}
		}
	}
	alike := func(a, b []string) float64 {
		shared, all := 0.0, 0.0
		for _, w := range distinct(slices.Concat(a, b)) {
			weight := math.Log1p(float64(len(first)) / df[w])
			all += weight
			if slices.Contains(a, w) && slices.Contains(b, w) {
				shared += weight
			}
		}
		return shared / all
	}
	for n, i := range first {
		home[i] = i
		best := 0.0
		for _, j := range first[:n] {
			s := alike(terms[i], terms[j])
			if s >= sameFrom && s > best && alike(terms[i], terms[home[j]]) >= firstFrom {
				best, home[i] = s, home[j]
			}
		}
	}
	for i, ts := range terms {
		home[i] = home[keys[strings.Join(ts, " ")]]
	}
	return home
}

// TestGroupingLeavesNothingOut compares with the plain way, which passes over
// no pair. Where a question resembles two older ones equally, either is right:
// at most one in a hundred may stand elsewhere.
func TestGroupingLeavesNothingOut(t *testing.T) {
	o := newOffice(t, Options{})
	gaps := alikeGaps(600)
	slices.SortFunc(gaps, func(a, b LoggedGap) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.ID, b.ID))
	})
	terms, err := o.readGaps(t.Context(), gaps)
	if err != nil {
		t.Fatal(err)
	}
	got, want := groupGaps(gaps, terms), plainHome(terms)
	var other []string
	together := 0
	for i := range gaps {
		if got[i] != want[i] {
			other = append(other, fmt.Sprintf("%q: %q, want %q", gaps[i].Text, gaps[got[i]].Text, gaps[want[i]].Text))
		}
		if got[i] != i {
			together++
		}
	}
	if len(other) > len(gaps)/100 || together < 200 {
		t.Errorf("%d of %d stand elsewhere, %d with others:\n%s", len(other), len(gaps), together,
			strings.Join(other, "\n"))
	}
	t.Logf("%d of %d questions stand with others, %d elsewhere", together, len(gaps), len(other))
}
