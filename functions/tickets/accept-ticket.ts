import type { z } from 'zod'
import type { generateRequest } from '../contract/schemas.ts'
import type { Queryable, Sql } from '../database/client.ts'
import { findEvent, insertEventIfUnknown } from '../database/events.ts'
import { insertPendingItem } from '../database/generation-logs.ts'
import { lockGuests, mergeGuests } from '../database/guests.ts'
import { insertSingleJob } from '../database/jobs.ts'
import type { TemplateRow } from '../database/templates.ts'
import type { TicketSigner } from '../trust/ticket-signer.ts'
import { findChosenVersion, findVersionOfGuest } from './choose-version.ts'
import { MissingDataError } from './errors.ts'
import { eventOf, guestOf, missingVariables, overlay } from './ticket-subject.ts'
import { dateOf, writeTickets } from './write-tickets.ts'

type Request = z.output<typeof generateRequest>

/** Is a request for one ticket, written down and ready to be printed. */
export interface AcceptedTicket {
  jobId: number
  itemId: number
  ticketId: number
}

/**
 * Writes a request for one ticket down in one transaction: what it says of guest and event, the job, the ticket with its signed
 * payload, and the pending item. The guest's valid ticket keeps its code, and the version that made it unless the request names one; two
 * requests at once take turns on the guest's row.
 * @throws TemplateNotFoundError when there is no such template or version.
 * @throws TemplateArchivedError when the template is archived and did not make this guest's ticket.
 * @throws MissingDataError when the template needs what nobody said; nothing is written then.
 */
export async function acceptTicket(
  { sql, signer }: { sql: Sql; signer: TicketSigner },
  request: Request,
): Promise<AcceptedTicket> {
  return await sql.begin(async (transaction) => {
    const template = await writeSubject(transaction, request, await findChosenVersion(transaction, request))
    const order = { eventId: request.eventId, templateId: template.id, templateVersion: template.version }
    const jobId = await insertSingleJob(transaction, order)
    const { qr, expiresAt } = request.options ?? {}
    const tickets = await writeTickets({ sql: transaction, signer }, { ...order, jobId, qr, expiresAt: dateOf(expiresAt) }, [
      request.guestId,
    ])
    const ticketId = tickets.get(request.guestId) ?? 0
    const itemId = await insertPendingItem(transaction, { jobId, guestId: request.guestId, ticketId })
    return { jobId, itemId, ticketId }
  })
}

/**
 * Writes down what a request says of its guest, and of an event that nobody registered; a known event stays as it is.
 * @returns The version that the ticket is printed with.
 */
async function writeSubject(sql: Queryable, request: Request, chosen: TemplateRow): Promise<TemplateRow> {
  const { guestId, eventId, data = {} } = request
  const registered = await findEvent(sql, eventId)
  const event = registered ?? eventOf(eventId, data)
  const given = guestOf(guestId, data, event)
  const [known] = await lockGuests(sql, eventId, [guestId])
  const template = await findVersionOfGuest(sql, chosen, request)
  const missing = missingVariables(template, event, known ? overlay(known, given) : given)
  if (missing.length > 0) throw new MissingDataError(missing)
  if (!registered) await insertEventIfUnknown(sql, event)
  await mergeGuests(sql, [given])
  return template
}
