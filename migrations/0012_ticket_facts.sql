-- A ticket's files are a cache of its facts. Each file is stored with the hash of the facts it was printed from; a ticket whose facts have
-- another hash by now is outdated. Files of before have none, so their tickets count as outdated until they are printed again.
ALTER TABLE guests ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE generated_tickets ADD COLUMN printed_facts TEXT, ADD COLUMN printed_at TIMESTAMP WITH TIME ZONE;

-- The one definition of a ticket's facts. Revisions of event and guest grow with each change of what they say. Only immutable operators, so that
-- PostgreSQL inlines it: an event's tickets are all compared when the event changes.
CREATE FUNCTION ticket_facts(
    event_revision INTEGER, guest_revision INTEGER, template_id BIGINT, template_version INTEGER, qr_code_data TEXT, qr_options JSONB
) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT MD5(event_revision::TEXT || ' ' || guest_revision::TEXT || ' ' || template_id::TEXT || ' ' || template_version::TEXT || ' ' ||
               qr_code_data || ' ' || qr_options::TEXT)
$$;

CREATE FUNCTION grow_guest_revision() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    NEW.revision := OLD.revision + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER changed_guests_have_new_revisions BEFORE UPDATE ON guests FOR EACH ROW
    WHEN ((OLD.first_name, OLD.last_name, OLD.email, OLD.ticket_type, OLD.locale, OLD.data) IS DISTINCT FROM
          (NEW.first_name, NEW.last_name, NEW.email, NEW.ticket_type, NEW.locale, NEW.data))
    EXECUTE FUNCTION grow_guest_revision();

GRANT SELECT (revision) ON events TO ticket_renderer;
GRANT SELECT (revision) ON guests TO ticket_renderer;
GRANT UPDATE (printed_facts, printed_at) ON generated_tickets TO ticket_renderer;
