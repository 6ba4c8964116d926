import type * as z from 'zod'
import type { doorRequest } from '../../contract/schemas/trust.ts'
import * as rows from '../../database/doors.ts'
import type { Clients } from '../clients.ts'
import { DoorNotFoundError } from '../errors.ts'
import { requireEvent } from '../events/read-events.ts'

const lifetimeHours = 24

/**
 * Creates a door with its pass, which only this call returns. Idempotent for a `claimId`. @throws
 * EventNotFoundError.
 */
export async function createDoor(
  { sql, doors }: Clients<'sql' | 'doors'>,
  { eventId, claimId }: { eventId: number; claimId: string | null },
  { label, guestList, locale, ...request }: z.output<typeof doorRequest>,
) {
  await requireEvent(sql, eventId)
  const until = request.expiresAt ? Date.parse(request.expiresAt) : Date.now() + lifetimeHours * 3_600_000
  const expiresAt = new Date(Math.floor(until / 1000) * 1000)
  const known = claimId === null ? undefined : await rows.findClaimedDoor(sql, claimId)
  const row = {
    event_id: eventId,
    label,
    guest_list: guestList,
    locale: locale ?? null,
    expires_at: expiresAt,
    claim_id: claimId,
  }
  const door = known ?? (await rows.insertDoor(sql, row))
  const pass = { doorId: door.id, eventId, expiresAt: door.expires_at }
  return { ...describe(door), url: doors.link(pass, { label, guestList, locale }), pass: doors.make(pass) }
}

/** Lists the doors of an event, newest first. @throws EventNotFoundError. */
export async function listDoors({ sql }: Clients<'sql'>, eventId: number) {
  await requireEvent(sql, eventId)
  return { doors: (await rows.listDoors(sql, eventId)).map(describe) }
}

/** Withdraws a door: its pass is rejected from now on. Idempotent. @throws DoorNotFoundError. */
export async function withdrawDoor({ sql }: Clients<'sql'>, place: { eventId: number; doorId: number }) {
  const door = (await rows.withdrawDoor(sql, place)) ?? (await rows.findDoor(sql, place.doorId))
  if (!door || door.event_id !== place.eventId) throw new DoorNotFoundError(place)
  return describe(door)
}

function describe(door: rows.DoorRow) {
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
