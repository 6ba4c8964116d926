import type * as z from 'zod'
import type { generateRequest } from '../../contract/schemas/requests.ts'
import type { Queryable, Sql } from '../../database/client.ts'
import { findEvent, insertEventIfUnknown } from '../../database/events.ts'
import { insertPendingItem } from '../../database/generation-logs.ts'
import { lockGuests, mergeGuests } from '../../database/guests.ts'
import { insertSingleJob } from '../../database/jobs.ts'
import { findValidTickets } from '../../database/tickets.ts'
import { ValidationError } from '../../errors.ts'
import type { TicketSigner } from '../../trust/ticket-signer.ts'
import { MissingDataError } from '../errors.ts'
import { eventOf, guestOf, missingVariables, overlay, readEventFacts, timeProblems } from '../guests/ticket-subject.ts'
import { findChosenVersion, findVersionOfTicket } from '../templates/choose-version.ts'
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
 * @throws ValidationError when the guest's own times, with those known already, end before they begin, or a fact of an event that is not
 * registered is not valid; nothing is written then.
 * @throws MissingDataError when the template needs what nobody said; nothing is written then.
 */
export async function acceptTicket(
  { sql, signer }: { sql: Sql; signer: TicketSigner },
  request: Request,
): Promise<AcceptedTicket> {
  return await sql.begin(async (transaction) => {
    const { eventId, guestId, options } = request
    const { template, event, guest } = await readSubject(transaction, request)
    const order = { eventId, templateId: template.id, templateVersion: template.version }
    const [, , jobId] = await Promise.all([
      event.isNew ? insertEventIfUnknown(transaction, event.row) : undefined,
      mergeGuests(transaction, [guest]),
      insertSingleJob(transaction, order),
    ])
    const { qr, expiresAt } = options ?? {}
    const printed = { ...order, jobId, qr, expiresAt: dateOf(expiresAt) }
    const ticketId = (await writeTickets({ sql: transaction, signer }, printed, [guestId])).get(guestId) ?? 0
    return { jobId, itemId: await insertPendingItem(transaction, { jobId, guestId, ticketId }), ticketId }
  })
}

/**
 * Reads what a ticket is made of: what the request says of its guest, and of an event that nobody registered (a known event stays as it
 * is), and the version it is printed with. The statements go out together, and PostgreSQL takes them in their order: the guest's ticket is
 * read when the guest is locked.
 */
async function readSubject(sql: Queryable, request: Request) {
  const { guestId, eventId, data: given = {} } = request
  const [chosen, registered, [known], [ticket]] = await Promise.all([
    findChosenVersion(sql, request),
    findEvent(sql, eventId),
    lockGuests(sql, eventId, [guestId]),
    findValidTickets(sql, eventId, [guestId]),
  ])
  const template = await findVersionOfTicket(sql, chosen, { ticket, choice: request })
  const data = registered ? given : readEventFacts(given)
  const event = registered ?? eventOf(eventId, data)
  const guest = guestOf(guestId, data, event)
  const whole = known ? overlay(known, guest) : guest
  const wrong = timeProblems(whole)
  if (wrong.length > 0) throw new ValidationError('The request does not fit what is known of the guest; see details.', wrong)
  const missing = missingVariables(template, event, whole)
  if (missing.length > 0) throw new MissingDataError(missing)
  return { template, event: { row: event, isNew: !registered }, guest }
}
