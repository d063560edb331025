package bot

import (
	"time"

	"golang.org/x/time/rate"
)

// Limits are the bot's own speed towards Telegram, in messages a second.
type Limits struct {
	Global, PerChat           rate.Limit
	GlobalBurst, PerChatBurst int
}

// advised are the limits that Telegram's FAQ for bots names: 30 messages a
// second in all, one a second in a chat, with short bursts tolerated.
func advised() Limits { return Limits{Global: 30, PerChat: 1, GlobalBurst: 30, PerChatBurst: 3} }

// Unlimited lets everything pass at once, for benchmarks against a fake.
func Unlimited() Limits { return Limits{Global: rate.Inf, PerChat: rate.Inf} }

// patience is how long the sending functions try before they give up.
type patience struct {
	Again []time.Duration // waits before further tries after 5xx and lost connections, each jittered
	Flood time.Duration   // all waiting together that 429 may ask of one message
	Call  time.Duration   // for one try, from connecting to the last byte
}

// patient is the default: three further tries after 0.3 s, 1 s and 3 s; 10 s
// for 429, since a reply held back longer belongs into the database; 25 s a
// try.
func patient() patience {
	again := []time.Duration{300 * time.Millisecond, time.Second, 3 * time.Second}
	return patience{Again: again, Flood: 10 * time.Second, Call: 25 * time.Second}
}

// ClientOption changes a new Client.
type ClientOption func(*Client)

// WithLimits replaces the limits, which are [advised] without it.
func WithLimits(l Limits) ClientOption { return func(c *Client) { c.pace = newPacer(l) } }

// WithObserver sets what is called after every call of the Bot API with the
// method and Telegram's code: 200, that of a refusal, or 0 without an answer.
func WithObserver(f func(method string, code int)) ClientOption {
	return func(c *Client) { c.observe = f }
}
