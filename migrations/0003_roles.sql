-- Who may do what. The role that runs this owns the tables; the functions log in as one of these two, on RDS with tokens that AWS signs
-- instead of passwords. Roles belong to the whole cluster, so another database of it may have made them before.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ticket_api') THEN CREATE ROLE ticket_api LOGIN; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ticket_renderer') THEN CREATE ROLE ticket_renderer LOGIN; END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_iam') THEN GRANT rds_iam TO ticket_api, ticket_renderer; END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'The roles ticket_api and ticket_renderer cannot be made by %', current_user
        USING HINT = 'Run the migration as a role with CREATEROLE, or have both made before (CREATE ROLE ticket_api LOGIN).';
END $$;

-- The API and the workers that print nothing. Nothing is ever deleted but notes of untidy tickets; the audit is added to, and versions of
-- templates never change. A later migration's tables are theirs too, unless it says otherwise.
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO ticket_api;
REVOKE ALL ON schema_migrations FROM ticket_api;
REVOKE UPDATE ON ticket_audit, templates FROM ticket_api;
GRANT DELETE ON untidy_tickets TO ticket_api;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ticket_api;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ticket_api;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO ticket_api;

-- The renderer runs a browser on data that strangers typed: it reads what it prints, settles its items, and nothing else. What a later
-- migration adds is not its own until that migration says so.
GRANT SELECT (id, title, starts_at, ends_at, timezone, location, details) ON events TO ticket_renderer;
GRANT SELECT (id, event_id, first_name, last_name, email, ticket_type, locale, data) ON guests TO ticket_renderer;
GRANT SELECT (id, version, name, source, required_variables) ON templates TO ticket_renderer;
GRANT SELECT ON generation_jobs TO ticket_renderer;
GRANT UPDATE (status, completed_at, notified_at) ON generation_jobs TO ticket_renderer;
GRANT SELECT (id, job_id, guest_id, ticket_id, status, created_at) ON ticket_generation_logs TO ticket_renderer;
GRANT UPDATE (status, message, details, updated_at) ON ticket_generation_logs TO ticket_renderer;
GRANT SELECT (id, job_id, ticket_code, qr_code_data, qr_options, guest_id, event_id, pdf_file_path) ON generated_tickets TO ticket_renderer;
GRANT UPDATE (pdf_file_path, pdf_bytes, generated_at, updated_at) ON generated_tickets TO ticket_renderer;
GRANT SELECT (ticket_id), INSERT (ticket_id), UPDATE (since) ON untidy_tickets TO ticket_renderer;
