import type { Queryable } from './client.ts'

/** A row of `doors`. */
export interface DoorRow {
  id: number
  event_id: number
  label: string
  /** Whether its pass may look for guests and keep the list of them. */
  guest_list: boolean
  locale: string | null
  expires_at: Date
  withdrawn_at: Date | null
  created_at: Date
  claim_id: string | null
}

/** Inserts a door. */
export async function insertDoor(
  sql: Queryable,
  door: Pick<DoorRow, 'event_id' | 'label' | 'guest_list' | 'locale' | 'expires_at' | 'claim_id'>,
): Promise<DoorRow> {
  const [row] = await sql<[DoorRow]>`INSERT INTO doors ${sql(door)} RETURNING *`
  return row
}

/** Reads the door that a request with an Idempotency-Key made. */
export async function findClaimedDoor(sql: Queryable, claimId: string): Promise<DoorRow | undefined> {
  const [row] = await sql<DoorRow[]>`SELECT * FROM doors WHERE claim_id = ${claimId}`
  return row
}

/**
 * Reads a door and counts a call of it, in one guarded statement. A door may make `perSecond` calls a second for
 * long, and `burstSeconds` as many at once after a rest.
 * @returns undefined where there is no such door, or it calls too often.
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
 * Withdraws a door.
 * @returns undefined where it is already withdrawn, or belongs to another event.
 */
export async function withdrawDoor(sql: Queryable, door: { eventId: number; doorId: number }): Promise<DoorRow | undefined> {
  const [row] = await sql<DoorRow[]>`
    UPDATE doors SET withdrawn_at = NOW() WHERE id = ${door.doorId} AND event_id = ${door.eventId} AND withdrawn_at IS NULL
    RETURNING *`
  return row
}
