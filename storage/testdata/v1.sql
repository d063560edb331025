-- Frozen: a database of version 1 as it was in use, for the upgrade test.
PRAGMA application_id = 1414415700;
PRAGMA user_version = 1;
CREATE TABLE processed_updates (
  update_id INTEGER PRIMARY KEY
) STRICT;
INSERT INTO processed_updates VALUES (810001), (810002), (810007);
CREATE TABLE gaps (
  id     BLOB PRIMARY KEY CHECK (length(id) = 16),
  text   TEXT NOT NULL CHECK (length(text) <= 300),
  normal TEXT NOT NULL,
  reason TEXT NOT NULL,
  day    TEXT NOT NULL CHECK (length(day) = 10)
) STRICT, WITHOUT ROWID;
CREATE INDEX gaps_normal ON gaps (normal);
CREATE TABLE gap_near (
  gap_id     BLOB    NOT NULL REFERENCES gaps (id) ON DELETE CASCADE,
  rank       INTEGER NOT NULL,
  topic      TEXT    NOT NULL,
  confidence REAL    NOT NULL,
  PRIMARY KEY (gap_id, rank)
) STRICT, WITHOUT ROWID;
INSERT INTO gaps VALUES
  (X'0b5f3f0e6a7d4c1b9e2a8d7c6b5a4938', 'boleh ga pinjem tenda kantor bwt kampanye',
   'boleh tidak pinjam tenda kantor untuk kampanye', 'tidak-ditemukan', '2026-03-04'),
  (X'c41d2e3f4a5b6c7d8e9fa0b1c2d3e4f5', 'bolehkah pinjam tenda kantor untuk kampanye?',
   'boleh tidak pinjam tenda kantor untuk kampanye', 'bukan-itu', '2026-03-09'),
  (X'7a8b9c0d1e2f30415263748596a7b8c9', 'klo jadi moderator debat gmn',
   'kalau jadi moderator debat bagaimana', 'tidak-membantu', '2026-03-05');
INSERT INTO gap_near VALUES
  (X'0b5f3f0e6a7d4c1b9e2a8d7c6b5a4938', 0, 'fasilitas-negara', 0.31),
  (X'0b5f3f0e6a7d4c1b9e2a8d7c6b5a4938', 1, 'hadir-kampanye', 0.12),
  (X'7a8b9c0d1e2f30415263748596a7b8c9', 0, 'narasumber', 0.27);
