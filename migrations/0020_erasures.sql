-- A person can be forgotten: what names a guest goes, from every table and file. Codes, audit, entries and counts stay, without them.
-- `guests.erased_at` marks the row that is left; Core may register the same id again, as somebody else. `generated_tickets.erased_at` marks
-- the tickets of whoever was erased, which never show that somebody.
ALTER TABLE guests ADD COLUMN erased_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE generated_tickets ADD COLUMN erased_at TIMESTAMP WITH TIME ZONE;
GRANT SELECT (erased_at) ON generated_tickets TO ticket_renderer;

-- Guests created until `erase_requested_at` are to be erased; `erase_finished_at` is set when they are. After `retention_days` from its end, an
-- event is erased as though Core had asked for it.
ALTER TABLE events
    ADD COLUMN retention_days INTEGER,
    ADD COLUMN erase_requested_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN erase_finished_at TIMESTAMP WITH TIME ZONE;
CREATE INDEX idx_events_being_erased ON events (id) WHERE erase_requested_at IS NOT NULL AND erase_finished_at IS NULL;
CREATE INDEX idx_events_retention ON events (id) WHERE retention_days IS NOT NULL;

CREATE INDEX idx_generated_tickets_guest ON generated_tickets (event_id, guest_id);
CREATE INDEX idx_generation_logs_guest ON ticket_generation_logs (guest_id) WHERE ticket_id IS NULL;

-- Cancelled items kept what the request gave for their guests.
UPDATE ticket_generation_logs SET given = NULL WHERE status = 'cancelled' AND given IS NOT NULL;

-- Folders of the bucket whose objects name an erased guest. Those last changed before `until` are deleted again and again: a print, a download
-- or a picture that was under way during the erasure stores its file afterwards.
CREATE TABLE erased_folders (
    folder VARCHAR PRIMARY KEY,
    until TIMESTAMP WITH TIME ZONE NOT NULL
);

-- Who hears once more of an erased pass, that it is void, and is then deleted.
ALTER TABLE wallet_registrations ADD COLUMN delete_after TIMESTAMP WITH TIME ZONE;
CREATE INDEX idx_wallet_registrations_delete ON wallet_registrations (delete_after) WHERE delete_after IS NOT NULL;

CREATE FUNCTION tell_of_erasure() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO notices (type, event_id, guest_id) VALUES ('guest.erased', NEW.event_id, NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER erased_guests_are_told_of AFTER UPDATE ON guests FOR EACH ROW
    WHEN (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL) EXECUTE FUNCTION tell_of_erasure();

-- The only way to erase. Erases guests of an event and returns the folders to clear; with `whole_event`, one folder holds all their tickets.
-- Idempotent: after an interrupted erasure the folders that are left are returned again. Locks are taken in the order of everybody else, which
-- prevents deadlock: items, guests, the event, tickets, jobs. Whoever adds an item for a ticket holds the lock of its guest or of the ticket, so
-- every item that was read before the erasure is seen here. One that is held by now belongs to whoever prepares it, and will find no guest.
CREATE FUNCTION erase_guests(erased_event BIGINT, guest_ids BIGINT[], whole_event BOOLEAN) RETURNS SETOF erased_folders
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known_ids BIGINT[];
    ticket_ids BIGINT[];
    item_ids BIGINT[];
    job_ids BIGINT[];
    erased_count INTEGER;
BEGIN
    PERFORM FROM ticket_generation_logs
    WHERE id IN (
        SELECT item.id FROM generated_tickets ticket JOIN ticket_generation_logs item ON item.ticket_id = ticket.id
        WHERE ticket.event_id = erased_event AND ticket.guest_id = ANY(guest_ids) AND ticket.erased_at IS NULL
        UNION ALL
        SELECT item.id FROM ticket_generation_logs item JOIN generation_jobs job ON job.id = item.job_id
        WHERE item.ticket_id IS NULL AND item.guest_id = ANY(guest_ids) AND job.event_id = erased_event
    ) ORDER BY id FOR NO KEY UPDATE;

    -- A batch may have brought data of a guest whom it has not registered yet. This row, which is newer than the batch, keeps it from that.
    INSERT INTO guests (event_id, id)
    SELECT DISTINCT erased_event, guest_id FROM ticket_generation_logs item JOIN generation_jobs job ON job.id = item.job_id
    WHERE item.ticket_id IS NULL AND item.given IS NOT NULL AND item.guest_id = ANY(guest_ids) AND job.event_id = erased_event
    ORDER BY guest_id ON CONFLICT DO NOTHING;
    known_ids := ARRAY(
        SELECT id FROM (SELECT id FROM guests WHERE event_id = erased_event AND id = ANY(guest_ids) ORDER BY id FOR UPDATE) AS locked
    );
    PERFORM FROM events WHERE id = erased_event FOR NO KEY UPDATE;
    ticket_ids := ARRAY(
        SELECT id FROM (
            SELECT id FROM generated_tickets WHERE event_id = erased_event AND guest_id = ANY(known_ids) AND erased_at IS NULL
            ORDER BY id FOR NO KEY UPDATE
        ) AS locked
    );

    -- An author may have written a sample of a template after a guest.
    UPDATE templates SET sample = sample - '{firstName,lastName,email}'::TEXT[]
    WHERE id >= 1000 AND EXISTS (
        SELECT FROM guests WHERE event_id = erased_event AND guests.id = ANY(known_ids) AND (
            LOWER(email) = LOWER(sample->>'email') OR (first_name, last_name) = (sample->>'firstName', sample->>'lastName'))
    );

    WITH valid AS (
        SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS place FROM generated_tickets WHERE id = ANY(ticket_ids) AND revoked_at IS NULL
    ), counted AS (
        UPDATE events SET revocation_count = revocation_count + (SELECT COUNT(*) FROM valid) WHERE id = erased_event
        RETURNING revocation_count - (SELECT COUNT(*) FROM valid) AS before
    )
    UPDATE generated_tickets ticket
    SET erased_at = NOW(), updated_at = NOW(), pdf_file_path = NULL, pdf_bytes = NULL, printed_facts = NULL,
        revoked_at = COALESCE(ticket.revoked_at, NOW()),
        revocation_number = COALESCE(ticket.revocation_number, (SELECT before + place FROM counted, valid WHERE valid.id = ticket.id))
    WHERE ticket.id = ANY(ticket_ids);
    INSERT INTO ticket_audit (action, event_id, ticket_id) SELECT 'erase', erased_event, UNNEST(ticket_ids);

    item_ids := ARRAY(
        SELECT id FROM (
            SELECT id FROM ticket_generation_logs WHERE id IN (
                SELECT id FROM ticket_generation_logs WHERE ticket_id = ANY(ticket_ids)
                UNION ALL
                SELECT item.id FROM ticket_generation_logs item JOIN generation_jobs job ON job.id = item.job_id
                WHERE item.ticket_id IS NULL AND item.guest_id = ANY(known_ids) AND job.event_id = erased_event
            ) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
        ) AS locked
    );
    UPDATE ticket_generation_logs
    SET given = NULL, status = CASE status WHEN 'pending' THEN 'failed' ELSE status END, message = 'The guest was erased', updated_at = NOW(),
        details = JSONB_BUILD_OBJECT('code', CASE status WHEN 'pending' THEN 'GUEST_NOT_FOUND' ELSE details->>'code' END, 'details', '[]'::JSONB)
    WHERE id = ANY(item_ids) AND (status IN ('pending', 'failed') OR given IS NOT NULL);
    PERFORM FROM generation_jobs
    WHERE id IN (SELECT job_id FROM ticket_generation_logs WHERE id = ANY(item_ids)) AND completed_at IS NULL ORDER BY id FOR UPDATE;
    UPDATE generation_jobs job
    SET completed_at = NOW(), status = CASE WHEN EXISTS (SELECT FROM ticket_generation_logs WHERE job_id = job.id AND status = 'cancelled')
                                       THEN 'cancelled' ELSE 'completed' END
    WHERE id IN (SELECT job_id FROM ticket_generation_logs WHERE id = ANY(item_ids)) AND completed_at IS NULL
      AND NOT EXISTS (SELECT FROM ticket_generation_logs WHERE job_id = job.id AND status = 'pending');

    -- A download under way finds its row gone, and gives up.
    job_ids := ARRAY(SELECT DISTINCT job_id FROM ticket_generation_logs WHERE ticket_id = ANY(ticket_ids));
    DELETE FROM batch_downloads WHERE job_id = ANY(job_ids);
    UPDATE wallet_registrations SET delete_after = NOW() + INTERVAL '1 day' WHERE ticket_id = ANY(ticket_ids);
    UPDATE guests SET first_name = NULL, last_name = NULL, email = NULL, locale = NULL, data = '{}', erased_at = NOW(), updated_at = NOW()
    WHERE event_id = erased_event AND id = ANY(known_ids) AND erased_at IS NULL;
    GET DIAGNOSTICS erased_count = ROW_COUNT;

    -- A chunk is printed within 120 s. A download that did not give up in its last second stores its file soon after.
    INSERT INTO erased_folders (folder, until)
    SELECT FORMAT('tickets/%s/%s/', erased_event, id), NOW() + INTERVAL '150 s' FROM UNNEST(ticket_ids) AS id WHERE NOT whole_event
    UNION ALL SELECT FORMAT('tickets/%s/', erased_event), NOW() + INTERVAL '150 s' WHERE whole_event
    UNION ALL SELECT FORMAT('downloads/%s/', id), NOW() + INTERVAL '60 s' FROM UNNEST(job_ids) AS id
    UNION ALL SELECT FORMAT('uploads/%s/', erased_event), NOW() WHERE erased_count > 0
    ON CONFLICT (folder) DO UPDATE SET until = excluded.until;
    RETURN QUERY SELECT * FROM erased_folders WHERE folder IN (
        SELECT FORMAT('tickets/%s/%s/', event_id, id) FROM generated_tickets
        WHERE event_id = erased_event AND guest_id = ANY(known_ids) AND erased_at IS NOT NULL
        UNION ALL
        SELECT FORMAT('downloads/%s/', item.job_id) FROM generated_tickets ticket JOIN ticket_generation_logs item ON item.ticket_id = ticket.id
        WHERE ticket.event_id = erased_event AND ticket.guest_id = ANY(known_ids) AND ticket.erased_at IS NOT NULL
        UNION ALL SELECT FORMAT('uploads/%s/', erased_event)
    ) AND NOT whole_event;
END $$;

-- Who erases, and does nothing else: one function of the service logs in as this role.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ticket_eraser') THEN CREATE ROLE ticket_eraser LOGIN; END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_iam') THEN GRANT rds_iam TO ticket_eraser; END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'The role ticket_eraser cannot be made by %', current_user
        USING HINT = 'Run the migration as a role with CREATEROLE, or have it made before (CREATE ROLE ticket_eraser LOGIN).';
END $$;
REVOKE ALL ON erased_folders FROM ticket_api;
REVOKE EXECUTE ON FUNCTION erase_guests(BIGINT, BIGINT[], BOOLEAN), tell_of_erasure() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_guests(BIGINT, BIGINT[], BOOLEAN) TO ticket_eraser;
GRANT SELECT (id, starts_at, ends_at, retention_days, erase_requested_at, erase_finished_at), UPDATE (erase_requested_at, erase_finished_at)
    ON events TO ticket_eraser;
GRANT SELECT (event_id, id, created_at, erased_at) ON guests TO ticket_eraser;
GRANT SELECT (id, event_id, created_at, completed_at) ON generation_jobs TO ticket_eraser;
GRANT SELECT (job_id, guest_id, ticket_id, given) ON ticket_generation_logs TO ticket_eraser;
GRANT SELECT, DELETE ON erased_folders TO ticket_eraser;
GRANT SELECT (delete_after), DELETE ON wallet_registrations TO ticket_eraser;
