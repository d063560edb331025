package telegramtest

import (
	"slices"
	"strconv"
	"time"
)

// tooOld is Telegram's answer to an answer that comes late or twice.
const tooOld = "Bad Request: query is too old and response timeout expired or query ID is invalid"

// CallbackID names one tap on a button.
type CallbackID string

// InlineID names one inline query.
type InlineID string

// CallbackAnswer is what the bot answered to a tap.
type CallbackAnswer struct {
	Text  string
	Alert bool
	URL   string
}

// InlineAnswer is what the bot answered to an inline query. Results and Button are JSON with sorted keys.
type InlineAnswer struct {
	Results  string
	Button   string
	Cache    int // seconds
	Personal bool
}

// ask is a tap or an inline query that waits for its one answer.
type ask struct {
	expires  time.Time
	answered bool
	callback CallbackAnswer
	inline   InlineAnswer
}

// asks are all taps and inline queries so far.
type asks struct {
	next      int
	callbacks map[CallbackID]*ask
	inlines   map[InlineID]*ask
}

func newAsks() asks {
	return asks{callbacks: map[CallbackID]*ask{}, inlines: map[InlineID]*ask{}}
}

// id makes an id that no other tap or query has.
func (a *asks) id() string {
	a.next++
	return "9" + strconv.Itoa(1000000+a.next)
}

// accept marks an ask as answered; false when it is unknown, answered or too old.
func (a *ask) accept(now time.Time) bool {
	if a == nil || a.answered || !now.Before(a.expires) {
		return false
	}
	a.answered = true
	return true
}

func (s *Server) answerCallbackQuery(q *request) reply {
	a := s.asks.callbacks[CallbackID(q.str("callback_query_id"))]
	if !a.accept(s.clock.now()) {
		return refuse(400, tooOld)
	}
	a.callback = CallbackAnswer{Text: q.str("text"), Alert: q.flag("show_alert"), URL: q.str("url")}
	return reply{result: true}
}

func (s *Server) answerInlineQuery(q *request) reply {
	list, _ := q.values["results"].([]any)
	seen := map[any]bool{}
	for _, v := range list {
		result, _ := v.(map[string]any)
		if seen[result["id"]] {
			return s.forbid(q, "results.id", "RESULT_ID_DUPLICATE")
		}
		seen[result["id"]] = true
	}
	a := s.asks.inlines[InlineID(q.str("inline_query_id"))]
	if !a.accept(s.clock.now()) {
		return refuse(400, tooOld)
	}
	a.inline = InlineAnswer{
		Results: q.json("results"), Button: q.json("button"),
		Cache: int(q.num("cache_time")), Personal: q.flag("is_personal"),
	}
	return reply{result: true}
}

// CallbackAnswer is the bot's answer to a tap; false while there is none.
func (s *Server) CallbackAnswer(id CallbackID) (CallbackAnswer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.asks.callbacks[id]
	if a == nil || !a.answered {
		return CallbackAnswer{}, false
	}
	return a.callback, true
}

// Unanswered lists the taps that the bot has not answered, sorted; on a phone their buttons keep glowing.
func (s *Server) Unanswered() []CallbackID {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []CallbackID{}
	for id, a := range s.asks.callbacks {
		if !a.answered {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// InlineAnswer is the bot's answer to an inline query; false while there is none.
func (s *Server) InlineAnswer(id InlineID) (InlineAnswer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.asks.inlines[id]
	if a == nil || !a.answered {
		return InlineAnswer{}, false
	}
	return a.inline, true
}
