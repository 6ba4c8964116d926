import { findEvent } from '../../database/events.ts'
import { findRevokedCodes } from '../../database/revocations.ts'
import type { Clients } from '../clients.ts'
import { EventNotFoundError } from '../errors.ts'
import { thisSecond } from '../tickets/write-tickets.ts'

const maxCodes = 100_000
const lifetimeHours = 24

/**
 * Lists the codes revoked after a number, signed and valid for a day, with what a door shows of the event.
 * @throws EventNotFoundError when the event is not registered.
 */
export async function listRevocations({ sql, signer }: Clients<'sql' | 'signer'>, eventId: number, after: number) {
  const [found, event] = await Promise.all([findRevokedCodes(sql, { eventId, after, limit: maxCodes }), findEvent(sql, eventId)])
  if (!found || !event) throw new EventNotFoundError(eventId)
  const { latest, codes } = found
  const issuedAt = thisSecond()
  const list = {
    eventId,
    after: Math.min(after, latest),
    through: codes.length < maxCodes ? latest : (codes.at(-1)?.number ?? latest),
    latest,
    issuedAt,
    expiresAt: new Date(issuedAt.getTime() + lifetimeHours * 3_600_000),
    retired: codes.map(({ ticket_code, is_superseded }) => ({
      ticketCode: ticket_code,
      reason: is_superseded ? ('superseded' as const) : ('revoked' as const),
    })),
  }
  const { retired, expiresAt, ...numbers } = list
  return {
    ...numbers,
    count: retired.length,
    issuedAt: issuedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    list: signer.signRevocations(list),
    event: {
      title: event.title,
      startsAt: event.starts_at?.toISOString() ?? null,
      endsAt: event.ends_at?.toISOString() ?? null,
      reentry: event.reentry,
    },
  }
}
