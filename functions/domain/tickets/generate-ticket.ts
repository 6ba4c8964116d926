import type * as z from 'zod'
import type { TicketRenderer } from '../../aws/ticket-renderer.ts'
import type { generateRequest } from '../../contract/schemas/requests.ts'
import type { Sql } from '../../database/client.ts'
import { findItemStatus } from '../../database/generation-logs.ts'
import { findTicket } from '../../database/tickets.ts'
import { TicketGenerationError } from '../../errors.ts'
import type { GuestLinks } from '../../trust/guest-links.ts'
import type { TicketSigner } from '../../trust/ticket-signer.ts'
import { TicketNotFoundError } from '../errors.ts'
import { expectOutcome } from '../rendering/renderer-answer.ts'
import { type AcceptedTicket, acceptTicket } from './accept-ticket.ts'

/** The clients that generating a ticket needs. */
export interface GenerateClients {
  sql: Sql
  signer: TicketSigner
  links: GuestLinks
  renderer: TicketRenderer
}

/**
 * Generates one ticket while the caller waits and returns links to it. Repeating a request reprints the same
 * ticket with the same code.
 * @throws What `acceptTicket` throws, before anything is written.
 * @throws TicketGenerationError with the renderer's code when printing fails; after a transient one, the
 * request can be repeated.
 */
export async function generateTicket(clients: GenerateClients, request: z.output<typeof generateRequest>) {
  return await printTicket(clients, await acceptTicket(clients, request))
}

/** Prints an accepted ticket while the caller waits and returns its links. @throws The renderer's error. */
export async function printTicket(
  clients: Pick<GenerateClients, 'sql' | 'links' | 'renderer'>,
  { jobId, itemId, ticketId }: AcceptedTicket,
) {
  expectOutcome(await clients.renderer.ask({ jobId, itemIds: [itemId] }), 'settled')
  // The row has the outcome even where the renderer was invoked twice and found nothing left to print.
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
