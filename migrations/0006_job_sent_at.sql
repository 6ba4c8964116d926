-- When all pending items of a job were last sent. One row says it for all of them: to note it item by item wrote ten thousand rows again
-- between accepting a batch and answering. `ticket_generation_logs.sent_at` is not written any more; a later migration drops it.
ALTER TABLE generation_jobs ADD COLUMN sent_at TIMESTAMP WITH TIME ZONE;
UPDATE generation_jobs job SET sent_at = NOW()
WHERE completed_at IS NULL AND NOT EXISTS (
    SELECT FROM ticket_generation_logs WHERE job_id = job.id AND status = 'pending' AND sent_at IS NULL
);
