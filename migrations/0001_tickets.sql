-- What Core registers. Ids are Core's; a guest's id counts within its event.
CREATE TABLE events (
    id BIGINT PRIMARY KEY,
    title VARCHAR NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE,
    ends_at TIMESTAMP WITH TIME ZONE,
    timezone VARCHAR NOT NULL DEFAULT 'UTC',
    location VARCHAR,
    details JSONB NOT NULL DEFAULT '{}',
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW()
);

CREATE TABLE guests (
    id BIGINT NOT NULL,
    event_id BIGINT NOT NULL REFERENCES events (id),
    first_name VARCHAR,
    last_name VARCHAR,
    email VARCHAR,
    ticket_type VARCHAR,
    locale VARCHAR,
    data JSONB NOT NULL DEFAULT '{}',
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    PRIMARY KEY (event_id, id)
);

-- A version of a template never changes: a ticket records the one that made it.
CREATE TABLE templates (
    id BIGINT NOT NULL,
    version INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    source TEXT NOT NULL,
    required_variables VARCHAR[] NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    PRIMARY KEY (id, version)
);

-- A batch, or a single generation.
CREATE TABLE generation_jobs (
    id BIGSERIAL PRIMARY KEY,
    batch_id VARCHAR UNIQUE,
    request_hash VARCHAR,
    event_id BIGINT NOT NULL REFERENCES events (id),
    template_id BIGINT NOT NULL,
    template_version INTEGER NOT NULL,
    priority VARCHAR(20) NOT NULL DEFAULT 'normal',
    status VARCHAR(20) NOT NULL DEFAULT 'processing',
    total_count INTEGER NOT NULL,
    qr_options JSONB NOT NULL DEFAULT '{}',
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    completed_at TIMESTAMP WITH TIME ZONE,
    notified_at TIMESTAMP WITH TIME ZONE,
    FOREIGN KEY (template_id, template_version) REFERENCES templates (id, version)
);

CREATE INDEX idx_generation_jobs_open ON generation_jobs (id) WHERE completed_at IS NULL;
CREATE INDEX idx_generation_jobs_unnotified ON generation_jobs (id) WHERE completed_at IS NOT NULL AND notified_at IS NULL;

-- Tickets: names, columns and indexes of the original specification, and what the job needs besides. A retired ticket keeps its
-- row; a guest has at most one that is not retired.
CREATE TABLE generated_tickets (
    id BIGSERIAL PRIMARY KEY,
    job_id BIGINT NOT NULL REFERENCES generation_jobs (id),
    ticket_code VARCHAR UNIQUE NOT NULL,
    qr_code_data TEXT NOT NULL,
    qr_options JSONB NOT NULL DEFAULT '{}',
    template_id BIGINT NOT NULL,
    template_version INTEGER NOT NULL,
    guest_id BIGINT NOT NULL,
    event_id BIGINT NOT NULL,
    pdf_file_path VARCHAR,
    pdf_bytes INTEGER,
    generated_at TIMESTAMP WITH TIME ZONE,
    checked_in_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    FOREIGN KEY (event_id, guest_id) REFERENCES guests (event_id, id),
    FOREIGN KEY (template_id, template_version) REFERENCES templates (id, version)
);
CREATE INDEX idx_generated_tickets_job_id ON generated_tickets (job_id);
CREATE INDEX idx_generated_tickets_code ON generated_tickets (ticket_code);
CREATE INDEX idx_generated_tickets_event_id ON generated_tickets (event_id);
CREATE UNIQUE INDEX idx_generated_tickets_one_valid ON generated_tickets (event_id, guest_id) WHERE revoked_at IS NULL;

-- One row for each guest of each job: the work item and its history.
CREATE TABLE ticket_generation_logs (
    id BIGSERIAL PRIMARY KEY,
    job_id BIGINT NOT NULL REFERENCES generation_jobs (id),
    guest_id BIGINT NOT NULL,
    ticket_id BIGINT REFERENCES generated_tickets (id),
    status VARCHAR(20) NOT NULL DEFAULT 'pending',
    message TEXT,
    details JSONB NOT NULL DEFAULT '{}',
    sent_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_generation_logs_job_id ON ticket_generation_logs (job_id, id);
CREATE INDEX idx_generation_logs_pending ON ticket_generation_logs (job_id, id) WHERE status = 'pending';
CREATE INDEX idx_generation_logs_settled_at ON ticket_generation_logs (updated_at) WHERE status = 'generated';
CREATE INDEX idx_generation_logs_ticket_id ON ticket_generation_logs (ticket_id);

-- Tickets whose folder in the bucket may hold files that their row does not name: printed again, settled by two, or given up. The
-- sweeper deletes those files once nobody can hold an address of theirs.
CREATE TABLE untidy_tickets (
    ticket_id BIGINT PRIMARY KEY REFERENCES generated_tickets (id),
    since TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW()
);
