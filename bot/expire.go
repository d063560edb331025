package bot

import (
	"maps"
	"slices"
	"time"
)

// expiring is a map that forgets: what is older than life, and the oldest
// beyond most. It is not safe for concurrent use.
type expiring[K comparable, V any] struct {
	life   time.Duration
	most   int
	values map[K]aged[V]
	order  []key[K] // oldest first
	count  uint64
}

type aged[V any] struct {
	value V
	turn  uint64 // which of the puts of the key this is
	at    time.Time
}

type key[K comparable] struct {
	key  K
	turn uint64
	at   time.Time
}

func newExpiring[K comparable, V any](life time.Duration, most int) *expiring[K, V] {
	return &expiring[K, V]{life: life, most: most, values: map[K]aged[V]{}}
}

// put remembers a value from now on, in place of an earlier one.
func (e *expiring[K, V]) put(now time.Time, k K, v V) {
	e.count++
	e.values[k] = aged[V]{v, e.count, now}
	e.order = append(e.order, key[K]{k, e.count, now})
	e.prune(now)
}

// get finds what is not too old.
func (e *expiring[K, V]) get(now time.Time, k K) (V, bool) {
	e.prune(now)
	a, ok := e.values[k]
	return a.value, ok
}

// drop forgets a value at once. Only its key lives on, for its time.
func (e *expiring[K, V]) drop(k K) { delete(e.values, k) }

// forget drops the values of some keys, and the keys. It looks at all of them.
func (e *expiring[K, V]) forget(some func(K) bool) {
	maps.DeleteFunc(e.values, func(k K, _ aged[V]) bool { return some(k) })
	e.order = slices.DeleteFunc(e.order, func(k key[K]) bool { return some(k.key) })
}

// prune forgets what is due. Each entry costs one step in all.
func (e *expiring[K, V]) prune(now time.Time) {
	for len(e.order) > 0 {
		old := e.order[0]
		current := e.values[old.key].turn == old.turn
		if current && len(e.values) <= e.most && now.Sub(old.at) < e.life {
			return
		}
		if current {
			delete(e.values, old.key)
		}
		e.order = e.order[1:]
	}
}
