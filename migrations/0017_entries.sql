-- Every scan of an event: entries and exits, also undone ones, and refused scans with the reason. It says nothing of a guest that the ticket does
-- not. The version before goes on writing `checked_in_*` and `ticket_scans` until the deployment of its code ends; a trigger each follows it.
LOCK TABLE generated_tickets, ticket_scans IN SHARE ROW EXCLUSIVE MODE;

-- Who may enter again: nobody, who has left, or everybody.
ALTER TABLE events ADD COLUMN reentry VARCHAR(20) NOT NULL DEFAULT 'none';

-- From when the tickets of a batch are good, and a ticket.
ALTER TABLE generation_jobs ADD COLUMN valid_from TIMESTAMP WITH TIME ZONE;

-- `checked_in_*` is the newest entry of a ticket that was not undone. Whether its guest is inside is the direction of the newest passage.
ALTER TABLE generated_tickets
    ADD COLUMN valid_from TIMESTAMP WITH TIME ZONE,
    ADD COLUMN inside BOOLEAN NOT NULL DEFAULT FALSE,
    ADD COLUMN entry_count INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN first_entry_at TIMESTAMP WITH TIME ZONE;

-- `outcome` is admitted, double (let in offline, against the policy), refused or undone. `scanned_at` is the time that counts; where the device's
-- clock was impossible, `device_time` is what it said. `event_id` is no foreign key: hundreds of scans a second would all lock the event's row.
-- An entry belongs to the ticket that stands: it follows a reissue.
CREATE TABLE ticket_entries (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id BIGINT NOT NULL,
    ticket_id BIGINT REFERENCES generated_tickets (id),
    direction VARCHAR(3) NOT NULL DEFAULT 'in',
    outcome VARCHAR(10) NOT NULL,
    reason VARCHAR(20),
    door_id BIGINT,
    gate VARCHAR(100),
    device VARCHAR(100),
    scan_id UUID,
    offline BOOLEAN NOT NULL DEFAULT FALSE,
    scanned_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    device_time TIMESTAMP WITH TIME ZONE,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW()
);

-- What is known of before: the check-in of each ticket, and the scans that were uploaded.
INSERT INTO ticket_entries (event_id, ticket_id, outcome, door_id, gate, device, scan_id, offline, scanned_at, received_at)
SELECT ticket.event_id, ticket.id, 'admitted', ticket.checked_in_door_id, ticket.checked_in_gate, ticket.checked_in_device,
       ticket.checked_in_scan_id, scan.scan_id IS NOT NULL, ticket.checked_in_at, COALESCE(scan.created_at, ticket.checked_in_at)
FROM generated_tickets ticket
LEFT JOIN ticket_scans scan ON scan.event_id = ticket.event_id AND scan.scan_id = ticket.checked_in_scan_id
WHERE ticket.checked_in_at IS NOT NULL AND ticket.superseded_by IS NULL;
INSERT INTO ticket_entries (event_id, ticket_id, outcome, reason, gate, device, scan_id, offline, scanned_at, received_at)
SELECT event_id, ticket_id, CASE outcome WHEN 'entered' THEN 'undone' WHEN 'double_entry' THEN 'double' ELSE 'refused' END, reason, gate, device,
       scan_id, TRUE, scanned_at, created_at
FROM ticket_scans scan
WHERE NOT EXISTS (SELECT FROM ticket_entries WHERE event_id = scan.event_id AND scan_id = scan.scan_id);

CREATE INDEX idx_ticket_entries_event_id ON ticket_entries (event_id, id);
CREATE INDEX idx_ticket_entries_changed_at ON ticket_entries (event_id, changed_at, id);
CREATE INDEX idx_ticket_entries_ticket_id ON ticket_entries (ticket_id, scanned_at);
-- A scan id is a device's, so a second ticket or direction with the same one is another scan.
CREATE UNIQUE INDEX idx_ticket_entries_scan_id ON ticket_entries (event_id, scan_id, ticket_id, direction) NULLS NOT DISTINCT
    WHERE scan_id IS NOT NULL;

-- As before, without check-ins, which `ticket_entries` tells of.
CREATE OR REPLACE FUNCTION tell_of_tickets() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET enable_nestloop = off AS $$
BEGIN
    INSERT INTO notices (type, event_id, ticket_id, guest_id, data)
    SELECT change.type, written.event_id, written.id, written.guest_id,
           CASE change.type WHEN 'ticket.reissued' THEN JSONB_BUILD_OBJECT('newTicketId', written.superseded_by) ELSE '{}' END
    FROM written JOIN former ON former.id = written.id,
        LATERAL UNNEST(ARRAY[
            CASE WHEN written.printed_at <> COALESCE(former.printed_at, '-infinity') THEN 'ticket.generated' END,
            CASE WHEN former.revoked_at IS NULL AND written.revoked_at IS NOT NULL THEN 'ticket.revoked' END,
            CASE WHEN former.superseded_by IS NULL AND written.superseded_by IS NOT NULL THEN 'ticket.reissued' END
        ]) AS change (type)
    WHERE change.type IS NOT NULL
    ORDER BY written.id;
    RETURN NULL;
END $$;

UPDATE generated_tickets SET inside = TRUE, entry_count = 1, first_entry_at = checked_in_at WHERE checked_in_at IS NOT NULL;

-- Keeps what a ticket's row says of its passages.
CREATE FUNCTION count_entries() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE generated_tickets ticket
    SET checked_in_at = newest.scanned_at, checked_in_gate = newest.gate, checked_in_device = newest.device,
        checked_in_scan_id = newest.scan_id, checked_in_door_id = newest.door_id,
        inside = COALESCE(passages.inside, FALSE), entry_count = passages.entry_count, first_entry_at = passages.first_entry_at, updated_at = NOW()
    FROM (SELECT DISTINCT ticket_id FROM written WHERE outcome IN ('admitted', 'undone')) changed
    CROSS JOIN LATERAL (
        SELECT COUNT(*) FILTER (WHERE direction = 'in') AS entry_count, MIN(scanned_at) FILTER (WHERE direction = 'in') AS first_entry_at,
               (ARRAY_AGG(direction ORDER BY scanned_at DESC, COALESCE(device_time, scanned_at) DESC, id DESC))[1] = 'in' AS inside
        FROM ticket_entries WHERE ticket_id = changed.ticket_id AND outcome = 'admitted'
    ) passages
    LEFT JOIN LATERAL (
        SELECT * FROM ticket_entries WHERE ticket_id = changed.ticket_id AND outcome = 'admitted' AND direction = 'in'
        ORDER BY scanned_at DESC, COALESCE(device_time, scanned_at) DESC, id DESC LIMIT 1
    ) newest ON TRUE
    WHERE ticket.id = changed.ticket_id;
    RETURN NULL;
END $$;
CREATE TRIGGER new_entries_are_counted AFTER INSERT ON ticket_entries
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION count_entries();
CREATE TRIGGER changed_entries_are_counted AFTER UPDATE ON ticket_entries
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION count_entries();

-- The notices of passages: made, undone, or taken over by the ticket of a reissue.
CREATE FUNCTION write_entry_notice(entry ticket_entries, type TEXT) RETURNS VOID LANGUAGE sql AS $$
    INSERT INTO notices (type, event_id, ticket_id, guest_id, data)
    SELECT type, event_id, id, guest_id,
           CASE type WHEN 'scan.double_entry' THEN JSONB_BUILD_OBJECT('scanId', entry.scan_id) ELSE '{}' END
    FROM generated_tickets WHERE id = entry.ticket_id
$$;

CREATE FUNCTION tell_of_new_entries() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM write_entry_notice(entry, CASE WHEN outcome = 'double' THEN 'scan.double_entry'
                                           WHEN direction = 'in' THEN 'ticket.checked_in' ELSE 'ticket.checked_out' END)
    FROM (SELECT * FROM written WHERE outcome IN ('admitted', 'double') ORDER BY ticket_id, scanned_at, id) entry;
    RETURN NULL;
END $$;
CREATE TRIGGER new_entries_are_told_of AFTER INSERT ON ticket_entries
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION tell_of_new_entries();

CREATE FUNCTION tell_of_changed_entries() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET enable_nestloop = off AS $$
BEGIN
    PERFORM write_entry_notice(entry, CASE WHEN (entry.direction = 'in') = (entry.outcome = 'admitted') THEN 'ticket.checked_in'
                                           ELSE 'ticket.checked_out' END)
    FROM (
        SELECT written.* FROM written JOIN former ON former.id = written.id
        WHERE (written.outcome = 'admitted' AND (former.outcome, former.ticket_id) IS DISTINCT FROM ('admitted', written.ticket_id))
           OR (written.outcome = 'undone' AND former.outcome = 'admitted')
        ORDER BY written.ticket_id, written.scanned_at, written.id
    ) entry;
    RETURN NULL;
END $$;
CREATE TRIGGER changed_entries_are_told_of AFTER UPDATE ON ticket_entries
    REFERENCING OLD TABLE AS former NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION tell_of_changed_entries();

-- A change that is committed late must not be missed by who reads the changes since a moment: the shared lock names the second in which the
-- transaction began, and is held until others see the row.
CREATE FUNCTION mark_entry() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM PG_ADVISORY_XACT_LOCK_SHARED(1935, FLOOR(EXTRACT(EPOCH FROM NOW()) - 1700000000)::INTEGER);
    NEW.changed_at := CLOCK_TIMESTAMP();
    RETURN NEW;
END $$;
CREATE TRIGGER entries_are_marked BEFORE INSERT OR UPDATE ON ticket_entries FOR EACH ROW EXECUTE FUNCTION mark_entry();

-- The version before checks in on the ticket's row. What a trigger writes there comes from `ticket_entries` already.
CREATE FUNCTION follow_check_in() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    replaced BIGINT := (SELECT id FROM generated_tickets WHERE event_id = NEW.event_id AND superseded_by = NEW.id);
BEGIN
    IF NEW.checked_in_at IS NULL THEN
        UPDATE ticket_entries SET outcome = 'undone' WHERE ticket_id = NEW.id AND outcome = 'admitted';
    ELSIF EXISTS (SELECT FROM ticket_entries WHERE ticket_id = replaced AND outcome = 'admitted') THEN
        UPDATE ticket_entries SET ticket_id = NEW.id WHERE ticket_id = replaced;
    ELSE
        INSERT INTO ticket_entries (event_id, ticket_id, outcome, door_id, gate, device, scan_id, scanned_at)
        VALUES (NEW.event_id, NEW.id, 'admitted', NEW.checked_in_door_id, NEW.checked_in_gate, NEW.checked_in_device,
                NEW.checked_in_scan_id, NEW.checked_in_at)
        ON CONFLICT (event_id, scan_id, ticket_id, direction) WHERE scan_id IS NOT NULL
        DO UPDATE SET outcome = 'admitted', reason = NULL, scanned_at = excluded.scanned_at;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER check_ins_of_before_are_followed AFTER UPDATE OF checked_in_at ON generated_tickets FOR EACH ROW
    WHEN (PG_TRIGGER_DEPTH() = 0 AND (OLD.checked_in_at IS NULL) <> (NEW.checked_in_at IS NULL)) EXECUTE FUNCTION follow_check_in();

CREATE FUNCTION follow_scan() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO ticket_entries (event_id, ticket_id, outcome, reason, gate, device, scan_id, offline, scanned_at)
    VALUES (NEW.event_id, NEW.ticket_id, CASE NEW.outcome WHEN 'double_entry' THEN 'double' ELSE 'refused' END, NEW.reason, NEW.gate, NEW.device,
            NEW.scan_id, TRUE, NEW.scanned_at)
    ON CONFLICT (event_id, scan_id, ticket_id, direction) WHERE scan_id IS NOT NULL DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER scans_of_before_are_followed AFTER INSERT ON ticket_scans FOR EACH ROW
    WHEN (NEW.outcome <> 'entered') EXECUTE FUNCTION follow_scan();
DROP TRIGGER double_entries_are_told_of ON ticket_scans;
DROP FUNCTION tell_of_double_entry();

REVOKE DELETE ON ticket_entries FROM ticket_api;
REVOKE EXECUTE ON FUNCTION
    count_entries(), write_entry_notice(ticket_entries, TEXT), tell_of_new_entries(), tell_of_changed_entries(), follow_check_in(), follow_scan()
    FROM PUBLIC;
