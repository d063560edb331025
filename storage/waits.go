package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

// maxWait is for how many days a chat id is kept at most to tell of an
// answer, as the design and the consent sentence promise.
const maxWait = 60

// AddWait keeps the chat, sealed, as one that wants to be told when the
// question is answered, until the given day; an empty day, or one more than 60
// days ahead, means 60 days. A chat waits for a question once. Without the
// app key it is refused; curation.ErrNotFound: the question is no longer kept.
func (d *DB) AddWait(ctx context.Context, chat int64, gap string, until knowledge.Day) error {
	gapID, err := parseID(gap)
	if err != nil {
		return fmt.Errorf("add wait: %w", err)
	}
	last := knowledge.DayOf(d.set.now().AddDate(0, 0, maxWait))
	if until == "" || until > last {
		until = last
	}
	id := newID()
	sealed, err := d.seal.seal(chat, "waits", id)
	if err != nil {
		return fmt.Errorf("add wait: %w", err)
	}
	return d.change(ctx, "add wait", func(tx *sql.Tx) error {
		query := "SELECT id, chat FROM waits WHERE gap_id = ?"
		before, err := d.rowsOf(ctx, tx, chat, "waits", query, gapID)
		if err != nil {
			return err
		}
		if err := eraseRows(ctx, tx, "waits", before.mine); err != nil {
			return err
		}
		query = "INSERT INTO waits (id, gap_id, chat, until) SELECT ?, id, ?, ? FROM gaps WHERE id = ?"
		return affected(tx.ExecContext(ctx, query, id, sealed, string(until), gapID))
	})
}

// Waits returns the ids of all that wait and of what they wait for, without
// the chats.
func (d *DB) Waits(ctx context.Context) ([]curation.Wait, error) {
	var waits []curation.Wait
	err := d.look(ctx, "list waits", func(tx *sql.Tx) error {
		query := "SELECT lower(hex(id)), lower(hex(gap_id)) FROM waits WHERE until >= ? ORDER BY id"
		return eachRow(ctx, tx, func(rows *sql.Rows) error {
			var w curation.Wait
			err := rows.Scan(&w.ID, &w.Gap)
			waits = append(waits, w)
			return err
		}, query, string(d.today()))
	})
	if err != nil {
		return nil, err
	}
	return waits, nil
}

// WaitChat returns the chat to which a wait belongs, so that it can be told;
// ForgetWait comes after that. The errors are ErrOtherKey, and
// curation.ErrNotFound when the wait has ended or was forgotten.
func (d *DB) WaitChat(ctx context.Context, id string) (chat int64, err error) {
	row, err := parseID(id)
	if err != nil {
		return 0, fmt.Errorf("read wait: %w", err)
	}
	err = d.look(ctx, "read wait", func(tx *sql.Tx) error {
		var sealed []byte
		query := "SELECT chat FROM waits WHERE id = ? AND until >= ?"
		err := oneRow(tx.QueryRowContext(ctx, query, row, string(d.today())).Scan(&sealed))
		if err != nil {
			return err
		}
		chat, err = d.seal.open(sealed, "waits", row)
		return err
	})
	return chat, err
}

// ForgetWait erases a wait, with its chat id, if it is still there.
func (d *DB) ForgetWait(ctx context.Context, id string) error {
	return d.eraseOne(ctx, "forget wait", "waits", id)
}

// ForgetChat erases everything that is kept of a chat, its waits and its held
// replies, and returns how many there were. What was sealed under another key
// goes with it: it may be this chat's, and nobody can be told by it.
func (d *DB) ForgetChat(ctx context.Context, chat int64) (forgotten int, err error) {
	err = d.change(ctx, "forget chat", func(tx *sql.Tx) error {
		forgotten = 0
		for _, table := range sealedTables() {
			rows, err := d.rowsOf(ctx, tx, chat, table, "SELECT id, chat FROM "+table)
			if err != nil {
				return err
			}
			if err := eraseRows(ctx, tx, table, append(rows.mine, rows.unreadable...)); err != nil {
				return err
			}
			forgotten += len(rows.mine)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return forgotten, nil
}

// sealedTables are the tables with a sealed chat id.
func sealedTables() []string { return []string{"waits", "held"} }

// chatRows are rows with a sealed chat id, by whose they are.
type chatRows struct {
	mine, unreadable [][]byte // ids
}

// rowsOf opens the chat ids that a query for id and chat finds and picks those
// of the given chat. Without a key it can pick from no row only.
func (d *DB) rowsOf(ctx context.Context, tx *sql.Tx, chat int64, table, query string, args ...any) (
	found chatRows, err error) {
	err = eachRow(ctx, tx, func(rows *sql.Rows) error {
		var id, sealed []byte
		if err := rows.Scan(&id, &sealed); err != nil {
			return err
		}
		switch whose, err := d.seal.open(sealed, table, id); {
		case errors.Is(err, ErrOtherKey):
			found.unreadable = append(found.unreadable, id)
		case err != nil:
			return err
		case whose == chat:
			found.mine = append(found.mine, id)
		}
		return nil
	}, query, args...)
	return found, err
}

// eraseRows erases the rows with the ids.
func eraseRows(ctx context.Context, tx *sql.Tx, table string, ids [][]byte) error {
	for _, id := range ids {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE id = ?", id); err != nil {
			return err
		}
	}
	return nil
}

// eraseOne erases the row with the id, if it is there.
func (d *DB) eraseOne(ctx context.Context, what, table, id string) error {
	row, err := parseID(id)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return d.change(ctx, what, func(tx *sql.Tx) error {
		return eraseRows(ctx, tx, table, [][]byte{row})
	})
}

// checkKey warns when chat ids are kept that the app key does not open: the
// operator may have lost the key file or brought back another.
func (d *DB) checkKey(ctx context.Context) error {
	if d.seal == nil {
		return nil
	}
	unreadable := 0
	err := d.look(ctx, "check the app key", func(tx *sql.Tx) error {
		for _, table := range sealedTables() {
			rows, err := d.rowsOf(ctx, tx, 0, table, "SELECT id, chat FROM "+table)
			if err != nil {
				return err
			}
			unreadable += len(rows.unreadable)
		}
		return nil
	})
	if unreadable > 0 {
		d.log.Warn("storage: chat ids are sealed under another app key, those who wait cannot be told; "+
			"put the earlier key file back", "rows", unreadable)
	}
	return err
}
