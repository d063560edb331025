-- Frozen: a later change of the schema is the next numbered file.

-- Which side of a split a question stands on (empty: grouped by meaning), and
-- the questions that a split left where they were, as a JSON list.
ALTER TABLE gaps ADD COLUMN apart TEXT NOT NULL DEFAULT '';
ALTER TABLE actions ADD COLUMN rest TEXT NOT NULL DEFAULT '[]';
