package storage

import (
	"context"
	"database/sql"
	"fmt"
)

// PruneProcessed forgets all but the keep updates with the highest ids and
// returns how many it forgot. Ids grow, except that Telegram may begin
// elsewhere after a week of silence: call it when no update is in hand, then
// an id that is forgotten too early cannot come again.
func (d *DB) PruneProcessed(ctx context.Context, keep int) (forgotten int64, err error) {
	if keep < 0 {
		return 0, fmt.Errorf("prune updates: cannot keep %d of them", keep)
	}
	err = d.change(ctx, "prune updates", func(tx *sql.Tx) error {
		query := `DELETE FROM processed_updates WHERE update_id NOT IN
			(SELECT update_id FROM processed_updates ORDER BY update_id DESC LIMIT ?)`
		result, err := tx.ExecContext(ctx, query, keep)
		if err != nil {
			return err
		}
		forgotten, err = result.RowsAffected()
		return err
	})
	return forgotten, err
}

// mark puts the update among the processed ones, in the transaction of its
// effect, and reports whether it was new. Update 0 stands for none, as in a
// conversation in the terminal, and is always new.
func mark(ctx context.Context, tx *sql.Tx, update int64) (first bool, err error) {
	if update == 0 {
		return true, nil
	}
	query := "INSERT INTO processed_updates (update_id) VALUES (?) ON CONFLICT DO NOTHING"
	result, err := tx.ExecContext(ctx, query, update)
	if err != nil {
		return false, err
	}
	rows, err := result.RowsAffected()
	return rows == 1, err
}
