import type * as z from 'zod'
import type { TicketRenderer } from '../../aws/ticket-renderer.ts'
import type { generateRequest } from '../../contract/schemas/requests.ts'
import type { Sql } from '../../database/client.ts'
import { findEnd } from '../../database/generation-logs.ts'
import { findTicket } from '../../database/tickets.ts'
import { TicketGenerationError } from '../../errors.ts'
import type { GuestLinks } from '../../trust/guest-links.ts'
import type { TicketSigner } from '../../trust/ticket-signer.ts'
import { TicketNotFoundError } from '../errors.ts'
import { type AcceptedTicket, acceptTicket } from './accept-ticket.ts'

/** Is what generating a ticket needs. */
export interface GenerateClients {
  sql: Sql
  signer: TicketSigner
  links: GuestLinks
  renderer: TicketRenderer
}

/**
 * Generates one ticket while the caller waits: writes the request down, has it printed, and answers with links to it. Repeating a
 * request prints the same ticket again, with the same code.
 * @throws TemplateNotFoundError, MissingDataError before anything is written.
 * @throws TicketGenerationError with the code the printing ended with; a passing one leaves the ticket ready to be asked for again.
 */
export async function generateTicket(clients: GenerateClients, request: z.output<typeof generateRequest>) {
  return await printTicket(clients, await acceptTicket(clients, request))
}

/**
 * Has a ticket that was written down printed while the caller waits, and answers with links to it.
 * @throws TicketGenerationError with the code the printing ended with.
 */
export async function printTicket(
  clients: Pick<GenerateClients, 'sql' | 'links' | 'renderer'>,
  { jobId, itemId, ticketId }: AcceptedTicket,
) {
  const answer = await clients.renderer.ask({ jobId, itemIds: [itemId] })
  if ('code' in answer) throw new TicketGenerationError(answer.message, answer.code, 'details' in answer ? answer.details : [])
  // The row says how it ended also where the renderer was asked twice, and found nothing left to print.
  const [end, ticket] = await Promise.all([findEnd(clients.sql, itemId), findTicket(clients.sql, ticketId)])
  if (end?.status === 'failed') throw new TicketGenerationError(end.message, end.code, end.details)
  if (!ticket?.generated_at) throw new TicketNotFoundError(ticketId)
  return {
    ticketId,
    ticketCode: ticket.ticket_code,
    qrCodeUrl: clients.links.make('qr', ticketId),
    pdfUrl: clients.links.make('pdf', ticketId),
    generatedAt: ticket.generated_at.toISOString(),
  }
}
