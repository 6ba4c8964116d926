-- Counts the retired codes of an event. A transaction that retires one holds the row until it ends, so that a door which has the codes up to
-- a number has every code up to it.
ALTER TABLE events ADD COLUMN revocation_count BIGINT NOT NULL DEFAULT 0;

-- Until when the tickets of a batch are good, for guests who get theirs by a retry.
ALTER TABLE generation_jobs ADD COLUMN expires_at TIMESTAMP WITH TIME ZONE;

-- The key id is the second byte of a compact token: two bits in the second character of its base32, five in the third, one in the fourth.
ALTER TABLE generated_tickets
    ADD COLUMN key_id SMALLINT GENERATED ALWAYS AS (
        CASE WHEN qr_code_data LIKE 'TK1:A%' THEN
            (strpos('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', substr(qr_code_data, 6, 1)) - 5) * 64
            + (strpos('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', substr(qr_code_data, 7, 1)) - 1) * 2
            + (strpos('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', substr(qr_code_data, 8, 1)) - 1) / 16
        END
    ) STORED,
    ADD COLUMN expires_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN checked_in_gate VARCHAR(100),
    ADD COLUMN checked_in_device VARCHAR(100),
    ADD COLUMN checked_in_scan_id UUID,
    ADD COLUMN revocation_number BIGINT,
    ADD COLUMN superseded_by BIGINT REFERENCES generated_tickets (id);
CREATE INDEX idx_generated_tickets_key_id ON generated_tickets (key_id, event_id) WHERE revoked_at IS NULL;
CREATE UNIQUE INDEX idx_generated_tickets_revocations ON generated_tickets (event_id, revocation_number)
    WHERE revocation_number IS NOT NULL;

-- Codes that were retired before they were counted.
UPDATE generated_tickets ticket SET revocation_number = numbered.number
FROM (
    SELECT id, ROW_NUMBER() OVER (PARTITION BY event_id ORDER BY revoked_at, id) AS number
    FROM generated_tickets WHERE revoked_at IS NOT NULL
) numbered
WHERE ticket.id = numbered.id;
UPDATE events SET revocation_count = counted.count
FROM (SELECT event_id, MAX(revocation_number) AS count FROM generated_tickets GROUP BY event_id) counted
WHERE events.id = counted.event_id AND counted.count IS NOT NULL;

-- A door pass names its row here; what is secret in it is not stored.
CREATE TABLE doors (
    id BIGSERIAL PRIMARY KEY,
    event_id BIGINT NOT NULL REFERENCES events (id),
    label VARCHAR(100) NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_doors_event_id ON doors (event_id);

-- Scans that were made offline and handed in later. What a scan came to never changes, so that handing it in again answers the same.
CREATE TABLE ticket_scans (
    event_id BIGINT NOT NULL REFERENCES events (id),
    scan_id UUID NOT NULL,
    ticket_id BIGINT REFERENCES generated_tickets (id),
    scanned_at TIMESTAMP WITH TIME ZONE NOT NULL,
    gate VARCHAR(100),
    device VARCHAR(100),
    outcome VARCHAR(20) NOT NULL,
    reason VARCHAR(20),
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    PRIMARY KEY (event_id, scan_id)
);
CREATE INDEX idx_ticket_scans_double_entries ON ticket_scans (ticket_id) WHERE outcome = 'double_entry';

-- Says who did what to which code. Rows are added and never changed; door_id is null where Core did it.
CREATE TABLE ticket_audit (
    id BIGSERIAL PRIMARY KEY,
    action VARCHAR(20) NOT NULL,
    event_id BIGINT NOT NULL,
    ticket_id BIGINT,
    door_id BIGINT,
    gate VARCHAR(100),
    device VARCHAR(100),
    details JSONB NOT NULL DEFAULT '{}',
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_ticket_audit_ticket_id ON ticket_audit (ticket_id);
CREATE INDEX idx_ticket_audit_event_id ON ticket_audit (event_id, id);
