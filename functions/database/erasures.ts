import type { Queryable } from './client.ts'

/** A folder of the bucket whose objects last changed before `until` are to be deleted. */
export interface ErasedFolder {
  folder: string
  until: Date
}

/**
 * Erases guests of an event, and returns the folders to clear for them; with `wholeEvent` they are cleared for
 * the event. Idempotent (migrations/0023_erasing_without_leftovers.sql).
 */
export async function eraseGuests(
  sql: Queryable,
  eventId: number,
  { guestIds, wholeEvent }: { guestIds: number[]; wholeEvent: boolean },
): Promise<ErasedFolder[]> {
  return await sql<ErasedFolder[]>`SELECT * FROM erase_guests(${eventId}, ${guestIds}::bigint[], ${wholeEvent})`
}

/** Reads when a guest was erased; null for a guest who was not, undefined for an unknown one. */
export async function findErasure(sql: Queryable, eventId: number, guestId: number): Promise<Date | null | undefined> {
  const [row] = await sql<{ erased_at: Date | null }[]>`
    SELECT erased_at FROM guests WHERE event_id = ${eventId} AND id = ${guestId}`
  return row?.erased_at
}

/** Returns whether an event is registered. */
export async function isEventKnown(sql: Queryable, eventId: number): Promise<boolean> {
  return (await sql`SELECT id FROM events WHERE id = ${eventId}`).length > 0
}

/** Requests the erasure of all present guests of an event. Returns the time, or undefined for an unknown event. */
export async function requestErasure(sql: Queryable, eventId: number): Promise<Date | undefined> {
  const [row] = await sql<{ at: Date }[]>`
    UPDATE events SET erase_requested_at = NOW(), erase_finished_at = NULL WHERE id = ${eventId} RETURNING erase_requested_at AS at`
  return row?.at
}

/** Requests the erasure of events whose retention is over; once a day again, for guests registered since. */
export async function requestDueErasures(sql: Queryable): Promise<void> {
  await sql`
    UPDATE events SET erase_requested_at = NOW(), erase_finished_at = NULL
    WHERE retention_days IS NOT NULL AND COALESCE(ends_at, starts_at) + retention_days * INTERVAL '1 day' < NOW()
      AND (erase_requested_at IS NULL OR erase_requested_at <
           GREATEST(COALESCE(ends_at, starts_at) + retention_days * INTERVAL '1 day', NOW() - INTERVAL '1 day'))`
}

/** Lists the events whose guests are to be erased. */
export async function findErasedEvents(sql: Queryable): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    SELECT id FROM events WHERE erase_requested_at IS NOT NULL AND erase_finished_at IS NULL ORDER BY erase_requested_at`
  return rows.map(({ id }) => id)
}

/** Lists guests of an event that are to be erased, in id order; also those that only an open batch knows so far. */
export async function findGuestsToErase(
  sql: Queryable,
  eventId: number,
  { after, limit }: { after: number; limit: number },
): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    WITH event AS (SELECT erase_requested_at AS at FROM events WHERE id = ${eventId})
    SELECT id FROM guests, event
    WHERE event_id = ${eventId} AND id > ${after} AND erased_at IS NULL AND created_at <= event.at
    UNION
    SELECT item.guest_id FROM event, generation_jobs job JOIN ticket_generation_logs item ON item.job_id = job.id
    WHERE job.event_id = ${eventId} AND job.completed_at IS NULL AND job.created_at <= event.at
      AND item.ticket_id IS NULL AND item.status = 'pending' AND item.guest_id > ${after}
    ORDER BY id LIMIT ${limit}`
  return rows.map(({ id }) => id)
}

/** Ends the erasure of an event, once no transaction that began before the request can still add a guest. */
export async function finishErasure(sql: Queryable, eventId: number): Promise<void> {
  await sql`
    UPDATE events SET erase_finished_at = NOW() WHERE id = ${eventId} AND erase_requested_at < NOW() - INTERVAL '1 minute'`
}

/** Lists which of some tickets belong to guests who were not erased. */
export async function findKeptTickets(sql: Queryable, ticketIds: number[]): Promise<Set<number>> {
  const rows = await sql<{ id: number }[]>`
    SELECT id FROM generated_tickets WHERE id = ANY(${ticketIds}::bigint[]) AND erased_at IS NULL`
  return new Set(rows.map(({ id }) => id))
}

/** Lists the folders to clear. `isOver`: no upload that began before `until` can still arrive. */
export async function listErasedFolders(sql: Queryable, watchedSeconds: number): Promise<(ErasedFolder & { isOver: boolean })[]> {
  return await sql<(ErasedFolder & { isOver: boolean })[]>`
    SELECT folder, until, until < NOW() - ${watchedSeconds} * INTERVAL '1 second' AS "isOver" FROM erased_folders ORDER BY until`
}

/** Forgets a cleared folder, unless it was marked again. */
export async function forgetFolder(sql: Queryable, { folder, until }: ErasedFolder): Promise<void> {
  await sql`DELETE FROM erased_folders WHERE folder = ${folder} AND until = ${until}`
}

/** Deletes wallet registrations of erased tickets, a day after their phones were told that the pass is void. */
export async function deleteErasedRegistrations(sql: Queryable): Promise<void> {
  await sql`DELETE FROM wallet_registrations WHERE delete_after < NOW()`
}
