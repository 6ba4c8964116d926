import type { WalletType } from '../contract/environment.ts'
import { passChanges } from '../contract/retries.ts'
import type { Queryable } from './client.ts'
import { passState, subjectJoins } from './ticket-subject.ts'

/**
 * A subscription to a pass's changes: of a device with Apple Wallet, or of Google Wallet, which needs only
 * the ticket.
 */
export interface WalletRegistration {
  wallet: WalletType
  ticketId: number
  deviceId?: string
  passType?: string
  pushToken?: string
  /** The hash of the pass that the wallet received; without one, a push is due soon. */
  pushedState?: string
}

/**
 * Inserts a registration, or updates the push token of a known one; an erased ticket gets none. Returns
 * whether it is new. Idempotent.
 */
export async function upsertRegistration(sql: Queryable, given: WalletRegistration): Promise<boolean> {
  const { wallet, ticketId, deviceId = '', passType = '', pushToken = '', pushedState = null } = given
  const [row] = await sql<{ created: boolean }[]>`
    INSERT INTO wallet_registrations AS known (wallet, ticket_id, device_id, pass_type, push_token, pushed_state)
    SELECT ${wallet}, id, ${deviceId}, ${passType}, ${pushToken}, ${pushedState} FROM generated_tickets WHERE id = ${ticketId} AND erased_at IS NULL
    ON CONFLICT (ticket_id, wallet, device_id, pass_type) DO UPDATE SET
      push_token = excluded.push_token, push_after = NOW(),
      pushed_state = CASE WHEN known.push_token = excluded.push_token THEN known.pushed_state END
    RETURNING xmax = 0 AS created`
  return row?.created ?? false
}

/** Deletes the registration of a device for a pass. Idempotent. */
export async function deleteRegistration(
  sql: Queryable,
  { ticketId, deviceId, passType }: { ticketId: number; deviceId: string; passType: string },
): Promise<void> {
  await sql`
    DELETE FROM wallet_registrations
    WHERE ticket_id = ${ticketId} AND wallet = 'apple' AND device_id = ${deviceId} AND pass_type = ${passType}`
}

/** Reads the passes of a device, each with the hash of its present state. */
export async function findDevicePasses(sql: Queryable, deviceId: string, passType: string) {
  return await sql<{ ticket_id: number; ticket_code: string; pass_state: string }[]>`
    SELECT ticket.id AS ticket_id, ticket.ticket_code, ${passState(sql)} AS pass_state
    FROM wallet_registrations registration JOIN generated_tickets ticket ON ticket.id = registration.ticket_id ${subjectJoins(sql)}
    WHERE registration.device_id = ${deviceId} AND registration.pass_type = ${passType} AND registration.wallet = 'apple'
    ORDER BY ticket.id`
}

/** A registration whose pass has changed since its last push. */
export interface DuePush {
  id: number
  ticket_id: number
  pass_type: string
  push_token: string
  pass_state: string
}

/**
 * Reads the registrations of a wallet whose passes have changed since their last push, the longest waiting
 * first. Passes of events that ended days ago are skipped, so that the cost does not grow with past events,
 * except those of erased guests.
 */
export async function findDuePushes(sql: Queryable, wallet: WalletType, limit: number): Promise<DuePush[]> {
  return await sql<DuePush[]>`
    SELECT registration.id, registration.ticket_id, registration.pass_type, registration.push_token, ${passState(sql)} AS pass_state
    FROM wallet_registrations registration JOIN generated_tickets ticket ON ticket.id = registration.ticket_id ${subjectJoins(sql)}
    WHERE registration.wallet = ${wallet} AND registration.push_after <= NOW()
      AND (COALESCE(GREATEST(event.ends_at, event.starts_at), NOW()) > NOW() - ${passChanges.daysAfterEvent} * INTERVAL '1 day'
           OR registration.delete_after IS NOT NULL)
      AND registration.pushed_state IS DISTINCT FROM ${passState(sql)}
    ORDER BY registration.push_after LIMIT ${limit}`
}

/** The outcome of a push. */
export interface EndedPush {
  push: DuePush
  outcome: 'told' | 'gone' | 'later'
  waitSeconds?: number | undefined
}

/**
 * Records the outcomes of pushes: a delivered push stores the hash, a device that is gone is deleted, and a
 * failed push waits twice as long as before, an hour at most. A device that has since registered with another
 * token stays unchanged.
 */
export async function settlePushes(sql: Queryable, ended: EndedPush[]): Promise<void> {
  await sql`
    WITH ended AS (
      SELECT * FROM UNNEST(${ended.map(({ push }) => push.id)}::bigint[], ${ended.map(({ push }) => push.push_token)}::text[],
        ${ended.map(({ push }) => push.pass_state)}::text[], ${ended.map(({ outcome }) => outcome)}::text[],
        ${ended.map(({ waitSeconds }) => waitSeconds ?? 0)}::float8[]) AS ended (id, push_token, state, outcome, wait_seconds)
    ), gone AS (
      DELETE FROM wallet_registrations registration USING ended
      WHERE registration.id = ended.id AND registration.push_token = ended.push_token AND outcome = 'gone'
    )
    UPDATE wallet_registrations registration
    SET pushed_state = CASE outcome WHEN 'told' THEN ended.state ELSE pushed_state END,
        failed_count = CASE outcome WHEN 'told' THEN 0 ELSE failed_count + 1 END,
        push_after = CASE outcome WHEN 'told' THEN push_after
                     ELSE NOW() + LEAST(3600, GREATEST(wait_seconds, POWER(2, LEAST(failed_count, 12)))) * INTERVAL '1 second' END
    FROM ended WHERE registration.id = ended.id AND registration.push_token = ended.push_token AND outcome <> 'gone'`
}

/** Takes or extends the turn to push to a wallet. Returns false while another holder has it. */
export async function takePushTurn(
  sql: Queryable,
  { wallet, holder, seconds }: { wallet: WalletType; holder: string; seconds: number },
): Promise<boolean> {
  const rows = await sql`
    INSERT INTO wallet_pushers AS turn (wallet, holder, held_until)
    VALUES (${wallet}, ${holder}, NOW() + ${seconds} * INTERVAL '1 second')
    ON CONFLICT (wallet) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
    WHERE turn.holder = excluded.holder OR turn.held_until < NOW()
    RETURNING wallet`
  return rows.length > 0
}

/** Releases the turns of a holder. */
export async function endPushTurns(sql: Queryable, holder: string): Promise<void> {
  await sql`UPDATE wallet_pushers SET held_until = '-infinity' WHERE holder = ${holder}`
}

/**
 * Records the hash of the pass that is being served, and returns the time from which it is served: a whole
 * second, later than that of any other hash.
 */
export async function noteServedPass(sql: Queryable, ticketId: number, state: string): Promise<Date | null> {
  const [row] = await sql<{ since: Date | null }[]>`
    WITH noted AS (
      UPDATE generated_tickets
      SET served_pass = ${state}, served_pass_since = GREATEST(DATE_TRUNC('second', NOW()), served_pass_since + INTERVAL '1 second')
      WHERE id = ${ticketId} AND served_pass IS DISTINCT FROM ${state}
      RETURNING served_pass_since AS since
    )
    SELECT since FROM noted
    UNION ALL SELECT served_pass_since FROM generated_tickets WHERE id = ${ticketId} AND NOT EXISTS (SELECT FROM noted)`
  return row?.since ?? null
}
