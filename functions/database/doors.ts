import type { Queryable } from './client.ts'

/** A row of `doors`. */
export interface DoorRow {
  id: number
  event_id: number
  label: string
  /** The right to search the guests and to keep their list on the device. */
  guest_list: boolean
  locale: string | null
  expires_at: Date
  withdrawn_at: Date | null
  created_at: Date
  claim_id: string | null
}

/** Inserts a door, and audits it. */
export async function insertDoor(
  sql: Queryable,
  door: Pick<DoorRow, 'event_id' | 'label' | 'guest_list' | 'locale' | 'expires_at' | 'claim_id'>,
): Promise<DoorRow> {
  const [row] = await sql<[DoorRow]>`
    WITH made AS (INSERT INTO doors ${sql(door)} RETURNING *), noted AS (${auditOf(sql, 'door_made', 'made')})
    SELECT * FROM made`
  return row
}

function auditOf(sql: Queryable, action: 'door_made' | 'door_withdrawn', doors: string) {
  return sql`
    INSERT INTO ticket_audit (action, event_id, door_id, details)
    SELECT ${action}, event_id, id, JSONB_BUILD_OBJECT('label', label) FROM ${sql(doors)}`
}

/** Reads the door that a request with an Idempotency-Key made. */
export async function findClaimedDoor(sql: Queryable, claimId: string): Promise<DoorRow | undefined> {
  const [row] = await sql<DoorRow[]>`SELECT * FROM doors WHERE claim_id = ${claimId}`
  return row
}

/**
 * Reads a door and counts its call, in one guarded statement. A door may make `perSecond` calls per second
 * continuously, and after a pause the calls of `burstSeconds` in one burst.
 * @returns undefined for an unknown door, or one that calls too often.
 */
export async function countDoorCall(
  sql: Queryable,
  doorId: number,
  { perSecond, burstSeconds }: { perSecond: number; burstSeconds: number },
): Promise<DoorRow | undefined> {
  const [row] = await sql<DoorRow[]>`
    UPDATE doors SET calls_until = GREATEST(calls_until, NOW()) + INTERVAL '1 second' / ${perSecond}::int
    WHERE id = ${doorId} AND calls_until <= NOW() + INTERVAL '1 second' * ${burstSeconds}::int
    RETURNING *`
  return row
}

/** Reads a door. */
export async function findDoor(sql: Queryable, doorId: number): Promise<DoorRow | undefined> {
  const [row] = await sql<DoorRow[]>`SELECT * FROM doors WHERE id = ${doorId}`
  return row
}

/** Lists the doors of an event, newest first, at most 1,000. */
export async function listDoors(sql: Queryable, eventId: number): Promise<DoorRow[]> {
  return await sql<DoorRow[]>`SELECT * FROM doors WHERE event_id = ${eventId} ORDER BY id DESC LIMIT 1000`
}

/**
 * Withdraws a door, and audits it.
 * @returns undefined if it is already withdrawn, or belongs to another event.
 */
export async function withdrawDoor(sql: Queryable, door: { eventId: number; doorId: number }): Promise<DoorRow | undefined> {
  const [row] = await sql<DoorRow[]>`
    WITH withdrawn AS (
      UPDATE doors SET withdrawn_at = NOW() WHERE id = ${door.doorId} AND event_id = ${door.eventId} AND withdrawn_at IS NULL
      RETURNING *
    ), noted AS (${auditOf(sql, 'door_withdrawn', 'withdrawn')})
    SELECT * FROM withdrawn`
  return row
}
