-- Frozen: a later change of the schema is the next numbered file.

-- Anonymous reports. Ids are random and rows have no other order; days have no
-- time of day; no column says from whom or from which chat anything came.

-- Who may open reports. The private key is sealed with a passphrase, or NULL.
CREATE TABLE investigators (
  id        TEXT    PRIMARY KEY CHECK (id <> ''),
  post      TEXT    NOT NULL,
  recipient TEXT    NOT NULL,
  wrapped   BLOB,
  user      TEXT    NOT NULL,
  added     TEXT    NOT NULL CHECK (length(added) = 10),
  active    INTEGER NOT NULL CHECK (active IN (0, 1))
) STRICT, WITHOUT ROWID;

-- Everything sealed, up to 20 MB a row, apart from what is listed. This table
-- has a rowid, because without one a search reads every long row on its way;
-- the number is given by us and random, so that it tells no order either.
CREATE TABLE sealed (
  number INTEGER PRIMARY KEY,
  bytes  BLOB NOT NULL CHECK (length(bytes) > 0)
) STRICT;

CREATE TABLE reports (
  id           TEXT    PRIMARY KEY CHECK (id <> ''),
  lookup       BLOB    NOT NULL UNIQUE CHECK (length(lookup) = 32),
  reporter_key TEXT    NOT NULL,
  report_key   TEXT    NOT NULL,
  envelope     INTEGER NOT NULL UNIQUE REFERENCES sealed (number) DEFERRABLE INITIALLY DEFERRED,
  day          TEXT    NOT NULL CHECK (length(day) = 10),
  status       TEXT    NOT NULL CHECK (status <> ''),
  acknowledged TEXT    NOT NULL CHECK (length(acknowledged) IN (0, 10)),
  finding      TEXT    NOT NULL CHECK (length(finding) IN (0, 10)),
  feedback     TEXT    NOT NULL CHECK (length(feedback) IN (0, 10)),
  closed       TEXT    NOT NULL CHECK (length(closed) IN (0, 10))
) STRICT, WITHOUT ROWID;

-- Texts and files of a report.
CREATE TABLE report_parts (
  id     TEXT    PRIMARY KEY CHECK (id <> ''),
  report TEXT    NOT NULL REFERENCES reports (id) DEFERRABLE INITIALLY DEFERRED,
  kind   TEXT    NOT NULL CHECK (kind <> ''),
  number INTEGER NOT NULL,
  day    TEXT    NOT NULL CHECK (length(day) = 10),
  size   INTEGER NOT NULL,
  seen   INTEGER NOT NULL CHECK (seen IN (0, 1)),
  data   INTEGER NOT NULL UNIQUE REFERENCES sealed (number) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE INDEX report_parts_report ON report_parts (report, number);

-- Files of drafts. They become parts when the draft is sent, and nothing then
-- tells which draft it was; what is left at the next start is erased.
CREATE TABLE draft_files (
  id     TEXT    PRIMARY KEY CHECK (id <> ''),
  draft  TEXT    NOT NULL CHECK (draft <> ''),
  kind   TEXT    NOT NULL CHECK (kind <> ''),
  number INTEGER NOT NULL,
  day    TEXT    NOT NULL CHECK (length(day) = 10),
  size   INTEGER NOT NULL,
  data   INTEGER NOT NULL UNIQUE REFERENCES sealed (number) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE INDEX draft_files_draft ON draft_files (draft);

-- Who of the staff wants a report erased; another one has to confirm it.
CREATE TABLE report_erasures (
  report TEXT PRIMARY KEY REFERENCES reports (id) DEFERRABLE INITIALLY DEFERRED,
  user   TEXT NOT NULL CHECK (user <> ''),
  day    TEXT NOT NULL CHECK (length(day) = 10)
) STRICT, WITHOUT ROWID;
