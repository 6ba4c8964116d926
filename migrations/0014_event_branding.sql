-- An event's branding is one of its tickets' facts, so a change of it makes a new revision of the event. Null where there is none. Pictures are
-- `data:` URLs.
ALTER TABLE events ADD COLUMN branding JSONB;
GRANT SELECT (branding) ON events TO ticket_renderer;
