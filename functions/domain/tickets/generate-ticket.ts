import type * as z from 'zod'
import type { generateRequest } from '../../contract/schemas/requests.ts'
import type { Queryable } from '../../database/client.ts'
import { findEvent, insertEventIfUnknown } from '../../database/events.ts'
import { findItemStatus } from '../../database/generation-logs.ts'
import { lockGuests, mergeGuests } from '../../database/guests.ts'
import { insertSingleJob } from '../../database/jobs.ts'
import { findTicket, findValidTickets } from '../../database/tickets.ts'
import { insertPendingItem } from '../../database/work-items.ts'
import { TicketGenerationError, ValidationError } from '../../errors.ts'
import type { Clients } from '../clients.ts'
import { MissingDataError, TicketNotFoundError } from '../errors.ts'
import { eventOf, guestOf, mergeGuest, missingVariables, readEventFacts, timeProblems } from '../guests/ticket-subject.ts'
import { expectOutcome } from '../rendering/renderer-answer.ts'
import { findVersion, findVersionOfTicket } from '../templates/choose-version.ts'
import { dateOf, writeTickets } from './write-tickets.ts'

/**
 * Generates one ticket while the caller waits and returns its links. Repeating a request reprints the same
 * ticket.
 * @throws What `acceptTicket` throws, or TicketGenerationError of the renderer.
 */
export async function generateTicket(
  clients: Clients<'sql' | 'signer' | 'links' | 'renderer'>,
  request: z.output<typeof generateRequest>,
) {
  return await printTicket(clients, await acceptTicket(clients, request))
}

/** Prints an accepted ticket while the caller waits and returns its links. @throws The renderer's error. */
export async function printTicket(clients: Clients<'sql' | 'links' | 'renderer'>, { jobId, itemId, ticketId }: AcceptedTicket) {
  expectOutcome(await clients.renderer.ask({ jobId, itemIds: [itemId] }), 'settled')
  // The row has the outcome even if the renderer was invoked twice and found nothing left to print.
  const [item, ticket] = await Promise.all([findItemStatus(clients.sql, itemId), findTicket(clients.sql, ticketId)])
  if (item?.status === 'failed') throw new TicketGenerationError(item.message, item.code, item.details)
  if (!ticket?.generated_at) throw new TicketNotFoundError(ticketId)
  return {
    ticketId,
    ticketCode: ticket.ticket_code,
    qrCodeUrl: clients.links.make('qr', ticketId),
    pdfUrl: clients.links.make('pdf', ticketId),
    generatedAt: ticket.generated_at.toISOString(),
  }
}

type Request = z.output<typeof generateRequest>

/** A ticket written to the database and ready to be printed. */
export interface AcceptedTicket {
  jobId: number
  itemId: number
  ticketId: number
}

/**
 * Accepts a request for one ticket: writes guest, event, job, ticket and pending item in one transaction. The
 * guest's valid ticket keeps its code, and its version unless the request names one. Concurrent requests take
 * turns on the guest's row.
 * @throws TemplateNotFoundError, TemplateArchivedError, ValidationError for the guest's times or a bad event
 * fact, or MissingDataError.
 */
export async function acceptTicket({ sql, signer }: Clients<'sql' | 'signer'>, request: Request): Promise<AcceptedTicket> {
  return await sql.begin(async (transaction) => {
    const { eventId, guestId, options } = request
    const { template, event, guest } = await readSubject(transaction, request)
    const order = { eventId, templateId: template.id, templateVersion: template.version }
    const [, , jobId] = await Promise.all([
      event.isNew ? insertEventIfUnknown(transaction, event.row) : undefined,
      mergeGuests(transaction, [guest]),
      insertSingleJob(transaction, order),
    ])
    const { qr, validFrom, expiresAt } = options ?? {}
    const printed = { ...order, jobId, qr, validFrom: dateOf(validFrom), expiresAt: dateOf(expiresAt) }
    const ticketId = (await writeTickets({ sql: transaction, signer }, printed, [guestId])).get(guestId) ?? 0
    return { jobId, itemId: await insertPendingItem(transaction, { jobId, guestId, ticketId }), ticketId }
  })
}

/**
 * Reads the guest, event and template version of a ticket. Only an unregistered event comes from the request.
 * The statements are pipelined in order, so the ticket is read after the guest is locked.
 */
async function readSubject(sql: Queryable, request: Request) {
  const { guestId, eventId, data: given = {} } = request
  const [chosen, registered, [known], [ticket]] = await Promise.all([
    findVersion(sql, request),
    findEvent(sql, eventId),
    lockGuests(sql, eventId, [guestId]),
    findValidTickets(sql, eventId, [guestId]),
  ])
  const template = await findVersionOfTicket(sql, chosen, { ticket, choice: request })
  const data = registered ? given : readEventFacts(given)
  const event = registered ?? eventOf(eventId, data)
  const guest = guestOf(guestId, data, event)
  const merged = known ? mergeGuest(known, guest) : guest
  const wrong = timeProblems(merged)
  if (wrong.length > 0) throw new ValidationError('The request conflicts with registered data of the guest; see details.', wrong)
  const missing = missingVariables(template, event, merged)
  if (missing.length > 0) throw new MissingDataError(missing)
  return { template, event: { row: event, isNew: !registered }, guest }
}
