package storage

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// maxHold is for how long a reply is held at most, from the design: later the
// asker has asked somebody else.
const maxHold = time.Hour

// HeldReply is a reply that Telegram's limits hold back: to whom, and the
// topic that answers, but no text. An empty topic is any other reply.
type HeldReply struct {
	ID    string
	Chat  int64
	Topic string
}

// Hold keeps the sealed chat id and the topic of a reply that cannot be sent
// now, until the given time, an hour ahead at most. Without the app key it
// is refused.
func (d *DB) Hold(ctx context.Context, chat int64, topic string, until time.Time) error {
	if last := d.set.now().Add(maxHold); until.After(last) {
		until = last
	}
	id := newID()
	sealed, err := d.seal.seal(chat, "held", id)
	if err != nil {
		return fmt.Errorf("hold reply: %w", err)
	}
	return d.change(ctx, "hold reply", func(tx *sql.Tx) error {
		query := "INSERT INTO held (id, chat, topic, until) VALUES (?, ?, ?, ?)"
		_, err := tx.ExecContext(ctx, query, id, sealed, topic, stamp(until))
		return err
	})
}

// Held returns the replies that are still to be sent, those that end first
// first. What was sealed under another key is left out; it ends like the rest.
func (d *DB) Held(ctx context.Context) ([]HeldReply, error) {
	var replies []HeldReply
	err := d.look(ctx, "list held replies", func(tx *sql.Tx) error {
		query := "SELECT id, chat, topic FROM held WHERE until > ? ORDER BY until, id"
		return eachRow(ctx, tx, func(rows *sql.Rows) error {
			var id, sealed []byte
			var r HeldReply
			if err := rows.Scan(&id, &sealed, &r.Topic); err != nil {
				return err
			}
			chat, err := d.seal.open(sealed, "held", id)
			if errors.Is(err, ErrOtherKey) {
				return nil
			}
			r.ID, r.Chat = hex.EncodeToString(id), chat
			replies = append(replies, r)
			return err
		}, query, stamp(d.set.now()))
	})
	if err != nil {
		return nil, err
	}
	return replies, nil
}

// DropHeld erases a held reply, with its chat id, if it is still there.
func (d *DB) DropHeld(ctx context.Context, id string) error {
	return d.eraseOne(ctx, "drop held reply", "held", id)
}

// PruneHeld erases the held replies whose time is over and returns how many.
func (d *DB) PruneHeld(ctx context.Context) (pruned int64, err error) {
	err = d.change(ctx, "prune held replies", func(tx *sql.Tx) error {
		pruned, err = countOf(tx.ExecContext(ctx, "DELETE FROM held WHERE until <= ?", stamp(d.set.now())))
		return err
	})
	return pruned, err
}
