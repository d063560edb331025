-- Frozen: a later change of the schema is the next numbered file.

-- "TNET" in ASCII, by which the program knows its own database.
PRAGMA application_id = 1414415700;

-- Updates of Telegram whose effects are committed. The id alone: neither the
-- chat nor the time belongs here.
CREATE TABLE processed_updates (
  update_id INTEGER PRIMARY KEY
) STRICT;

-- Questions that were not answered, scrubbed. Random ids and no rowid: the
-- order of arrival is nowhere. The day has no time of day.
CREATE TABLE gaps (
  id     BLOB PRIMARY KEY CHECK (length(id) = 16),
  text   TEXT NOT NULL CHECK (length(text) <= 300),
  normal TEXT NOT NULL,
  reason TEXT NOT NULL,
  day    TEXT NOT NULL CHECK (length(day) = 10)
) STRICT, WITHOUT ROWID;

CREATE INDEX gaps_normal ON gaps (normal);

-- The topics nearest to the question, best first.
CREATE TABLE gap_near (
  gap_id     BLOB    NOT NULL REFERENCES gaps (id) ON DELETE CASCADE,
  rank       INTEGER NOT NULL,
  topic      TEXT    NOT NULL,
  confidence REAL    NOT NULL,
  PRIMARY KEY (gap_id, rank)
) STRICT, WITHOUT ROWID;
