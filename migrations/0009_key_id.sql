-- The key id of a ticket's QR payload is written by the code that owns the payload's format (functions/trust/qr-payload.ts); the values
-- that the database computed stay. Between this migration and the deployment of that code, the version before it writes payloads without
-- key ids: reissuing by key finds those by the payload itself (functions/database/revocations.ts).
ALTER TABLE generated_tickets ALTER COLUMN key_id DROP EXPRESSION;
