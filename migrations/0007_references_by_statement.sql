-- All tickets and items of a batch name one job, and mostly one version of a template. A foreign key looks that row up and locks it anew for
-- each row that names it: a quarter of PostgreSQL's work for a batch of ten thousand. These three references are checked once for each
-- statement instead, with the same end: a row names what is there, that is locked so that nobody deletes it meanwhile, and what is named
-- cannot be deleted. As with a foreign key, a statement that leaves the references of rows as they are locks nothing: renderers that settle
-- chunks of one job would else wait for each other in a circle, each to end the job that the other one holds.

-- All that is changed below, before anything is. Where a running transaction holds one of them and wants another, one of the two gives way, and
-- begins anew: `migrate` here, and there who redelivers the chunk or repeats the request.
LOCK TABLE templates, generation_jobs, generated_tickets, ticket_generation_logs IN ACCESS EXCLUSIVE MODE;

CREATE FUNCTION hold_job(job BIGINT) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM generation_jobs WHERE id = job FOR KEY SHARE;
    IF NOT FOUND THEN RAISE foreign_key_violation USING MESSAGE = format('There is no job %s', job); END IF;
END $$;

CREATE FUNCTION hold_template(template BIGINT, its_version INTEGER) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM templates WHERE id = template AND version = its_version FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = format('There is no version %s of template %s', its_version, template);
    END IF;
END $$;

-- Triggers run as the tables' owner, as foreign keys do: who writes tickets may not lock templates. What rows named before the statement is
-- left out: nobody could delete it while they did, and they do until the transaction ends.
CREATE FUNCTION check_jobs() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN PERFORM hold_job(job_id) FROM (SELECT job_id FROM written EXCEPT SELECT job_id FROM former) AS named;
    ELSE PERFORM hold_job(job_id) FROM (SELECT DISTINCT job_id FROM written) AS named;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION check_templates() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        PERFORM hold_template(template_id, template_version)
        FROM (SELECT template_id, template_version FROM written EXCEPT SELECT template_id, template_version FROM former) AS named;
    ELSE
        PERFORM hold_template(template_id, template_version) FROM (SELECT DISTINCT template_id, template_version FROM written) AS named;
    END IF;
    RETURN NULL;
END $$;

-- They see all that was committed before the deletion got its lock: transactions are READ COMMITTED here.
CREATE FUNCTION keep_job() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM ticket_generation_logs WHERE job_id = OLD.id) OR EXISTS (SELECT FROM generated_tickets WHERE job_id = OLD.id) THEN
        RAISE foreign_key_violation USING MESSAGE = format('Job %s has items or tickets', OLD.id);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION keep_template() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM generated_tickets WHERE template_id = OLD.id AND template_version = OLD.version) THEN
        RAISE foreign_key_violation USING MESSAGE = format('Version %s of template %s has tickets', OLD.version, OLD.id);
    END IF;
    RETURN NULL;
END $$;

ALTER TABLE generated_tickets
    DROP CONSTRAINT generated_tickets_job_id_fkey,
    DROP CONSTRAINT generated_tickets_template_id_template_version_fkey;
ALTER TABLE ticket_generation_logs DROP CONSTRAINT ticket_generation_logs_job_id_fkey;

-- A trigger that is told of rows by statement is for one event only.
CREATE TRIGGER inserted_tickets_have_jobs AFTER INSERT ON generated_tickets
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION check_jobs();
CREATE TRIGGER inserted_tickets_have_templates AFTER INSERT ON generated_tickets
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION check_templates();
CREATE TRIGGER inserted_items_have_jobs AFTER INSERT ON ticket_generation_logs
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION check_jobs();
CREATE TRIGGER changed_tickets_have_jobs AFTER UPDATE ON generated_tickets
    REFERENCING OLD TABLE AS former NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION check_jobs();
CREATE TRIGGER changed_tickets_have_templates AFTER UPDATE ON generated_tickets
    REFERENCING OLD TABLE AS former NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION check_templates();
CREATE TRIGGER changed_items_have_jobs AFTER UPDATE ON ticket_generation_logs
    REFERENCING OLD TABLE AS former NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION check_jobs();
CREATE TRIGGER named_jobs_stay AFTER DELETE OR UPDATE OF id ON generation_jobs FOR EACH ROW EXECUTE FUNCTION keep_job();
CREATE TRIGGER named_templates_stay AFTER DELETE OR UPDATE OF id, version ON templates FOR EACH ROW EXECUTE FUNCTION keep_template();

-- Nobody but the owner may call what runs as the owner, from triggers of their own for one. Triggers that exist need no such right.
REVOKE EXECUTE ON FUNCTION
    hold_job(BIGINT), hold_template(BIGINT, INTEGER), check_jobs(), check_templates(), keep_job(), keep_template() FROM PUBLIC;

-- Two indexes of codes were alike, the one of the original specification and the one that keeps codes apart: one does both.
DROP INDEX idx_generated_tickets_code;
ALTER TABLE generated_tickets RENAME CONSTRAINT generated_tickets_ticket_code_key TO idx_generated_tickets_code;
