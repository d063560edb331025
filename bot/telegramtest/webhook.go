package telegramtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Delays between the attempts to deliver one update: they double up to the longest.
const (
	firstRetry   = time.Second
	longestRetry = 60 * time.Second
	hookTimeout  = 60 * time.Second
	defaultConns = 40
)

// Webhook is where updates go, and how that works.
type Webhook struct {
	URL      string    // as the bot set it
	Failures int       // deliveries that were not answered with 200
	Retry    time.Time // when the delivery that failed last is tried again; zero before the first failure
}

// hook posts updates to the bot, one in flight per lane.
type hook struct {
	target, secret string // target is where the bot's address is really posted
	conns          int
	slots          chan struct{}
	client         *http.Client
	ctx            context.Context
	cancel         context.CancelFunc
	lanes          map[laneKey][]*update // a lane that is here has a goroutine
	state          Webhook
	failure        string
	failed         time.Time
}

func (s *Server) setWebhook(q *request) reply {
	if q.str("url") == "" {
		return s.deleteWebhook(q)
	}
	target, rule := s.hookTarget(q.str("url"))
	if rule != "" {
		return s.forbid(q, "url", rule)
	}
	s.stopHook()
	s.queue.allow(q)
	if q.flag("drop_pending_updates") {
		s.queue.clear()
	}
	conns := defaultConns
	if n := int(q.num("max_connections")); n > 0 {
		conns = n
	}
	h := &hook{
		state: Webhook{URL: q.str("url")}, target: target, secret: q.str("secret_token"), conns: conns,
		slots: make(chan struct{}, conns), lanes: map[laneKey][]*update{},
		client: &http.Client{
			Transport:     &http.Transport{MaxIdleConnsPerHost: conns, IdleConnTimeout: hookTimeout},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Timeout:       hookTimeout,
		},
	}
	h.ctx, h.cancel = context.WithCancel(s.web.ctx)
	s.queue.hook = h
	for _, u := range s.queue.items {
		if !u.done {
			s.enqueue(h, u)
		}
	}
	s.queue.wake.ring()
	return reply{result: true}
}

// hookTarget is the loopback address behind a webhook's address.
func (s *Server) hookTarget(address string) (target, rule string) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "", "bad webhook: no address"
	}
	ip := net.ParseIP(u.Hostname())
	local := u.Hostname() == "localhost" || (ip != nil && ip.IsLoopback())
	switch {
	case u.Scheme != "https" && (u.Scheme != "http" || !local):
		return "", "bad webhook: An HTTPS URL must be provided for webhook"
	case !local && !strings.Contains(" 443 80 88 8443 ", " "+port(u)+" "):
		return "", "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"
	case s.config.proxy != "":
		return "http://" + s.config.proxy + u.RequestURI(), ""
	case !local:
		return "", "bad webhook: the fake posts to loopback only"
	}
	return address, ""
}

func port(u *url.URL) string {
	if u.Port() == "" {
		return "443"
	}
	return u.Port()
}

func (s *Server) deleteWebhook(q *request) reply {
	s.stopHook()
	if q.flag("drop_pending_updates") {
		s.queue.clear()
	}
	return reply{result: true}
}

// clear drops every update that waits.
func (q *queue) clear() {
	for _, u := range q.items {
		if u != nil {
			q.drop(u)
		}
	}
}

// stopHook goes back to polling. A delivery under way is broken off and its update stays.
func (s *Server) stopHook() {
	if h := s.queue.hook; h != nil {
		h.cancel()
		h.client.CloseIdleConnections()
		s.queue.hook = nil
	}
}

func (s *Server) getWebhookInfo(*request) reply {
	w := map[string]any{"url": "", "has_custom_certificate": false, "pending_update_count": s.queue.live}
	if h := s.queue.hook; h != nil {
		w["url"], w["max_connections"] = h.state.URL, h.conns
		if h.failure != "" {
			w["last_error_message"], w["last_error_date"] = h.failure, h.failed.Unix()
		}
	}
	if s.queue.allowed != nil {
		list := []string{}
		for kind := range s.queue.allowed {
			list = append(list, kind)
		}
		w["allowed_updates"] = list
	}
	return reply{result: w}
}

// enqueue puts an update into its lane and starts the lane when it rests. The caller holds s.mu.
func (s *Server) enqueue(h *hook, u *update) {
	list, running := h.lanes[u.lane]
	h.lanes[u.lane] = append(list, u)
	if !running && s.begin() {
		go s.drain(h, u.lane)
	}
}

// drain delivers the updates of one lane, one after the other, until none is left or the webhook ends.
func (s *Server) drain(h *hook, lane laneKey) {
	defer s.web.tasks.Done()
	delay := firstRetry
	for {
		u, raw := s.head(h, lane)
		if u == nil {
			return
		}
		select {
		case h.slots <- struct{}{}:
		case <-h.ctx.Done():
			return
		}
		wait, err := s.deliverTo(h, raw)
		<-h.slots
		if h.ctx.Err() != nil {
			return
		}
		if err == nil {
			s.confirmed(u)
			delay = firstRetry
			continue
		}
		if wait == 0 {
			wait = delay
			delay = min(2*delay, longestRetry)
		}
		if s.clock.sleep(h.ctx, s.failed(h, err, wait)) != nil {
			return
		}
	}
}

// head is the first update of a lane that still waits; nil ends the lane.
func (s *Server) head(h *hook, lane laneKey) (*update, []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.sweep(s.clock.now())
	list := h.lanes[lane]
	for len(list) > 0 && list[0].done {
		list = list[1:]
	}
	if len(list) == 0 {
		delete(h.lanes, lane)
		return nil, nil
	}
	h.lanes[lane] = list
	list[0].delivered = true
	return list[0], list[0].raw
}

func (s *Server) confirmed(u *update) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.drop(u)
	s.changed.ring()
}

// failed notes a failure and returns when to try again.
func (s *Server) failed(h *hook, err error, wait time.Duration) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.now()
	h.failure, h.failed = err.Error(), now
	h.state.Failures++
	h.state.Retry = now.Add(wait)
	s.changed.ring()
	return h.state.Retry
}

// Webhook is the state of the bot's webhook; the zero value while it polls.
func (s *Server) Webhook() Webhook {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.queue.hook == nil {
		return Webhook{}
	}
	return s.queue.hook.state
}

// deliverTo posts one update. With an error it returns how long the bot asked to wait, if it did.
func (s *Server) deliverTo(h *hook, raw []byte) (time.Duration, error) {
	r, err := http.NewRequestWithContext(h.ctx, http.MethodPost, h.target, bytes.NewReader(raw))
	if err != nil {
		return 0, fmt.Errorf("making the delivery: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	if h.secret != "" {
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", h.secret)
	}
	answer, err := h.client.Do(r)
	if err != nil {
		return 0, fmt.Errorf("delivering an update: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 1<<16))
	if err != nil {
		return 0, fmt.Errorf("reading the answer to a delivery: %w", err)
	}
	if answer.StatusCode != http.StatusOK {
		seconds, err := strconv.Atoi(answer.Header.Get("Retry-After"))
		if err != nil {
			seconds = 0
		}
		return time.Duration(seconds) * time.Second,
			fmt.Errorf("wrong response from the webhook: %s", answer.Status)
	}
	if bytes.Contains(body, []byte(`"method"`)) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.journal.violate("webhook", "", "calls a method in its answer, whose result nobody sees")
	}
	return 0, nil
}
