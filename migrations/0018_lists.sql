-- When a listed row last changed, so that Core can follow what is new by `updatedSince`. Rows of before count as changed now.
ALTER TABLE events ADD COLUMN changed_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW();
ALTER TABLE guests ADD COLUMN changed_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW();
ALTER TABLE generated_tickets ADD COLUMN changed_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW();

-- A change that is committed late must not be missed. Its transaction holds a shared lock that names the second in which it began, from before
-- the row's moment is taken until others see the row: PostgreSQL ends a transaction first and then releases its locks. So whoever finds no lock
-- below a moment, and reads rows afterwards, has every change up to it; a change that takes its lock later gets a later moment. The locks are
-- shared, so nobody waits. Moments, unlike transaction ids, keep their meaning in a restored database.
CREATE FUNCTION mark_change() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM PG_ADVISORY_XACT_LOCK_SHARED(1935, FLOOR(EXTRACT(EPOCH FROM NOW()) - 1700000000)::INTEGER);
    NEW.changed_at := CLOCK_TIMESTAMP();
    RETURN NEW;
END $$;

-- The second in which the oldest transaction began that has changes to commit; NULL without one.
CREATE FUNCTION first_open_change() RETURNS TIMESTAMP WITH TIME ZONE LANGUAGE sql VOLATILE AS $$
    SELECT TO_TIMESTAMP(MIN(objid::BIGINT) + 1700000000) FROM pg_locks
    WHERE locktype = 'advisory' AND classid = 1935 AND objsubid = 2
      AND database = (SELECT oid FROM pg_database WHERE datname = CURRENT_DATABASE())
$$;

-- Only what Core sees counts as a change: not that an event's revocations are counted, that a guest is registered again as before, or that a
-- wallet fetched a pass.
CREATE TRIGGER new_events_are_marked BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION mark_change();
CREATE TRIGGER changed_events_are_marked BEFORE UPDATE ON events FOR EACH ROW
    WHEN (OLD.updated_at IS DISTINCT FROM NEW.updated_at OR OLD.revision <> NEW.revision) EXECUTE FUNCTION mark_change();
CREATE TRIGGER new_guests_are_marked BEFORE INSERT ON guests FOR EACH ROW EXECUTE FUNCTION mark_change();
CREATE TRIGGER changed_guests_are_marked BEFORE UPDATE ON guests FOR EACH ROW
    WHEN ((OLD.first_name, OLD.last_name, OLD.email, OLD.ticket_type, OLD.locale, OLD.data) IS DISTINCT FROM
          (NEW.first_name, NEW.last_name, NEW.email, NEW.ticket_type, NEW.locale, NEW.data))
    EXECUTE FUNCTION mark_change();
CREATE TRIGGER new_tickets_are_marked BEFORE INSERT ON generated_tickets FOR EACH ROW EXECUTE FUNCTION mark_change();
CREATE TRIGGER changed_tickets_are_marked BEFORE UPDATE ON generated_tickets FOR EACH ROW
    WHEN (OLD.served_pass IS NOT DISTINCT FROM NEW.served_pass) EXECUTE FUNCTION mark_change();

CREATE INDEX idx_events_changed_at ON events (changed_at, id);
CREATE INDEX idx_guests_changed_at ON guests (event_id, changed_at, id);
CREATE INDEX idx_generated_tickets_changed_at ON generated_tickets (event_id, changed_at, id);

-- Pages of an event's tickets by id, and counts of an event, read indexes alone.
DROP INDEX idx_generated_tickets_event_id;
CREATE INDEX idx_generated_tickets_event_id ON generated_tickets (event_id, id);
CREATE INDEX idx_generated_tickets_revoked ON generated_tickets (event_id, id) WHERE revoked_at IS NOT NULL;
CREATE INDEX idx_generated_tickets_unprinted ON generated_tickets (event_id, id) WHERE pdf_file_path IS NULL AND revoked_at IS NULL;
CREATE INDEX idx_generated_tickets_checked_in ON generated_tickets (event_id, id) INCLUDE (inside)
    WHERE checked_in_at IS NOT NULL AND revoked_at IS NULL;
CREATE INDEX idx_generated_tickets_event_code ON generated_tickets (event_id, ticket_code) INCLUDE (guest_id);

-- Search, in the words of functions/contract/search-words.ts, which a test compares with these. Only what is built into PostgreSQL 17: the
-- collation is its own, so that an index means the same on every server.
CREATE FUNCTION fold_text(value TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN value COLLATE "pg_c_utf8" ~ '^[ -~]*$' THEN LOWER(value COLLATE "pg_c_utf8") ELSE
        TRANSLATE(REPLACE(REPLACE(REPLACE(REPLACE(REGEXP_REPLACE(LOWER(NORMALIZE(value, NFKD) COLLATE "pg_c_utf8"),
            '[\u0300-\u036F\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0640\u064B-\u065F\u0670\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE20-\uFE2F]', '', 'g'),
            'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), 'øđðħłıς', 'oddhliσ') END
$$;

-- Each word begins with its event's id: a search reads that event's part of the index alone, however many guests others have.
CREATE FUNCTION guest_words(event_id BIGINT, first_name TEXT, last_name TEXT, email TEXT, data JSONB) RETURNS TSVECTOR
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
    SELECT ARRAY_TO_TSVECTOR(ARRAY(
        SELECT event_id::TEXT || '/' || LEFT(word, 64)
        FROM REGEXP_SPLIT_TO_TABLE(CONCAT_WS(' ', first_name, last_name, email, data ->> 'order', data ->> 'orderId', data ->> 'orderNumber'), '[ \u3000]+') piece,
            REGEXP_SPLIT_TO_ARRAY(public.fold_text(piece),
                '[\u0001-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00BF\u00D7\u00F7\u2000-\u206F\u3000-\u303F\u30FB\u05BE\u05F3\u05F4\uFE00-\uFE0F]+') parts,
            UNNEST(ARRAY_TO_STRING(parts, '') || parts) word
        WHERE word <> ''
    ))
$$;
CREATE INDEX idx_guests_words ON guests USING gin (guest_words(event_id, first_name, last_name, email, data)) WITH (fastupdate = off);
