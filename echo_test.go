package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"
)

// asEcho makes the test binary behave as the barest bot there can be: it says
// what it hears, polling, or by webhook when the variable is an address. It is
// the measure for the program's own speed.
const asEcho = "TANYANETRAL_TEST_AS_ECHO"

// echo is the bare bot. It knows nothing of order, limits and failures.
type echo struct {
	base string // with the token
	http *http.Client
}

type echoed struct {
	ID      int64 `json:"update_id"`
	Message struct {
		Text string `json:"text"`
		Chat struct {
			ID int64 `json:"id"`
		} `json:"chat"`
	} `json:"message"`
}

func echoBot(address string) error {
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	e := &echo{os.Getenv("TELEGRAM_API_URL") + "/bot" + os.Getenv("TELEGRAM_TOKEN") + "/",
		&http.Client{Transport: transport}}
	if address == "poll" {
		return e.poll()
	}
	server := &http.Server{Addr: address, ReadHeaderTimeout: time.Minute, Handler: e}
	go func() {
		hook := map[string]any{"url": "http://" + address, "max_connections": 40}
		if err := e.call("setWebhook", hook, nil); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}()
	return server.ListenAndServe()
}

func (e *echo) poll() error {
	offset := int64(0)
	for {
		var batch struct{ Result []echoed }
		if err := e.call("getUpdates", map[string]any{"timeout": 50, "offset": offset}, &batch); err != nil {
			return err
		}
		var wg sync.WaitGroup
		todo := make(chan echoed, len(batch.Result))
		for _, u := range batch.Result {
			todo <- u
			offset = u.ID + 1
		}
		close(todo)
		for range 8 {
			wg.Go(func() {
				for u := range todo {
					if err := e.say(u); err != nil {
						fmt.Fprintln(os.Stderr, err)
					}
				}
			})
		}
		wg.Wait()
	}
}

func (e *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var u echoed
	if err := json.NewDecoder(r.Body).Decode(&u); err != nil || e.say(u) != nil {
		w.WriteHeader(http.StatusInternalServerError)
	}
}

func (e *echo) say(u echoed) error {
	return e.call("sendMessage", map[string]any{"chat_id": u.Message.Chat.ID, "text": u.Message.Text}, nil)
}

func (e *echo) call(method string, params map[string]any, into any) error {
	body, err := json.Marshal(params)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, e.base+method, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := e.http.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if into == nil {
		_, err = io.Copy(io.Discard, answer.Body)
		return err
	}
	return json.NewDecoder(answer.Body).Decode(into)
}
