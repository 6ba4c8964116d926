-- A batch is accepted in two steps: its request becomes items, then each gets its ticket. An item that has none yet holds the data that the
-- request gave for its guest, and NULL once it is prepared.
ALTER TABLE ticket_generation_logs ADD COLUMN given JSONB;

-- Whether the request named the template's version: then tickets that exist do not keep their own.
ALTER TABLE generation_jobs ADD COLUMN version_named BOOLEAN NOT NULL DEFAULT FALSE;
