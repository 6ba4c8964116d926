import type { Queryable } from '../../database/client.ts'
import { linkReplacements, retireTickets } from '../../database/revocations.ts'
import { type TicketRow, upsertTickets } from '../../database/tickets.ts'
import { makeTicketCode } from '../../trust/ticket-code.ts'
import type { TicketSigner } from '../../trust/ticket-signer.ts'
import { signTicket, thisSecond } from './write-tickets.ts'

/** Says which tickets of one event a job is to make new, with the same looks and the same template. */
export interface Replacement {
  jobId: number
  eventId: number
  ticketIds: number[]
}

/**
 * Retires tickets and writes the ones that stand for them, with new codes, signed with the newest key. What is retired by then is left out.
 * The guests' rows must be locked by this transaction.
 * @returns The new ticket's id by the guest's.
 */
export async function replaceTickets(
  { sql, signer }: { sql: Queryable; signer: TicketSigner },
  { jobId, eventId, ticketIds }: Replacement,
): Promise<Map<number, number>> {
  const retired = await retireTickets(sql, { eventId, ticketIds }, 'reissue')
  const now = thisSecond()
  const rows = retired.map((old: TicketRow) => ({ ...old, job_id: jobId, ticket_code: makeTicketCode(now), created_at: now }))
  const made = await upsertTickets(
    sql,
    rows.map((row) => ({ ...row, ...signTicket(signer, row) })),
  )
  await linkReplacements(
    sql,
    retired.map(({ id, guest_id }) => ({ oldId: id, newId: made.get(guest_id) ?? 0 })),
  )
  return made
}
