package faq

import "math"

// Bounds of the search for the best weights: far more rounds than a smooth
// loss needs, and steps that cannot run away when the data leave a weight
// nearly free.
const (
	maxRounds = 40
	maxStep   = 2.0
	closeStep = 1e-7
)

// newton changes x, in place, to the minimum of a convex loss with a penalty
// of ridge/2 times the square of each weight. derive adds the gradient and the
// lower half of the second derivatives at x to g and h, which are zero.
func newton(x []float64, ridge float64, derive func(g []float64, h [][]float64)) {
	for range maxRounds {
		g, h := make([]float64, len(x)), make([][]float64, len(x))
		for i := range h {
			h[i] = make([]float64, len(x))
		}
		derive(g, h)
		for i := range h {
			for k := range i {
				h[k][i] = h[i][k]
			}
			g[i] += ridge * x[i]
			h[i][i] += ridge
		}
		solve(h, g)
		top := 0.0
		for _, d := range g {
			top = max(top, math.Abs(d))
		}
		shorter := min(1, maxStep/max(top, closeStep))
		for i := range x {
			x[i] -= shorter * g[i]
		}
		if top < closeStep {
			return
		}
	}
}

// solve leaves in b the solution of a symmetric positive system, by
// elimination; a is used up.
func solve(a [][]float64, b []float64) {
	n := len(b)
	for i := range n {
		for r := i + 1; r < n; r++ {
			k := a[r][i] / a[i][i]
			for c := i; c < n; c++ {
				a[r][c] -= k * a[i][c]
			}
			b[r] -= k * b[i]
		}
	}
	for i := n - 1; i >= 0; i-- {
		for c := i + 1; c < n; c++ {
			b[i] -= a[i][c] * b[c]
		}
		b[i] /= a[i][i]
	}
}
