-- Who hears of a pass's changes: each device that registered a pass of Apple Wallet, and each pass that was offered to Google Wallet, which has
-- no devices. `pushed_state` is the hash of what it was last told of; where the ticket's hash is another by now, it is told again. A failed push
-- waits until `push_after`.
CREATE TABLE wallet_registrations (
    id BIGSERIAL PRIMARY KEY,
    wallet VARCHAR(10) NOT NULL,
    ticket_id BIGINT NOT NULL REFERENCES generated_tickets (id),
    device_id VARCHAR NOT NULL DEFAULT '',
    pass_type VARCHAR NOT NULL DEFAULT '',
    push_token VARCHAR NOT NULL DEFAULT '',
    pushed_state TEXT,
    failed_count INTEGER NOT NULL DEFAULT 0,
    push_after TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    UNIQUE (ticket_id, wallet, device_id, pass_type)
);
CREATE INDEX idx_wallet_registrations_device ON wallet_registrations (device_id, pass_type);

-- Whose turn it is to push to a wallet: two at once could overtake each other and leave an older event in Google Wallet.
CREATE TABLE wallet_pushers (
    wallet VARCHAR(10) PRIMARY KEY,
    holder UUID NOT NULL,
    held_until TIMESTAMP WITH TIME ZONE NOT NULL
);

-- The hash of the pass that was last served, and since when. It grows by a second at least with each change, so that Last-Modified, which counts
-- in seconds, tells all of them apart.
ALTER TABLE generated_tickets ADD COLUMN served_pass TEXT, ADD COLUMN served_pass_since TIMESTAMP WITH TIME ZONE;
