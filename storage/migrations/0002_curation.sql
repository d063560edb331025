-- Frozen: a later change of the schema is the next numbered file.

-- What was decided of a question: the action that closed it (empty: open) and
-- the group that a curator put it into (empty: grouped by meaning). The day of
-- closing is there so that closed questions can be forgotten.
ALTER TABLE gaps ADD COLUMN closed TEXT NOT NULL DEFAULT '';
ALTER TABLE gaps ADD COLUMN merged TEXT NOT NULL DEFAULT '';
ALTER TABLE gaps ADD COLUMN closed_on TEXT NOT NULL DEFAULT ''
  CHECK (length(closed_on) IN (0, 10) AND (closed = '') = (closed_on = ''));

-- Who wants to be told when a question is answered: a chat id sealed under the
-- app key, which is not in this database, and the last day of waiting.
CREATE TABLE waits (
  id     BLOB PRIMARY KEY CHECK (length(id) = 16),
  gap_id BLOB NOT NULL REFERENCES gaps (id) ON DELETE CASCADE,
  chat   BLOB NOT NULL,
  until  TEXT NOT NULL CHECK (length(until) = 10)
) STRICT, WITHOUT ROWID;

CREATE INDEX waits_gap ON waits (gap_id);

-- Replies that Telegram's limits hold back: sealed chat id and topic, no text.
CREATE TABLE held (
  id    BLOB PRIMARY KEY CHECK (length(id) = 16),
  chat  BLOB NOT NULL,
  topic TEXT NOT NULL,
  until TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A number that grows with every change of what the inbox shows, so that it
-- can be kept in memory until then.
CREATE TABLE gaps_version (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  value INTEGER NOT NULL
) STRICT;

INSERT INTO gaps_version (one, value) VALUES (1, 1);

CREATE TRIGGER gaps_added AFTER INSERT ON gaps
  BEGIN UPDATE gaps_version SET value = value + 1; END;
CREATE TRIGGER gaps_changed AFTER UPDATE ON gaps
  BEGIN UPDATE gaps_version SET value = value + 1; END;
CREATE TRIGGER gaps_erased AFTER DELETE ON gaps
  BEGIN UPDATE gaps_version SET value = value + 1; END;
CREATE TRIGGER waits_added AFTER INSERT ON waits
  BEGIN UPDATE gaps_version SET value = value + 1; END;
CREATE TRIGGER waits_erased AFTER DELETE ON waits
  BEGIN UPDATE gaps_version SET value = value + 1; END;

-- How often something happened on a day, such as an answer of a topic.
CREATE TABLE tallies (
  day   TEXT    NOT NULL CHECK (length(day) = 10),
  event TEXT    NOT NULL,
  key   TEXT    NOT NULL,
  n     INTEGER NOT NULL,
  PRIMARY KEY (day, event, key)
) STRICT, WITHOUT ROWID;

-- Steps of the curators on groups of the inbox; lists are JSON.
CREATE TABLE actions (
  seq       INTEGER PRIMARY KEY,
  id        TEXT    NOT NULL UNIQUE,
  kind      TEXT    NOT NULL,
  grouped   TEXT    NOT NULL,
  gaps      TEXT    NOT NULL,
  topic     TEXT    NOT NULL,
  category  TEXT    NOT NULL,
  target    TEXT    NOT NULL,
  revisions TEXT    NOT NULL,
  user_id   TEXT    NOT NULL,
  at        TEXT    NOT NULL,
  undone    INTEGER NOT NULL CHECK (undone IN (0, 1))
) STRICT;

-- Changes of items, published ones numbered from 1 without a hole. A value
-- that is null removes the item.
CREATE TABLE revisions (
  seq        INTEGER PRIMARY KEY,
  id         TEXT    NOT NULL UNIQUE,
  number     INTEGER NOT NULL CHECK ((number > 0) = (state = 'terbit')),
  kind       TEXT    NOT NULL,
  key        TEXT    NOT NULL,
  value      BLOB,
  before     BLOB,
  base_print TEXT    NOT NULL,
  author     TEXT    NOT NULL,
  reviewer   TEXT    NOT NULL,
  note       TEXT    NOT NULL,
  state      TEXT    NOT NULL,
  made       TEXT    NOT NULL,
  due        TEXT    NOT NULL,
  published  TEXT    NOT NULL
) STRICT;

CREATE UNIQUE INDEX revisions_number ON revisions (number) WHERE number > 0;
CREATE INDEX revisions_item ON revisions (kind, key, number);
CREATE INDEX revisions_state ON revisions (state);

CREATE TRIGGER revisions_kept BEFORE UPDATE ON revisions WHEN old.number > 0
  BEGIN SELECT raise(ABORT, 'a published revision is never changed'); END;
CREATE TRIGGER revisions_not_erased BEFORE DELETE ON revisions WHEN old.number > 0
  BEGIN SELECT raise(ABORT, 'a published revision is never erased'); END;
CREATE TRIGGER revisions_not_replaced BEFORE INSERT ON revisions
  WHEN EXISTS (SELECT 1 FROM revisions WHERE seq = new.seq OR id = new.id)
  BEGIN SELECT raise(ABORT, 'a revision is never replaced'); END;

-- The staff. Roles are a JSON list; until is the last day, empty: no end.
CREATE TABLE users (
  id       TEXT PRIMARY KEY,
  name     TEXT    NOT NULL,
  telegram INTEGER NOT NULL,
  roles    TEXT    NOT NULL,
  until    TEXT    NOT NULL,
  active   INTEGER NOT NULL CHECK (active IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX users_telegram ON users (telegram) WHERE telegram <> 0;

-- Signed-in browsers and one-time links, by a hash of their secret.
CREATE TABLE sessions (
  hash    BLOB PRIMARY KEY CHECK (length(hash) = 32),
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  form    TEXT NOT NULL,
  expires TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE links (
  hash    BLOB PRIMARY KEY CHECK (length(hash) = 32),
  kind    TEXT NOT NULL,
  user_id TEXT NOT NULL,
  name    TEXT NOT NULL,
  roles   TEXT NOT NULL,
  until   TEXT NOT NULL,
  expires TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Who did what. Lines are added and never changed or taken away.
CREATE TABLE audit (
  seq     INTEGER PRIMARY KEY,
  at      TEXT NOT NULL,
  user_id TEXT NOT NULL,
  act     TEXT NOT NULL,
  object  TEXT NOT NULL,
  note    TEXT NOT NULL
) STRICT;

CREATE TRIGGER audit_not_changed BEFORE UPDATE ON audit
  BEGIN SELECT raise(ABORT, 'the audit is never changed'); END;
CREATE TRIGGER audit_not_erased BEFORE DELETE ON audit
  BEGIN SELECT raise(ABORT, 'the audit is never erased'); END;
CREATE TRIGGER audit_not_replaced BEFORE INSERT ON audit
  WHEN EXISTS (SELECT 1 FROM audit WHERE seq = new.seq)
  BEGIN SELECT raise(ABORT, 'the audit is never replaced'); END;
