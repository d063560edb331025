package storage

import (
	"context"
	"database/sql"

	"tanyanetral/curation"
)

// AddSession keeps a signed-in browser of a user who is kept already. Sessions
// that have ended are erased on the way.
func (d *DB) AddSession(ctx context.Context, s curation.Session) error {
	return d.change(ctx, "add session", func(tx *sql.Tx) error {
		ended := "DELETE FROM sessions WHERE expires <= ?"
		if _, err := tx.ExecContext(ctx, ended, stamp(d.set.now())); err != nil {
			return err
		}
		query := "INSERT INTO sessions (hash, user_id, form, expires) VALUES (?, ?, ?, ?)"
		_, err := tx.ExecContext(ctx, query, s.Hash, s.User, s.Form, stamp(s.Expires))
		return err
	})
}

// SessionByHash returns the session of a cookie, or curation.ErrNotFound. It
// may have expired: that is for the caller to check.
func (d *DB) SessionByHash(ctx context.Context, hash []byte) (session curation.Session, err error) {
	err = d.look(ctx, "find session", func(tx *sql.Tx) error {
		query := "SELECT hash, user_id, form, expires FROM sessions WHERE hash = ?"
		row := tx.QueryRowContext(ctx, query, hash)
		return oneRow(row.Scan(&session.Hash, &session.User, &session.Form, (*stamp)(&session.Expires)))
	})
	return session, err
}

// DropSession ends a session, if it is still there.
func (d *DB) DropSession(ctx context.Context, hash []byte) error {
	return d.change(ctx, "drop session", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM sessions WHERE hash = ?", hash)
		return err
	})
}

// DropSessions ends all sessions of a user and forgets the one-time links by
// which the user could sign in; the invitations that the user made stay.
func (d *DB) DropSessions(ctx context.Context, user string) error {
	return d.change(ctx, "drop sessions", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM sessions WHERE user_id = ?", user); err != nil {
			return err
		}
		query := "DELETE FROM links WHERE user_id = ? AND kind = ?"
		_, err := tx.ExecContext(ctx, query, user, string(curation.LinkSignIn))
		return err
	})
}

// AddLink keeps a one-time link. Links that have expired are erased on the way.
func (d *DB) AddLink(ctx context.Context, l curation.Link) error {
	return d.change(ctx, "add link", func(tx *sql.Tx) error {
		ended := "DELETE FROM links WHERE expires <= ?"
		if _, err := tx.ExecContext(ctx, ended, stamp(d.set.now())); err != nil {
			return err
		}
		query := "INSERT INTO links (hash, kind, user_id, name, roles, until, expires) " +
			"VALUES (?, ?, ?, ?, ?, ?, ?)"
		_, err := tx.ExecContext(ctx, query, l.Hash, string(l.Kind), l.User, l.Name,
			list[curation.Role](l.Roles),
			string(l.Until), stamp(l.Expires))
		return err
	})
}

// TakeLink returns a one-time link and erases it, so that of all who come with
// it one alone gets it; the others get curation.ErrNotFound. It may have
// expired: that is for the caller to check.
func (d *DB) TakeLink(ctx context.Context, hash []byte) (link curation.Link, err error) {
	err = d.change(ctx, "take link", func(tx *sql.Tx) error {
		query := "DELETE FROM links WHERE hash = ? RETURNING hash, kind, user_id, name, roles, until, expires"
		row := tx.QueryRowContext(ctx, query, hash)
		return oneRow(row.Scan(&link.Hash, &link.Kind, &link.User, &link.Name,
			(*list[curation.Role])(&link.Roles),
			&link.Until, (*stamp)(&link.Expires)))
	})
	if err != nil {
		return curation.Link{}, err
	}
	return link, nil
}
