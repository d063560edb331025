package telegramtest

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// reply is the answer to one request. A zero code means success.
type reply struct {
	result  any
	code    int
	text    string
	wait    int   // retry_after, in seconds
	migrate int64 // migrate_to_chat_id
	html    bool  // a page of a gateway instead of Telegram's envelope
}

// refuse is an error as Telegram reports it.
func refuse(code int, text string) reply {
	return reply{code: code, text: text}
}

func refused(code int, text string) *reply {
	r := refuse(code, text)
	return &r
}

// handler does the work of one method. It runs with s.mu held.
type handler func(*Server, *request) reply

// handlers are all methods of the table but getUpdates, which waits and takes the lock by itself.
func handlers() map[string]handler {
	return map[string]handler{
		"getMe":                  (*Server).getMe,
		"setWebhook":             (*Server).setWebhook,
		"deleteWebhook":          (*Server).deleteWebhook,
		"getWebhookInfo":         (*Server).getWebhookInfo,
		"sendMessage":            (*Server).sendMessage,
		"editMessageText":        (*Server).editMessageText,
		"editMessageReplyMarkup": (*Server).editMessageReplyMarkup,
		"deleteMessage":          (*Server).deleteMessage,
		"deleteMessages":         (*Server).deleteMessages,
		"copyMessage":            (*Server).copyMessage,
		"sendPhoto":              (*Server).sendPhoto,
		"sendDocument":           (*Server).sendDocument,
		"sendChatAction":         (*Server).sendChatAction,
		"setMessageReaction":     (*Server).setMessageReaction,
		"getFile":                (*Server).getFile,
		"answerCallbackQuery":    (*Server).answerCallbackQuery,
		"answerInlineQuery":      (*Server).answerInlineQuery,
		"setMyCommands":          (*Server).setMyCommands,
		"deleteMyCommands":       (*Server).deleteMyCommands,
		"getMyCommands":          (*Server).getMyCommands,
		"setMyName":              (*Server).setMyName,
		"setMyDescription":       (*Server).setMyDescription,
		"setMyShortDescription":  (*Server).setMyShortDescription,
		"setChatMenuButton":      (*Server).setChatMenuButton,
	}
}

// serveHTTP answers /bot<token>/<method> and /file/bot<token>/<path>.
func (s *Server) serveHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	open := s.begin()
	s.mu.Unlock()
	if !open {
		return
	}
	defer s.web.tasks.Done()
	prefix, file := strings.CutPrefix(r.URL.Path, "/file")
	rest, ok := strings.CutPrefix(prefix, "/bot")
	token, name, both := strings.Cut(rest, "/")
	switch {
	case !ok || !both:
		send(w, refuse(404, "Not Found"))
	case !s.admits(token):
		send(w, refuse(401, "Unauthorized"))
	case file:
		s.serveFile(w, name)
	default:
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		s.call(w, r, name)
	}
}

func (s *Server) admits(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return token == s.config.token && !s.gate.revoked
}

// call runs one method with the fault that is due for it.
func (s *Server) call(w http.ResponseWriter, r *http.Request, method string) {
	q := readRequest(r, method)
	s.mu.Lock()
	fault, faulty := s.gate.take(method)
	s.mu.Unlock()
	var out reply
	if faulty && fault.before() {
		out = fault.reply()
	} else {
		out = s.answer(r.Context(), q)
	}
	s.log(q, out, fault.Reset)
	s.finish(w, r, fault, out)
}

// answer checks a request and does its work.
func (s *Server) answer(ctx context.Context, q *request) reply {
	q.shape = s.config.table.methods[q.method]
	if q.shape != nil && !q.broken {
		q.check(s.config.table, &s.proved)
	}
	if q.shape == nil || len(q.problems) > 0 {
		return s.reject(q)
	}
	if q.method == "getUpdates" {
		return s.getUpdates(ctx, q)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if q.shape.paced {
		if wait := s.gate.pace(q.num("chat_id"), s.clock.now()); wait > 0 {
			return tooMany(wait)
		}
	}
	out := s.config.handlers[q.method](s, q)
	s.changed.ring()
	return out
}

// reject records what is wrong with a request and refuses it.
func (s *Server) reject(q *request) reply {
	out := reply{}
	switch {
	case q.shape != nil && q.oversized:
		out = reply{code: http.StatusRequestEntityTooLarge, html: true}
	case q.shape != nil:
		out = refuse(400, q.complaint())
	case s.otherCase(q.method):
		q.problems = []problem{{rule: "method name in the wrong letter case"}}
		out = refuse(400, q.complaint())
	default:
		q.problems = []problem{{rule: "unknown method"}}
		out = refuse(404, "Not Found")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range q.problems {
		s.journal.violate(shorten(q.method), p.field, p.rule)
	}
	return out
}

// otherCase tells whether a method of that name exists in another letter case.
func (s *Server) otherCase(method string) bool {
	for name := range s.config.table.methods {
		if strings.EqualFold(name, method) {
			return true
		}
	}
	return false
}

// log records an answered call.
func (s *Server) log(q *request, out reply, cut bool) {
	code := http.StatusOK
	if out.code != 0 {
		code = out.code
	}
	if cut {
		code = 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.journal.record(Call{Method: q.method, Params: q.sent, At: s.clock.now(), Code: code})
	s.changed.ring()
}

// finish sends the answer, unless the fault wants it late or lost.
func (s *Server) finish(w http.ResponseWriter, r *http.Request, f Fault, out reply) {
	s.mu.Lock()
	lost := s.gate.loses()
	s.mu.Unlock()
	if f.Delay > 0 {
		timer := time.NewTimer(f.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
		}
	}
	switch {
	case f.Reset || f.Lose || lost:
		cut(w)
	case out.html:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(out.code)
		_, _ = w.Write([]byte("<html><head><title>" + strconv.Itoa(out.code) + "</title></head></html>\r\n"))
	default:
		send(w, out)
	}
}

// envelope is what every answer of Telegram comes in.
type envelope struct {
	OK          bool        `json:"ok"`
	Result      any         `json:"result,omitempty"`
	Code        int         `json:"error_code,omitempty"`
	Description string      `json:"description,omitempty"`
	Parameters  *parameters `json:"parameters,omitempty"`
}

type parameters struct {
	Wait    int   `json:"retry_after,omitempty"`
	Migrate int64 `json:"migrate_to_chat_id,omitempty"`
}

// send writes Telegram's envelope. A client that is gone is no error of the fake.
func send(w http.ResponseWriter, out reply) {
	body := envelope{OK: out.code == 0, Result: out.result}
	if out.code != 0 {
		body = envelope{Code: out.code, Description: out.text}
	}
	if out.wait > 0 || out.migrate != 0 {
		body.Parameters = &parameters{out.wait, out.migrate}
	}
	text, err := json.Marshal(body)
	if err != nil {
		http.Error(w, "encoding the answer", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	if out.code != 0 {
		w.WriteHeader(out.code)
	}
	_, _ = w.Write(text)
}
