import type * as z from 'zod'
import type { doorRequest } from '../../contract/schemas/trust.ts'
import { recordAction } from '../../database/audit.ts'
import {
  type DoorRow,
  findClaimedDoor,
  findDoor,
  insertDoor,
  listDoors as listRows,
  withdrawDoor as withdrawRow,
} from '../../database/doors.ts'
import { findEvent } from '../../database/events.ts'
import type { Clients } from '../clients.ts'
import { DoorNotFoundError, EventNotFoundError } from '../errors.ts'

const lifetimeHours = 24

/**
 * Creates a door with its pass, which is returned only here. Idempotent for a `claimId`. @throws EventNotFoundError.
 */
export async function createDoor(
  { sql, doors }: Clients<'sql' | 'doors'>,
  { eventId, claimId }: { eventId: number; claimId: string | null },
  { label, guestList, locale, ...request }: z.output<typeof doorRequest>,
) {
  if (!(await findEvent(sql, eventId))) throw new EventNotFoundError(eventId)
  const until = request.expiresAt ? Date.parse(request.expiresAt) : Date.now() + lifetimeHours * 3_600_000
  const expiresAt = new Date(Math.floor(until / 1000) * 1000)
  const door = await sql.begin(async (transaction) => {
    const known = claimId === null ? undefined : await findClaimedDoor(transaction, claimId)
    if (known) return known
    const row = await insertDoor(transaction, {
      ...{ event_id: eventId, label, guest_list: guestList, locale: locale ?? null, expires_at: expiresAt, claim_id: claimId },
    })
    await recordAction(transaction, { action: 'door_made', eventId, doorId: row.id, details: { label } })
    return row
  })
  const pass = { doorId: door.id, eventId, expiresAt: door.expires_at }
  return { ...describe(door), url: doors.link(pass, { label, guestList, locale }), pass: doors.make(pass) }
}

/** Lists the doors of an event, newest first. @throws EventNotFoundError. */
export async function listDoors({ sql }: Clients<'sql'>, eventId: number) {
  if (!(await findEvent(sql, eventId))) throw new EventNotFoundError(eventId)
  return { doors: (await listRows(sql, eventId)).map(describe) }
}

/** Withdraws a door, whose pass is rejected from then on. Idempotent. @throws DoorNotFoundError. */
export async function withdrawDoor({ sql }: Clients<'sql'>, place: { eventId: number; doorId: number }) {
  const withdrawn = await sql.begin(async (transaction) => {
    const row = await withdrawRow(transaction, place)
    if (row) await recordAction(transaction, { action: 'door_withdrawn', ...place, details: { label: row.label } })
    return row
  })
  const door = withdrawn ?? (await findDoor(sql, place.doorId))
  if (!door || door.event_id !== place.eventId) throw new DoorNotFoundError(place)
  return describe(door)
}

function describe(door: DoorRow) {
  return {
    doorId: door.id,
    eventId: door.event_id,
    label: door.label,
    guestList: door.guest_list,
    locale: door.locale,
    createdAt: door.created_at.toISOString(),
    expiresAt: door.expires_at.toISOString(),
    withdrawnAt: door.withdrawn_at?.toISOString() ?? null,
  }
}
