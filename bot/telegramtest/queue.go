package telegramtest

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Lives of updates in the queue and the longest poll, as in the official server.
const (
	messageLife  = 24 * time.Hour
	callbackLife = 150 * time.Second
	inlineLife   = 30 * time.Second
	longestPoll  = 50 * time.Second
	maxBatch     = 100
)

// UpdateID numbers the updates of a server from 1; 0 means that no update was made because the bot does not
// want updates of that kind.
type UpdateID int

// update waits for the bot's confirmation.
type update struct {
	id        UpdateID
	raw       json.RawMessage
	lane      laneKey
	expires   time.Time
	delivered bool // handed to the bot at least once
	done      bool // confirmed or expired
}

// laneKey names the order that Telegram keeps: the chat for messages, the person for taps and inline queries.
type laneKey struct {
	kind byte // 'm' or 'c'
	id   int64
}

// queue holds the updates in the order of their ids and the two ways to get them.
type queue struct {
	items   []*update
	live    int // items that are not done
	last    UpdateID
	turn    int // of the newest poll; an older one ends
	waiting int // polls that wait for an update
	allowed map[string]bool
	wake    bell
	soonest time.Time // no live update expires before this
	expired int
	hook    *hook // nil while polling
}

// wants tells whether updates of the kind are made at all. By default three kinds are not.
func (q *queue) wants(kind string) bool {
	if q.allowed == nil {
		return kind != "chat_member" && kind != "message_reaction" && kind != "message_reaction_count"
	}
	return q.allowed[kind]
}

// allow remembers the wish of getUpdates or setWebhook; without the parameter the earlier one stays.
func (q *queue) allow(r *request) {
	list, ok := r.values["allowed_updates"].([]any)
	if !ok {
		return
	}
	q.allowed = nil
	for _, kind := range list {
		if q.allowed == nil {
			q.allowed = map[string]bool{}
		}
		if name, ok := kind.(string); ok {
			q.allowed[name] = true
		}
	}
}

// push queues an update of one kind. The caller holds s.mu.
func (s *Server) push(kind string, body any, lane laneKey, life time.Duration) UpdateID {
	q := &s.queue
	if !q.wants(kind) {
		return 0
	}
	q.last++
	content, err := json.Marshal(body)
	if err != nil {
		s.journal.violate("", kind, "the driver made an update that is no JSON")
		return 0
	}
	raw := fmt.Appendf(nil, `{"update_id":%d,%q:%s}`, q.last, kind, content)
	u := &update{id: q.last, raw: raw, lane: lane, expires: s.clock.now().Add(life)}
	if q.live == 0 || u.expires.Before(q.soonest) {
		q.soonest = u.expires
	}
	q.items = append(q.items, u)
	q.live++
	if q.hook != nil {
		s.enqueue(q.hook, u)
	}
	q.wake.ring()
	s.changed.ring()
	return u.id
}

// drop ends the life of an update.
func (q *queue) drop(u *update) {
	if u.done {
		return
	}
	u.done = true
	u.raw = nil
	q.live--
	for len(q.items) > 0 && q.items[0].done {
		q.items[0] = nil
		q.items = q.items[1:]
	}
}

// sweep drops what has expired. It looks through the queue at most once a second of the fake's clock.
func (q *queue) sweep(now time.Time) {
	if q.live == 0 || now.Before(q.soonest) {
		return
	}
	q.soonest = now.Add(messageLife)
	for _, u := range q.items {
		switch {
		case u == nil || u.done:
		case !now.Before(u.expires):
			q.expired++
			q.drop(u)
		case u.expires.Before(q.soonest):
			q.soonest = u.expires
		}
	}
	if next := now.Add(time.Second); q.soonest.Before(next) {
		q.soonest = next
	}
}

// confirm drops every update before the offset and returns how many of them the bot never saw.
func (q *queue) confirm(offset UpdateID) int {
	unseen := 0
	for len(q.items) > 0 && q.items[0].id < offset {
		u := q.items[0]
		if !u.delivered && !u.done {
			unseen++
		}
		q.drop(u)
	}
	return unseen
}

// batch returns up to limit live updates and marks them as delivered.
func (q *queue) batch(limit int) []json.RawMessage {
	out := []json.RawMessage{}
	for _, u := range q.items {
		if len(out) == limit {
			break
		}
		if !u.done {
			u.delivered = true
			out = append(out, u.raw)
		}
	}
	return out
}

// getUpdates is the one method that waits; it takes the lock itself.
func (s *Server) getUpdates(ctx context.Context, r *request) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := &s.queue
	if q.hook != nil {
		return refuse(409, "Conflict: can't use getUpdates method while webhook is active; "+
			"use deleteWebhook to delete the webhook first")
	}
	q.turn++
	turn := q.turn
	q.wake.ring()
	q.allow(r)
	q.sweep(s.clock.now())
	if n := q.confirm(UpdateID(r.num("offset"))); n > 0 {
		s.journal.violate(r.method, "offset", "confirms updates that were never delivered")
	}
	s.changed.ring()
	limit := maxBatch
	if n := int(r.num("limit")); n > 0 {
		limit = n
	}
	timeout := min(time.Duration(min(r.num("timeout"), 3600))*time.Second, longestPoll)
	return s.poll(ctx, turn, limit, timeout)
}

// poll waits for updates, for a newer poll, for the timeout by the wall or by the fake's clock, or for ctx.
// The caller holds s.mu, which is free while poll waits.
func (s *Server) poll(ctx context.Context, turn, limit int, timeout time.Duration) reply {
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	due, over := s.clock.now().Add(timeout), timeout == 0
	for {
		q := &s.queue
		if q.turn != turn || q.hook != nil {
			return refuse(409, "Conflict: terminated by other getUpdates request; "+
				"make sure that only one bot instance is running")
		}
		if s.gate.revoked {
			return refuse(401, "Unauthorized")
		}
		if ctx.Err() != nil {
			return reply{result: []json.RawMessage{}} // nobody reads it
		}
		q.sweep(s.clock.now())
		batch := q.batch(limit)
		if len(batch) > 0 || over || !s.clock.now().Before(due) {
			return reply{result: batch}
		}
		wake := q.wake.wait()
		q.waiting++
		s.changed.ring()
		s.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-timer.C:
			over = true
		case <-wake:
		}
		s.mu.Lock()
		q.waiting--
	}
}

// Polling tells whether a poll of the bot is waiting for updates: the bot is up and has confirmed what it
// confirms.
func (s *Server) Polling() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.queue.waiting > 0
}

// Pending counts the updates that the bot has not confirmed and that have not expired.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.sweep(s.clock.now())
	return s.queue.live
}

// Expired counts the updates that grew too old before the bot confirmed them.
func (s *Server) Expired() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.sweep(s.clock.now())
	return s.queue.expired
}
