import pLimit from 'p-limit'
import { type QrOptions, qrOptions } from '../../contract/schemas/requests.ts'
import { linkReplacements, revokeTickets } from '../../database/revocations.ts'
import {
  findValidTickets,
  type NewTicket,
  type SignedPayload,
  type TicketRow,
  updateQrCodes,
  upsertTickets,
} from '../../database/tickets.ts'
import { keyIdOf } from '../../trust/qr-payload.ts'
import { makeTicketCode } from '../../trust/ticket-code.ts'
import type { TicketSigner } from '../../trust/ticket-signer.ts'
import type { SigningTransaction } from '../clients.ts'

/**
 * The tickets that a job writes. `keptVersions` by guest override the template; `qr`, `validFrom` and
 * `expiresAt` are absent where the request does not set them.
 */
export interface TicketOrder {
  jobId: number
  eventId: number
  templateId: number
  templateVersion: number
  keptVersions?: ReadonlyMap<number, { id: number; version: number }>
  qr?: QrOptions | undefined
  validFrom?: Date | undefined
  expiresAt?: Date | undefined
}

/** The facts that a ticket's payload signs, and the options with its format. */
export type SignedRow = Pick<TicketRow, 'ticket_code' | 'event_id' | 'guest_id' | 'created_at' | 'expires_at' | 'qr_options'>

const ticketsPerStatement = 250
/** Two, so that PostgreSQL writes some tickets while the next are signed, which takes about as long. */
const concurrentStatements = 2

/**
 * Writes the tickets of a job's guests. A valid ticket keeps its code; payload and look change when the order
 * sets them, or the key is retired. The transaction must hold the guests' locks. Idempotent.
 * @returns Ticket ids by guest id.
 */
export async function writeTickets(
  { sql, signer }: SigningTransaction,
  order: TicketOrder,
  guestIds: number[],
): Promise<Map<number, number>> {
  const valid = new Map((await findValidTickets(sql, order.eventId, guestIds)).map((ticket) => [ticket.guest_id, ticket]))
  const now = thisSecond()
  const makeTicket = (guestId: number): NewTicket => {
    const kept = valid.get(guestId)
    const row = {
      job_id: order.jobId,
      ticket_code: kept?.ticket_code ?? makeTicketCode(now),
      qr_options: kept?.qr_options ?? order.qr ?? {},
      template_id: order.keptVersions?.get(guestId)?.id ?? order.templateId,
      template_version: order.keptVersions?.get(guestId)?.version ?? order.templateVersion,
      guest_id: guestId,
      event_id: order.eventId,
      created_at: kept?.created_at ?? now,
      valid_from: kept ? kept.valid_from : (order.validFrom ?? null),
      expires_at: kept ? kept.expires_at : (order.expiresAt ?? null),
    }
    return { ...row, ...(kept ? payloadOf(kept) : signTicket(signer, row)) }
  }
  const slices = Array.from({ length: Math.ceil(guestIds.length / ticketsPerStatement) }, (_, at) =>
    guestIds.slice(at * ticketsPerStatement, (at + 1) * ticketsPerStatement),
  )
  const written = await pLimit(concurrentStatements).map(slices, (slice) => upsertTickets(sql, slice.map(makeTicket)))
  const isSet = order.qr || order.validFrom || order.expiresAt
  const changes = [...valid.values()].filter((ticket) => isSet || !signer.isCurrent(ticket.qr_code_data))
  const codes = changes.map((ticket) => {
    const valid_from = order.validFrom ?? ticket.valid_from
    const row = {
      ...ticket,
      qr_options: order.qr ?? ticket.qr_options,
      valid_from,
      expires_at: order.expiresAt ?? ticket.expires_at,
    }
    return { ...row, ...signTicket(signer, row) }
  })
  if (codes.length > 0) await updateQrCodes(sql, codes)
  return new Map(written.flatMap((tickets) => [...tickets]))
}

/** Signs the payload of a ticket, in the format that its QR options name. */
export function signTicket(signer: TicketSigner, row: SignedRow): SignedPayload {
  const { ticket_code: ticketCode, event_id: eventId, guest_id: guestId, created_at: issuedAt, expires_at: expiresAt } = row
  const format = qrOptions.shape.format.parse(row.qr_options.format)
  const payload = signer.sign({ ticketCode, eventId, guestId, issuedAt, expiresAt }, format)
  return { qr_code_data: payload, key_id: keyIdOf(payload) }
}

function payloadOf({ qr_code_data, key_id }: TicketRow): SignedPayload {
  return { qr_code_data, key_id }
}

/** Returns the current time in whole seconds, the resolution of a payload. */
export function thisSecond(): Date {
  return new Date(Math.floor(Date.now() / 1000) * 1000)
}

/** Parses an optional timestamp of a request. */
export function dateOf(moment: string | undefined): Date | undefined {
  return moment === undefined ? undefined : new Date(moment)
}

/**
 * Revokes tickets of an event and writes their successors of a job, signed by the newest key, with the same
 * look and template; revoked ones are skipped. The transaction must hold the guests' locks. @returns New
 * ticket ids by guest id.
 */
export async function replaceTickets(
  { sql, signer }: SigningTransaction,
  { jobId, eventId, ticketIds }: { jobId: number; eventId: number; ticketIds: number[] },
): Promise<Map<number, number>> {
  const superseded = await revokeTickets(sql, { eventId, ticketIds }, 'reissue')
  const now = thisSecond()
  const rows = superseded.map((old) => ({ ...old, job_id: jobId, ticket_code: makeTicketCode(now), created_at: now }))
  const signed = rows.map((row) => ({ ...row, ...signTicket(signer, row) }))
  const made = await upsertTickets(sql, signed)
  const pairs = superseded.map(({ id, guest_id }) => ({ oldId: id, newId: made.get(guest_id) ?? 0 }))
  await linkReplacements(sql, pairs)
  return made
}
