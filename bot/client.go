package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// maxAnswer bounds one answer in bytes. A full batch of 100 updates with the
// longest texts stays below 4 MB.
const maxAnswer = 16 << 20

// Client calls the Bot API. It may be used from any number of goroutines. No
// error of it holds the token.
type Client struct {
	log      *slog.Logger
	token    string
	endpoint string   // as tgbotapi wants it: a format for token and method
	secrets  []string // what no error may show
	http     *http.Client
	pace     *pacer
	patience patience
	pause    func(context.Context, time.Duration) error
	observe  func(method string, code int)
}

// NewClient returns a client for the Bot API at base, such as
// "https://api.telegram.org", to which /bot<token>/<method> is appended. It
// does not connect.
func NewClient(log *slog.Logger, token, base string, opts ...ClientOption) (*Client, error) {
	if !made(token, "_-:") {
		return nil, errors.New("the Telegram token has characters that no token has, or is empty")
	}
	endpoint, err := endpoint(base)
	if err != nil {
		return nil, fmt.Errorf("address of the Bot API: %w", err)
	}
	c := &Client{
		log: log, token: token, endpoint: endpoint, http: newHTTP(),
		secrets: []string{token, url.QueryEscape(token)},
		pace:    newPacer(advised()), patience: patient(), pause: pause,
		observe: func(string, int) {},
	}
	if _, secret, ok := strings.Cut(token, ":"); ok && secret != "" {
		c.secrets = append(c.secrets, secret) // in whatever way the colon is written
	}
	for _, opt := range opts {
		opt(c)
	}
	return c, nil
}

// newHTTP is the client for one bot. 65 s to the first byte is a full long
// poll of 50 s and some more; two minutes for all is a slow upload.
func newHTTP() *http.Client {
	return &http.Client{
		Timeout: 2 * time.Minute,
		// A redirected call would carry the token elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
			ForceAttemptHTTP2:     true,
			TLSHandshakeTimeout:   10 * time.Second,
			MaxIdleConnsPerHost:   2 * hookConns, // none is opened anew for a reply
			IdleConnTimeout:       90 * time.Second,
			ResponseHeaderTimeout: 65 * time.Second,
			WriteBufferSize:       16 << 10, // a message and its form go out in one piece
			ReadBufferSize:        16 << 10,
		},
	}
}

// made tells whether s is one or more ASCII letters, digits and extra bytes.
func made(s, extra string) bool {
	other := func(r rune) bool {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
		return !letter && !strings.ContainsRune(extra, r)
	}
	return s != "" && !strings.ContainsFunc(s, other)
}

// endpoint checks a base address. Its errors do not repeat it: it may hold a
// password.
func endpoint(base string) (string, error) {
	u, err := url.Parse(strings.TrimSuffix(base, "/"))
	switch {
	case err != nil || u.Opaque != "" || u.Hostname() == "":
		return "", errors.New("not of the form https://host")
	case u.Scheme != "http" && u.Scheme != "https":
		return "", errors.New("neither http nor https")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || strings.Contains(base, "#"):
		return "", errors.New("more than a host and a path")
	case u.Path != "" && (u.Path != path.Clean(u.Path) || !made(u.Path, "/._-")):
		return "", errors.New("a path that is not plain")
	}
	return strings.ReplaceAll(u.Scheme+"://"+u.Host+u.Path, "%", "%%") + "/bot%s/%s", nil
}

// Call calls a method once and returns its result. Absent parameters are left
// out of params, lists and objects are JSON. Telegram's refusals, and answers
// that are not Telegram's, are an *[APIError].
func (c *Client) Call(ctx context.Context, method string, params map[string]string) (json.RawMessage, error) {
	if !made(method, "") {
		return nil, errors.New("telegram: not the name of a method")
	}
	api := tgbotapi.BotAPI{Token: c.token, Client: doer{ctx, c.http}}
	api.SetAPIEndpoint(c.endpoint)
	resp, err := api.MakeRequest(method, params)
	if err == nil {
		c.observe(method, http.StatusOK)
		return resp.Result, nil
	}
	var refusal *tgbotapi.Error
	if !errors.As(err, &refusal) {
		c.observe(method, 0)
		return nil, c.failure(method, err)
	}
	c.observe(method, refusal.Code)
	wait := time.Duration(min(max(refusal.RetryAfter, 0), 86400)) * time.Second
	return nil, &APIError{method, refusal.Code, c.redact(refusal.Message), wait}
}

// failure is the error of a call without an answer. net/http's own errors
// hold the address and so the token: only their text is kept, cleaned, and
// whether it was the context or the time.
func (c *Client) failure(method string, err error) error {
	for _, cause := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, cause) {
			return fmt.Errorf("telegram %s: %w", method, cause)
		}
	}
	var outer *url.Error
	if errors.As(err, &outer) && outer.Err != nil {
		err = outer.Err
	}
	return fmt.Errorf("telegram %s: %s", method, c.redact(err.Error()))
}

func (c *Client) redact(text string) string {
	for _, s := range c.secrets {
		text = strings.ReplaceAll(text, s, "<token>")
	}
	return text
}

// doer gives the library's requests a context, which it cannot do itself, and
// hands it Telegram's envelope whatever was answered.
type doer struct {
	ctx  context.Context
	http *http.Client
}

// Do implements tgbotapi.HTTPClient.
func (d doer) Do(r *http.Request) (*http.Response, error) {
	resp, err := d.http.Do(r.WithContext(d.ctx))
	if err != nil {
		return nil, err
	}
	var body bytes.Buffer
	body.Grow(int(min(max(resp.ContentLength, 0), maxAnswer)) + bytes.MinRead)
	_, err = body.ReadFrom(io.LimitReader(resp.Body, maxAnswer+1))
	_ = resp.Body.Close() // what counts was read
	if err != nil {
		return nil, err
	}
	if body.Len() > maxAnswer {
		return nil, errors.New("an answer of more than 16 MB")
	}
	resp.Body = io.NopCloser(bytes.NewReader(envelope(resp, body.Bytes())))
	return resp, nil
}

// envelope is the body if it is Telegram's, or else the status in its form:
// gateways answer with web pages.
func envelope(resp *http.Response, body []byte) []byte {
	if bytes.HasPrefix(body, []byte(`{"ok":true,`)) {
		return brief(body) // nearly always; a broken one fails where it is decoded
	}
	var read tgbotapi.APIResponse
	if json.Unmarshal(body, &read) == nil && (read.Ok || read.ErrorCode != 0) {
		return body
	}
	read = tgbotapi.APIResponse{ErrorCode: resp.StatusCode, Description: http.StatusText(resp.StatusCode)}
	if n, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
		read.Parameters = &tgbotapi.ResponseParameters{RetryAfter: n}
	}
	body, err := json.Marshal(read)
	if err != nil {
		return nil // never for this type; the reader then fails on an empty body
	}
	return body
}

// brief is a success without the rest of the message that was sent or edited:
// of those only the id is wanted, and the whole of one costs more to read than
// all else that comes in for an answer.
func brief(body []byte) []byte {
	const head = `{"ok":true,"result":{"message_id":`
	id, ok := bytes.CutPrefix(body, []byte(head))
	n := bytes.IndexFunc(id, func(r rune) bool { return r < '0' || r > '9' })
	if !ok || n < 1 || id[n] != ',' {
		return body
	}
	return append(body[:len(head)+n], "}}"...)
}

// transient tells whether the same call may work a moment later.
func transient(err error) bool {
	var api *APIError
	if !errors.As(err, &api) {
		return true // the connection, or the time of one try
	}
	return api.Code >= 500 || api.Code == 429 || api.Code < 400
}

// persist calls a method until it works, is refused, or the patience ends.
// The chat's turn is awaited before each try; 0 stands for calls that count
// for no limit.
func (c *Client) persist(
	ctx context.Context, method string, chat int64, params map[string]string,
) (json.RawMessage, error) {
	again, flood := c.patience.Again, c.patience.Flood
	for {
		if err := c.pace.wait(ctx, chat); err != nil {
			return nil, fmt.Errorf("telegram %s: wait for its turn: %w", method, err)
		}
		result, err := c.once(ctx, method, params)
		if err == nil || ctx.Err() != nil || !transient(err) {
			return result, err
		}
		var wait time.Duration
		var api *APIError
		switch {
		case errors.As(err, &api) && api.RetryAfter > 0:
			wait = api.RetryAfter
			flood -= wait
		case len(again) > 0:
			wait, again = jitter(again[0]), again[1:]
		default:
			return nil, err
		}
		if flood < 0 {
			return nil, err
		}
		c.log.Debug("a call to Telegram is tried again", "method", method, "wait", wait)
		if rest(ctx, func() error { return c.pause(ctx, wait) }) != nil {
			return nil, err
		}
	}
}

func (c *Client) once(ctx context.Context, method string, params map[string]string) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, c.patience.Call)
	defer cancel()
	return c.Call(ctx, method, params)
}

// Send sends a message to a chat and returns its id. A message whose answer
// got lost on the way may arrive twice.
func (c *Client) Send(ctx context.Context, chat int64, m Outgoing) (messageID int, err error) {
	raw, err := c.persist(ctx, "sendMessage", chat, m.sending(chat))
	if err != nil {
		return 0, err
	}
	var sent struct {
		ID int `json:"message_id"`
	}
	if json.Unmarshal(raw, &sent) != nil || sent.ID == 0 {
		return 0, errors.New("telegram sendMessage: sent, but its id cannot be read")
	}
	return sent.ID, nil
}

// Edit replaces text and buttons of an own message; no Buttons take the old
// ones away. An edit that changes nothing is a success.
func (c *Client) Edit(ctx context.Context, chat int64, message int, m Outgoing) error {
	_, err := c.persist(ctx, "editMessageText", chat, m.editing(chat, message))
	var api *APIError
	if errors.As(err, &api) && api.NotModified() {
		return nil
	}
	return err
}

// AnswerTap ends the glow of a button, with a notice of at most 200
// characters unless toast is empty. An answer that Telegram finds too old, or
// has already, is a success: nobody waits for it any more.
func (c *Client) AnswerTap(ctx context.Context, id, toast string) error {
	p := tgbotapi.Params{"callback_query_id": id}
	p.AddNonEmpty("text", toast)
	_, err := c.persist(ctx, "answerCallbackQuery", 0, p)
	var api *APIError
	if errors.As(err, &api) && api.TooOld() {
		return nil
	}
	return err
}

// Delete deletes messages of a chat. Those already gone are no error.
func (c *Client) Delete(ctx context.Context, chat int64, ids ...int) error {
	for some := range slices.Chunk(ids, 100) { // the most that deleteMessages takes
		p := tgbotapi.Params{}
		p.AddNonZero64("chat_id", chat)
		setJSON(p, "message_ids", some)
		if _, err := c.persist(ctx, "deleteMessages", 0, p); err != nil {
			return err
		}
	}
	return nil
}

// Command is one line of the menu of commands.
type Command struct {
	Name        string `json:"command"` // 1 to 32 of a-z, 0-9 and _
	Description string `json:"description"`
}

// Scope tells who sees a menu of commands; the zero Scope is everybody who
// has no other.
type Scope struct {
	Type string `json:"type"` // "all_private_chats", "all_group_chats", "chat" and so on
	Chat int64  `json:"chat_id,omitempty"`
}

// SetCommands replaces the menu of commands for those whom scope names. An
// empty list takes it away.
func (c *Client) SetCommands(ctx context.Context, scope Scope, commands []Command) error {
	method, p := "deleteMyCommands", tgbotapi.Params{}
	if len(commands) > 0 {
		method = "setMyCommands"
		setJSON(p, "commands", commands)
	}
	if scope != (Scope{}) {
		setJSON(p, "scope", scope)
	}
	_, err := c.persist(ctx, method, 0, p)
	return err
}

// Self is the bot as Telegram knows it.
type Self struct {
	ID       int64  `json:"id"`
	UserName string `json:"username"`
}

// Me tells who the bot is.
func (c *Client) Me(ctx context.Context) (Self, error) {
	raw, err := c.persist(ctx, "getMe", 0, nil)
	if err != nil {
		return Self{}, err
	}
	var me Self
	if json.Unmarshal(raw, &me) != nil || me.ID == 0 {
		return Self{}, errors.New("telegram getMe: an answer that cannot be read")
	}
	return me, nil
}
