-- What callers sent the header Idempotency-Key with: under a hash of key, route and caller, a fingerprint of the request and, once there is one,
-- the answer. Answers hold door passes and links of guests, so they are encrypted with a key that only the header yields. Rows live for a day.
-- `id` names the work, so that an attempt after a crash finds what the first one made.
CREATE TABLE idempotency_keys (
    key_hash BYTEA PRIMARY KEY,
    id UUID NOT NULL DEFAULT GEN_RANDOM_UUID(),
    fingerprint BYTEA NOT NULL,
    answer BYTEA,
    claimed_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_idempotency_keys_created ON idempotency_keys (created_at);

ALTER TABLE doors ADD COLUMN claim_id UUID UNIQUE;
