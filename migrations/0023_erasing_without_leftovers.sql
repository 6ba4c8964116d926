-- Erasing reaches what it left, and only what it should.

-- The request that a batch's work is done for: its id is in the log lines of chunks that are sent again, too.
ALTER TABLE generation_jobs ADD COLUMN request_id VARCHAR(128);

-- What a request with an Idempotency-Key made, where its answer is not kept: a template's answer has a sample, which may be of a guest.
ALTER TABLE idempotency_keys ADD COLUMN made_id BIGINT;

-- The samples of templates that are of these guests, who are recognised by their e-mail address or both names, lose what is theirs.
CREATE FUNCTION clear_samples(erased_event BIGINT, guest_ids BIGINT[]) RETURNS VOID
LANGUAGE sql SET search_path = public, pg_temp AS $$
    WITH person AS MATERIALIZED (
        SELECT LOWER(email) AS email, LOWER(first_name) AS first_name, LOWER(last_name) AS last_name, data
        FROM guests WHERE event_id = erased_event AND id = ANY(guest_ids) AND erased_at IS NULL
    ), told AS MATERIALIZED (
        SELECT template.id, template.version, field.key, LOWER(part #>> '{}') AS word
        FROM templates template, JSONB_EACH(template.sample) AS field, JSONB_PATH_QUERY(field.value, 'strict $.**') AS part
        WHERE template.id >= 1000 AND JSONB_TYPEOF(part) = 'string'
    ), theirs AS (
        SELECT told.id, told.version, told.key, data FROM told JOIN person ON word = email
        UNION ALL
        SELECT told.id, told.version, told.key, data FROM told JOIN person ON word = first_name || ' ' || last_name
        UNION ALL
        SELECT told.id, told.version, told.key, data FROM told JOIN told other USING (id, version) JOIN person
            ON told.word = first_name AND told.key = 'firstName' AND other.word = last_name AND other.key = 'lastName'
    )
    UPDATE templates template
    SET sample = sample - '{firstName,lastName,email}'::TEXT[] - ARRAY(
        SELECT name FROM theirs, LATERAL (SELECT theirs.key AS name UNION ALL SELECT JSONB_OBJECT_KEYS(theirs.data)) AS names
        WHERE (theirs.id, theirs.version) = (template.id, template.version)
    )
    WHERE (id, version) IN (SELECT id, version FROM theirs)
$$;
REVOKE EXECUTE ON FUNCTION clear_samples(BIGINT, BIGINT[]) FROM PUBLIC;

-- The only way to erase, as in 0020 but for samples, and for guests and guest lists who come after the request to erase their event. Erases
-- guests of an event and returns the folders to clear; with `whole_event`, one folder holds all their tickets, beside those of guests who stay.
-- Idempotent: after an interrupted erasure the folders that are left are returned again. Locks are taken in the order of everybody else, which
-- prevents deadlock: items, guests, the event, tickets, jobs. Whoever adds an item for a ticket holds the lock of its guest or of the ticket, so
-- every item that was read before the erasure is seen here. One that is held by now belongs to whoever prepares it, and will find no guest.
CREATE OR REPLACE FUNCTION erase_guests(erased_event BIGINT, guest_ids BIGINT[], whole_event BOOLEAN) RETURNS SETOF erased_folders
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known_ids BIGINT[];
    ticket_ids BIGINT[];
    item_ids BIGINT[];
    job_ids BIGINT[];
    erased_count INTEGER;
    registered_until TIMESTAMP WITH TIME ZONE := NOW();
BEGIN
    IF whole_event THEN SELECT erase_requested_at INTO registered_until FROM events WHERE id = erased_event; END IF;
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
        SELECT id FROM (
            SELECT id FROM guests WHERE event_id = erased_event AND id = ANY(guest_ids)
              -- Or somebody else has the id since the request; the row above is from this very moment.
              AND (NOT whole_event OR created_at <= registered_until OR created_at = NOW())
            ORDER BY id FOR UPDATE
        ) AS locked
    );
    PERFORM FROM events WHERE id = erased_event FOR NO KEY UPDATE;
    ticket_ids := ARRAY(
        SELECT id FROM (
            SELECT id FROM generated_tickets WHERE event_id = erased_event AND guest_id = ANY(known_ids) AND erased_at IS NULL
            ORDER BY id FOR NO KEY UPDATE
        ) AS locked
    );

    PERFORM clear_samples(erased_event, known_ids);

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
    UNION ALL SELECT FORMAT('uploads/%s/', erased_event), registered_until WHERE erased_count > 0
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

-- Finding who is to be erased needs no data; whose files to spare needs to know which tickets are erased.
-- `given` is still readable: code of the version before asks for it, also after a rollback. A later migration takes that right away.
GRANT SELECT (status) ON ticket_generation_logs TO ticket_eraser;
GRANT SELECT (id, erased_at) ON generated_tickets TO ticket_eraser;
