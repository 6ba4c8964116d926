import type { Queryable } from '../../database/client.ts'
import { linkReplacements, revokeTickets } from '../../database/revocations.ts'
import { upsertTickets } from '../../database/tickets.ts'
import { makeTicketCode } from '../../trust/ticket-code.ts'
import type { TicketSigner } from '../../trust/ticket-signer.ts'
import { signTicket, thisSecond } from './write-tickets.ts'

/** The tickets of one event that a job replaces, keeping their look and template. */
export interface Replacement {
  jobId: number
  eventId: number
  ticketIds: number[]
}

/**
 * Revokes tickets and writes their successors, signed by the newest key; revoked ones are skipped. The
 * transaction must hold the guests' locks. @returns New ticket ids by guest id.
 */
export async function replaceTickets(
  { sql, signer }: { sql: Queryable; signer: TicketSigner },
  { jobId, eventId, ticketIds }: Replacement,
): Promise<Map<number, number>> {
  const superseded = await revokeTickets(sql, { eventId, ticketIds }, 'reissue')
  const now = thisSecond()
  const rows = superseded.map((old) => ({ ...old, job_id: jobId, ticket_code: makeTicketCode(now), created_at: now }))
  const made = await upsertTickets(
    sql,
    rows.map((row) => ({ ...row, ...signTicket(signer, row) })),
  )
  await linkReplacements(
    sql,
    superseded.map(({ id, guest_id }) => ({ oldId: id, newId: made.get(guest_id) ?? 0 })),
  )
  return made
}
