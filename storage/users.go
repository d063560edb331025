package storage

import (
	"context"
	"database/sql"
	"errors"

	"tanyanetral/curation"
)

// ErrTaken means that a Telegram account belongs to another user already.
var ErrTaken = errors.New("the Telegram account belongs to another user")

// PutUser keeps a member of the staff, new or changed. An account in Telegram
// belongs to one user: ErrTaken.
func (d *DB) PutUser(ctx context.Context, u curation.User) error {
	return d.change(ctx, "put user", func(tx *sql.Tx) error {
		var taken bool
		query := "SELECT EXISTS (SELECT 1 FROM users WHERE telegram = ?1 AND ?1 <> 0 AND id <> ?2)"
		if err := tx.QueryRowContext(ctx, query, u.Telegram, u.ID).Scan(&taken); err != nil {
			return err
		}
		if taken {
			return ErrTaken
		}
		query = `INSERT INTO users (id, name, telegram, roles, until, active) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET name = excluded.name, telegram = excluded.telegram,
			roles = excluded.roles, until = excluded.until, active = excluded.active`
		_, err := tx.ExecContext(ctx, query, u.ID, u.Name, u.Telegram, list[curation.Role](u.Roles),
			string(u.Until), u.Active)
		return err
	})
}

// Users returns the whole staff by name, those who left too.
func (d *DB) Users(ctx context.Context) (users []curation.User, err error) {
	err = d.look(ctx, "list users", func(tx *sql.Tx) error {
		users, err = listUsers(ctx, tx, "ORDER BY name, id")
		return err
	})
	return users, err
}

// UserByTelegram returns the user with an account in Telegram, active or not,
// or curation.ErrNotFound. Account 0 is nobody's.
func (d *DB) UserByTelegram(ctx context.Context, telegram int64) (user curation.User, err error) {
	err = d.look(ctx, "find user", func(tx *sql.Tx) error {
		users, err := listUsers(ctx, tx, "WHERE telegram = ? AND telegram <> 0", telegram)
		if err != nil {
			return err
		}
		if len(users) == 0 {
			return curation.ErrNotFound
		}
		user = users[0]
		return nil
	})
	return user, err
}

// listUsers reads the users that the end of the query chooses.
func listUsers(ctx context.Context, tx *sql.Tx, end string, args ...any) ([]curation.User, error) {
	var users []curation.User
	err := eachRow(ctx, tx, func(rows *sql.Rows) error {
		var u curation.User
		err := rows.Scan(&u.ID, &u.Name, &u.Telegram, (*list[curation.Role])(&u.Roles), &u.Until, &u.Active)
		users = append(users, u)
		return err
	}, "SELECT id, name, telegram, roles, until, active FROM users "+end, args...)
	return users, err
}
