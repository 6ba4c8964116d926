import { idempotencyKeyHours } from '../contract/idempotency-key.ts'
import type { Queryable } from './client.ts'

/** A request with an Idempotency-Key: the hash of key, route and caller, and the fingerprint of the content. */
export interface KeyedRequest {
  keyHash: Buffer
  fingerprint: Buffer
}

/** What is known of a key: the fingerprint of its first request and, once there is one, the answer. */
export interface KnownKey {
  fingerprint: Buffer
  answer: Buffer | null
}

/**
 * Claims a key for its first request, or for another attempt if the first one failed or has not ended in time.
 * @returns the id of the work, the same for each attempt, or undefined where the key is answered or claimed.
 */
export async function claimKey(
  sql: Queryable,
  { keyHash, fingerprint }: KeyedRequest,
  claimSeconds: number,
): Promise<string | undefined> {
  const [row] = await sql<{ id: string }[]>`
    INSERT INTO idempotency_keys AS known (key_hash, fingerprint) VALUES (${keyHash}, ${fingerprint})
    ON CONFLICT (key_hash) DO UPDATE SET claimed_at = NOW()
    WHERE known.answer IS NULL AND known.fingerprint = EXCLUDED.fingerprint
      AND known.claimed_at < NOW() - ${claimSeconds} * INTERVAL '1 second'
    RETURNING id`
  return row?.id
}

/** Reads what is known of a key. */
export async function findKey(sql: Queryable, keyHash: Buffer): Promise<KnownKey | undefined> {
  const [row] = await sql<KnownKey[]>`SELECT fingerprint, answer FROM idempotency_keys WHERE key_hash = ${keyHash}`
  return row
}

/** Keeps the answer of a key. */
export async function keepAnswer(sql: Queryable, keyHash: Buffer, answer: Buffer): Promise<void> {
  await sql`UPDATE idempotency_keys SET answer = ${answer} WHERE key_hash = ${keyHash}`
}

/** Records what the work of a claim made, for attempts after it. */
export async function recordMade(sql: Queryable, claimId: string, madeId: number): Promise<void> {
  await sql`UPDATE idempotency_keys SET made_id = ${madeId} WHERE id = ${claimId}`
}

/** Finds what an earlier attempt of a claim's work made. */
export async function findMade(sql: Queryable, claimId: string): Promise<number | undefined> {
  const [row] = await sql<{ made_id: number | null }[]>`SELECT made_id FROM idempotency_keys WHERE id = ${claimId}`
  return row?.made_id ?? undefined
}

/** Releases a key whose request failed or whose answer is not kept, so that the next attempt need not wait. */
export async function releaseKey(sql: Queryable, keyHash: Buffer): Promise<void> {
  await sql`UPDATE idempotency_keys SET claimed_at = '-infinity' WHERE key_hash = ${keyHash} AND answer IS NULL`
}

/** Deletes keys that are past their time. @returns Their count. */
export async function deleteOldKeys(sql: Queryable): Promise<number> {
  const { count } = await sql`
    DELETE FROM idempotency_keys WHERE created_at < NOW() - ${idempotencyKeyHours} * INTERVAL '1 hour'`
  return count
}
