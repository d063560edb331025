package bot

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// ErrWebhookRefused means that Telegram does not accept the address of the
// webhook. The text of the error says what to do.
var ErrWebhookRefused = errors.New("the webhook is refused")

// WebhookAddress checks the address that Telegram shall call, adds
// [WebhookPath] if it has no path, and returns it with its path.
func WebhookAddress(address string) (full, path string, err error) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Opaque != "" || u.Hostname() == "":
		return "", "", errors.New("not of the form https://host/path")
	case u.Scheme != "https" && u.Scheme != "http":
		return "", "", errors.New("neither https nor http")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "", "", errors.New("more than a host and a path")
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = WebhookPath
	}
	return u.String(), u.Path, nil
}

// Register makes Telegram deliver updates to address, with the secret, until a
// Poller takes them over. Updates that wait are kept. It tries until it works,
// ctx ends ([context.Canceled]), or Telegram refuses: [ErrTokenRefused] or
// [ErrWebhookRefused].
func (c *Client) Register(ctx context.Context, address, secret string) error {
	i := newInsister(c.log, PollTimes{})
	i.pause = c.pause
	err := i.insist(ctx, func() error {
		_, err := c.Call(ctx, "setWebhook", map[string]string{
			"url": address, "secret_token": secret, "max_connections": strconv.Itoa(hookConns),
			"allowed_updates": allowedUpdates,
		})
		return err
	}, func(e *APIError) bool { return e.Code == 400 || e.Code == 403 })
	var api *APIError
	if errors.As(err, &api) && !errors.Is(err, ErrTokenRefused) {
		return fmt.Errorf("%w: %s: %w", ErrWebhookRefused, advice(api), err)
	}
	return err
}

// advice tells the operator what Telegram's refusal of a webhook asks for.
// Telegram's own words are not repeated, since they may hold the address.
func advice(e *APIError) string {
	for _, a := range []struct{ says, do string }{
		{"https url must be provided", "its address must begin with https://"},
		{"only on ports", "its port must be 443, 80, 88 or 8443"},
		{"resolve host", "the name of its host is not known to the public DNS"},
		{"ip address", "its host must have a public IPv4 address"},
		{"certificate", "its certificate must come from a known authority and fit the name of the host"},
	} {
		if strings.Contains(strings.ToLower(e.Description), a.says) {
			return a.do
		}
	}
	return "it needs https, a public host, port 443, 80, 88 or 8443, and a valid certificate"
}
