package bot

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// APIError is an answer that is not a success. Description is Telegram's text
// and is not part of Error, so that logs show method and code only.
type APIError struct {
	Method      string
	Code        int // Telegram's error_code, or the HTTP status
	Description string
	RetryAfter  time.Duration // 0: not told
}

// Error names the method and the code.
func (e *APIError) Error() string {
	return fmt.Sprintf("telegram %s: %d %s", e.Method, e.Code, http.StatusText(e.Code))
}

func (e *APIError) says(code int, texts ...string) bool {
	low := strings.ToLower(e.Description)
	for _, t := range texts {
		if strings.Contains(low, t) && e.Code/100 == 4 && cmp.Or(code, e.Code) == e.Code {
			return true
		}
	}
	return false
}

// Refused tells that the token is not, or no longer, valid.
func (e *APIError) Refused() bool { return e.Code == 401 || e.Code == 404 }

// Conflict tells that somebody else receives this bot's updates.
func (e *APIError) Conflict() bool { return e.Code == 409 }

// Gone tells that the bot cannot write to this chat: blocked, deactivated,
// never started, or thrown out of the group. The text decides, because for
// some of these the code was seen as 400 and as 403.
func (e *APIError) Gone() bool {
	return e.says(0, "blocked by the user", "user is deactivated", "initiate conversation",
		"bot was kicked", "bot is not a member")
}

// Unknown tells that there is no such chat for this bot, as after an account
// was deleted.
func (e *APIError) Unknown() bool { return e.says(400, "chat not found") }

// NotModified tells that an edit would change nothing.
func (e *APIError) NotModified() bool { return e.says(400, "message is not modified") }

// TooOld tells that a tap was answered already or is too old to be.
func (e *APIError) TooOld() bool { return e.says(400, "query is too old", "query id is invalid") }
