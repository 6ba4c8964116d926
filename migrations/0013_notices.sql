-- The outbox: one row for each change that consumers of the topic are told of, written by triggers in the change's own transaction, whoever
-- makes it: no notice is without its change, and no change without its notice. `send-notices` numbers rows in the order of their ids, once they
-- are committed, and publishes them. Changes of one ticket or job wait for each other's row locks, so their ids have the order of the changes.
-- `data` holds ids and codes, never anything personal. Between this migration and the deployment of its code, the version before publishes
-- `batch.completed` by itself (`notified_at`, which a later migration drops), so that this one may be told of twice.
LOCK TABLE events, generation_jobs, generated_tickets, ticket_generation_logs, ticket_scans IN SHARE ROW EXCLUSIVE MODE;

CREATE TABLE notices (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    type VARCHAR(40) NOT NULL,
    event_id BIGINT NOT NULL,
    ticket_id BIGINT,
    guest_id BIGINT,
    data JSONB NOT NULL DEFAULT '{}',
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    sequence BIGINT,
    sent_at TIMESTAMP WITH TIME ZONE
);
CREATE INDEX idx_notices_unsent ON notices (id) WHERE sent_at IS NULL;
CREATE SEQUENCE notice_sequence;

-- Statement by statement, since a chunk settles 40 tickets and a large batch prepares 2,000 items a transaction. The plan is kept from the first
-- call on, when there may be one row: a nested loop would compare each row of a large update with every other.
CREATE FUNCTION tell_of_tickets() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET enable_nestloop = off AS $$
BEGIN
    INSERT INTO notices (type, event_id, ticket_id, guest_id, data)
    SELECT change.type, written.event_id, written.id, written.guest_id,
           CASE change.type WHEN 'ticket.reissued' THEN JSONB_BUILD_OBJECT('newTicketId', written.superseded_by) ELSE '{}' END
    FROM written JOIN former ON former.id = written.id,
        LATERAL UNNEST(ARRAY[
            CASE WHEN written.printed_at <> COALESCE(former.printed_at, '-infinity') THEN 'ticket.generated' END,
            CASE WHEN former.revoked_at IS NULL AND written.revoked_at IS NOT NULL THEN 'ticket.revoked' END,
            CASE WHEN former.superseded_by IS NULL AND written.superseded_by IS NOT NULL THEN 'ticket.reissued' END,
            CASE WHEN former.checked_in_at IS NULL AND written.checked_in_at IS NOT NULL THEN 'ticket.checked_in' END,
            CASE WHEN former.checked_in_at IS NOT NULL AND written.checked_in_at IS NULL THEN 'ticket.checked_out' END
        ]) AS change (type)
    WHERE change.type IS NOT NULL
    ORDER BY written.id;
    RETURN NULL;
END $$;
CREATE TRIGGER changed_tickets_are_told_of AFTER UPDATE ON generated_tickets
    REFERENCING OLD TABLE AS former NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION tell_of_tickets();

CREATE FUNCTION tell_of_failures() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO notices (type, event_id, ticket_id, guest_id, data)
    SELECT 'ticket.failed', (SELECT event_id FROM generation_jobs WHERE id = written.job_id), ticket_id, guest_id,
           JSONB_BUILD_OBJECT('jobId', job_id, 'code', details->'code')
    FROM written WHERE status = 'failed' AND id NOT IN (SELECT id FROM former WHERE status = 'failed')
    ORDER BY id;
    RETURN NULL;
END $$;
CREATE TRIGGER failed_items_are_told_of AFTER UPDATE ON ticket_generation_logs
    REFERENCING OLD TABLE AS former NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION tell_of_failures();

CREATE FUNCTION tell_of_event() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO notices (type, event_id, data) VALUES ('event.changed', NEW.id, JSONB_BUILD_OBJECT('revision', NEW.revision));
    RETURN NULL;
END $$;
CREATE TRIGGER changed_events_are_told_of AFTER UPDATE OF revision ON events FOR EACH ROW
    WHEN (OLD.revision <> NEW.revision) EXECUTE FUNCTION tell_of_event();

CREATE FUNCTION tell_of_double_entry() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO notices (type, event_id, ticket_id, guest_id, data)
    SELECT 'scan.double_entry', NEW.event_id, id, guest_id, JSONB_BUILD_OBJECT('scanId', NEW.scan_id)
    FROM generated_tickets WHERE id = NEW.ticket_id;
    RETURN NULL;
END $$;
CREATE TRIGGER double_entries_are_told_of AFTER INSERT ON ticket_scans FOR EACH ROW
    WHEN (NEW.outcome = 'double_entry') EXECUTE FUNCTION tell_of_double_entry();

CREATE FUNCTION write_batch_notice(job generation_jobs) RETURNS VOID LANGUAGE sql AS $$
    INSERT INTO notices (type, event_id, data, changed_at)
    SELECT 'batch.completed', job.event_id, JSONB_BUILD_OBJECT(
        'batchId', job.batch_id, 'jobId', job.id, 'status', job.status, 'totalCount', job.total_count,
        'generatedCount', COUNT(*) FILTER (WHERE status = 'generated'),
        'failedCount', COUNT(*) FILTER (WHERE status = 'failed'),
        'cancelledCount', COUNT(*) FILTER (WHERE status = 'cancelled'),
        'completedAt', TO_CHAR(job.completed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), job.completed_at
    FROM ticket_generation_logs WHERE job_id = job.id
$$;

-- A batch that is reopened before its notice was sent is told of when it ends again. One that is being sent now is not waited for.
CREATE FUNCTION tell_of_batch() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.completed_at IS NULL THEN
        DELETE FROM notices WHERE id IN (
            SELECT id FROM notices WHERE sent_at IS NULL AND type = 'batch.completed' AND (data->>'jobId')::BIGINT = NEW.id
            FOR UPDATE SKIP LOCKED
        );
    ELSE
        PERFORM write_batch_notice(NEW);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ended_batches_are_told_of AFTER UPDATE ON generation_jobs FOR EACH ROW
    WHEN (NEW.batch_id IS NOT NULL AND (OLD.completed_at IS NULL) <> (NEW.completed_at IS NULL)) EXECUTE FUNCTION tell_of_batch();

-- Batches of which the version before has not told yet.
SELECT write_batch_notice(job) FROM generation_jobs job
WHERE batch_id IS NOT NULL AND completed_at IS NOT NULL AND notified_at IS NULL;

-- Triggers alone write notices; who sends them numbers, marks and finally deletes them.
REVOKE ALL ON notices FROM ticket_api;
GRANT SELECT, DELETE, UPDATE (sequence, sent_at) ON notices TO ticket_api;
GRANT USAGE ON SEQUENCE notice_sequence TO ticket_api;
REVOKE EXECUTE ON FUNCTION
    tell_of_tickets(), tell_of_failures(), tell_of_event(), tell_of_double_entry(), tell_of_batch(), write_batch_notice(generation_jobs) FROM PUBLIC;
