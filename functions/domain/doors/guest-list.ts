import type * as z from 'zod'
import type { guestSearchQuery, revocationsQuery } from '../../contract/schemas/trust.ts'
import { readWatermark } from '../../database/changes.ts'
import { type DoorGuestRow, findChangedGuests, findDoorGuests } from '../../database/door-guests.ts'
import type { DoorRow } from '../../database/doors.ts'
import { digestCode, type GuestList, type ListedGuest } from '../../trust/guest-list.ts'
import type { Clients } from '../clients.ts'
import { GuestListForbiddenError } from '../errors.ts'
import { describeCheckIn } from '../scans/validate-ticket.ts'

const maxGuests = 20_000
const maxFound = 20

/**
 * Lists the tickets of a door's event that changed after a number, signed. A number from the future starts
 * again at 0.
 * @throws GuestListForbiddenError when the pass does not cover this.
 */
export async function readGuestList(
  { sql, signer }: Clients<'sql' | 'signer'>,
  door: DoorRow | null,
  query: z.output<typeof revocationsQuery>,
) {
  const eventId = eventOf(door)
  const latest = await readWatermark(sql)
  const after = query.after > latest ? 0 : query.after
  const rows = await findChangedGuests(sql, { eventId, after, until: latest, limit: maxGuests })
  const through = rows.length < maxGuests ? latest : (rows.at(-1)?.number ?? latest)
  const list: GuestList = { eventId, after, through, latest, issuedAt: new Date().toISOString(), guests: rows.map(listGuest) }
  const { guests, ...numbers } = list
  return { ...numbers, count: guests.length, list: signer.signGuests(list) }
}

/**
 * Finds guests of a door's event, without their codes: a door learns those only from guests.
 * @throws GuestListForbiddenError when the pass does not cover this.
 */
export async function findGuests({ sql }: Clients<'sql'>, door: DoorRow | null, { q }: z.output<typeof guestSearchQuery>) {
  const rows = await findDoorGuests(sql, { eventId: eventOf(door), search: q, limit: maxFound })
  return {
    tickets: rows.map((ticket) => ({
      ticketId: ticket.id,
      guestId: ticket.guest_id,
      firstName: ticket.first_name ?? '',
      lastName: ticket.last_name ?? '',
      ticketType: ticket.ticket_type,
      reason: ticket.reason,
      checkedIn: describeCheckIn(ticket),
      inside: ticket.inside,
      entryCount: ticket.entry_count,
    })),
  }
}

function eventOf(door: DoorRow | null): number {
  if (!door?.guest_list) throw new GuestListForbiddenError()
  return door.event_id
}

function listGuest(ticket: DoorGuestRow): ListedGuest {
  const { revoked_at, superseded_by, checked_in_at, checked_in_gate, checked_in_device } = ticket
  return {
    ticketId: ticket.id,
    digest: digestCode(ticket.event_id, ticket.ticket_code),
    state: revoked_at ? (superseded_by ? 'superseded' : 'revoked') : 'valid',
    firstName: ticket.first_name ?? undefined,
    lastName: ticket.last_name ?? undefined,
    ticketType: ticket.ticket_type ?? undefined,
    validFrom: ticket.valid_from?.toISOString(),
    expiresAt: ticket.expires_at?.toISOString(),
    checkedInAt: checked_in_at?.toISOString(),
    place: checked_in_gate ?? checked_in_device ?? undefined,
    entryCount: ticket.entry_count || undefined,
    inside: ticket.inside || undefined,
  }
}
