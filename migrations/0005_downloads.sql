-- One file with all tickets of a batch, for each format. `attempt` changes whenever making it begins anew: who began earlier finds out and stops.
CREATE TABLE batch_downloads (
    job_id BIGINT NOT NULL REFERENCES generation_jobs (id),
    format VARCHAR(3) NOT NULL,
    attempt UUID NOT NULL DEFAULT gen_random_uuid(),
    content_hash VARCHAR(64) NOT NULL,
    status VARCHAR(20) NOT NULL DEFAULT 'making',
    done_count INTEGER NOT NULL DEFAULT 0,
    total_count INTEGER NOT NULL,
    message TEXT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    PRIMARY KEY (job_id, format)
);
