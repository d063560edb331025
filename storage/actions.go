package storage

import (
	"context"
	"database/sql"
	"fmt"

	"tanyanetral/curation"
)

// AddAction keeps a step of a curator.
func (d *DB) AddAction(ctx context.Context, a curation.Action) error {
	return d.change(ctx, "add action", func(tx *sql.Tx) error {
		query := `INSERT INTO actions (id, kind, grouped, gaps, topic, category, target, revisions,
			user_id, at, undone, rest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
		_, err := tx.ExecContext(ctx, query, a.ID, string(a.Kind), a.Group, list[string](a.Gaps), a.Topic,
			a.Category, a.Into, list[string](a.Revision), a.User, stamp(a.At), a.Undone, list[string](a.Rest))
		return err
	})
}

// SetUndone notes that an action was taken back. It can be taken back once:
// the second who tries gets curation.ErrChanged.
func (d *DB) SetUndone(ctx context.Context, id string) error {
	return d.change(ctx, "undo action", func(tx *sql.Tx) error {
		var undone bool
		row := tx.QueryRowContext(ctx, "SELECT undone FROM actions WHERE id = ?", id)
		if err := oneRow(row.Scan(&undone)); err != nil {
			return err
		}
		if undone {
			return fmt.Errorf("already undone: %w", curation.ErrChanged)
		}
		_, err := tx.ExecContext(ctx, "UPDATE actions SET undone = 1 WHERE id = ?", id)
		return err
	})
}

// Actions returns the newest actions first, at most limit of them; 0 means all.
func (d *DB) Actions(ctx context.Context, limit int) (actions []curation.Action, err error) {
	err = d.look(ctx, "list actions", func(tx *sql.Tx) error {
		actions, err = listActions(ctx, tx, "ORDER BY seq DESC LIMIT ?", page(limit))
		return err
	})
	return actions, err
}

// Action returns one action, or curation.ErrNotFound.
func (d *DB) Action(ctx context.Context, id string) (action curation.Action, err error) {
	err = d.look(ctx, "read action", func(tx *sql.Tx) error {
		actions, err := listActions(ctx, tx, "WHERE id = ?", id)
		if err != nil {
			return err
		}
		if len(actions) == 0 {
			return curation.ErrNotFound
		}
		action = actions[0]
		return nil
	})
	return action, err
}

// listActions reads the actions that the end of the query chooses.
func listActions(ctx context.Context, tx *sql.Tx, end string, args ...any) ([]curation.Action, error) {
	var actions []curation.Action
	query := `SELECT id, kind, grouped, gaps, topic, category, target, revisions, user_id, at, undone, rest
		FROM actions ` + end
	err := eachRow(ctx, tx, func(rows *sql.Rows) error {
		var a curation.Action
		err := rows.Scan(&a.ID, &a.Kind, &a.Group, (*list[string])(&a.Gaps), &a.Topic, &a.Category, &a.Into,
			(*list[string])(&a.Revision), &a.User, (*stamp)(&a.At), &a.Undone,
			(*list[string])(&a.Rest))
		actions = append(actions, a)
		return err
	}, query, args...)
	return actions, err
}
