import type { QrOptions } from '../contract/schemas/requests.ts'
import type { TicketWarning } from '../contract/ticket-warnings.ts'
import type { Queryable } from './client.ts'
import { isOutdated, passState, type SubjectRow, subjectColumns, subjectJoins } from './ticket-subject.ts'

/**
 * A ticket to insert; its QR payload names `created_at`. `qr_options` is empty where the request sets none.
 */
export interface NewTicket {
  job_id: number
  ticket_code: string
  qr_code_data: string
  /** The id of the key that signed the payload; null for an HMAC secret. */
  key_id: number | null
  qr_options: Partial<QrOptions>
  template_id: number
  template_version: number
  guest_id: number
  event_id: number
  created_at: Date
  valid_from: Date | null
  expires_at: Date | null
}

/** A row of `generated_tickets`. */
export interface TicketRow extends NewTicket {
  id: number
  pdf_file_path: string | null
  generated_at: Date | null
  printed_at: Date | null
  checked_in_at: Date | null
  checked_in_gate: string | null
  checked_in_device: string | null
  inside: boolean
  entry_count: number
  revoked_at: Date | null
  superseded_by: number | null
}

/**
 * A QR payload and the id of the key that signed it, written together so that a ticket is found by its key.
 */
export type SignedPayload = Pick<TicketRow, 'qr_code_data' | 'key_id'>

/** Reads the valid tickets of guests. */
export async function findValidTickets(sql: Queryable, eventId: number, guestIds: number[]): Promise<TicketRow[]> {
  return await sql<TicketRow[]>`
    SELECT * FROM generated_tickets WHERE event_id = ${eventId} AND guest_id = ANY(${guestIds}) AND revoked_at IS NULL`
}

/**
 * Inserts tickets of one event in one statement. A guest's valid ticket moves to the new job and template
 * version instead; it keeps its code, payload and options. The guests must be locked, or new.
 * @returns Ticket ids by guest id.
 */
export async function upsertTickets(sql: Queryable, tickets: NewTicket[]): Promise<Map<number, number>> {
  const rows = await sql<{ id: number; guest_id: number }[]>`
    INSERT INTO generated_tickets (job_id, ticket_code, qr_code_data, key_id, qr_options, template_id, template_version, guest_id, event_id,
                                   created_at, valid_from, expires_at)
    SELECT * FROM UNNEST(${tickets.map((one) => one.job_id)}::bigint[], ${tickets.map((one) => one.ticket_code)}::text[],
      ${tickets.map((one) => one.qr_code_data)}::text[], ${tickets.map((one) => one.key_id)}::smallint[],
      ${tickets.map((one) => JSON.stringify(one.qr_options))}::text[]::jsonb[],
      ${tickets.map((one) => one.template_id)}::bigint[], ${tickets.map((one) => one.template_version)}::int[],
      ${tickets.map((one) => one.guest_id)}::bigint[], ${tickets.map((one) => one.event_id)}::bigint[],
      ${tickets.map((one) => one.created_at.toISOString())}::text[]::timestamptz[],
      ${tickets.map((one) => one.valid_from?.toISOString() ?? null)}::text[]::timestamptz[],
      ${tickets.map((one) => one.expires_at?.toISOString() ?? null)}::text[]::timestamptz[])
    ON CONFLICT (event_id, guest_id) WHERE revoked_at IS NULL DO UPDATE SET
      job_id = excluded.job_id, template_id = excluded.template_id, template_version = excluded.template_version, updated_at = NOW()
    RETURNING id, guest_id`
  return new Map(rows.map(({ id, guest_id }) => [guest_id, id]))
}

/** A new QR payload, look and validity of a ticket. */
export type NewQrCode = SignedPayload & Pick<TicketRow, 'id' | 'qr_options' | 'valid_from' | 'expires_at'>

/** Updates the QR payloads, looks and validity of tickets. */
export async function updateQrCodes(sql: Queryable, codes: NewQrCode[]): Promise<void> {
  await sql`
    UPDATE generated_tickets ticket
    SET qr_code_data = again.payload, key_id = again.key_id, qr_options = again.options, valid_from = again.valid_from,
        expires_at = again.expires_at, updated_at = NOW()
    FROM UNNEST(${codes.map(({ id }) => id)}::bigint[], ${codes.map((code) => code.qr_code_data)}::text[],
      ${codes.map((code) => code.key_id)}::smallint[], ${codes.map((code) => JSON.stringify(code.qr_options))}::text[]::jsonb[],
      ${codes.map((code) => code.valid_from?.toISOString() ?? null)}::text[]::timestamptz[],
      ${codes.map((code) => code.expires_at?.toISOString() ?? null)}::text[]::timestamptz[])
      AS again (id, payload, key_id, options, valid_from, expires_at)
    WHERE ticket.id = again.id`
}

/**
 * A ticket with its guest and event, the status of its newest generation, and the warnings of its newest
 * print.
 */
export interface TicketDetails extends TicketRow, SubjectRow {
  /** Facts have changed since the print, or the file is deleted by now. */
  outdated: boolean
  event_updated_at: Date
  /** The hash of what its wallet pass shows. */
  pass_state: string
  last_status: 'pending' | 'generated' | 'failed' | 'cancelled'
  warnings: TicketWarning[]
}

/** Reads a ticket with its guest and event. */
export async function findTicketDetails(sql: Queryable, ticketId: number): Promise<TicketDetails | undefined> {
  const [row] = await sql<TicketDetails[]>`
    SELECT ticket.*, ${subjectColumns(sql)}, event.updated_at AS event_updated_at, ${isOutdated(sql)} AS outdated,
           ${passState(sql)} AS pass_state, log.status AS last_status, COALESCE(print.warnings, '[]') AS warnings
    FROM generated_tickets ticket
    ${subjectJoins(sql)}
    JOIN LATERAL (SELECT status FROM ticket_generation_logs WHERE ticket_id = ticket.id ORDER BY id DESC LIMIT 1) log ON TRUE
    LEFT JOIN LATERAL (SELECT details->'warnings' AS warnings FROM ticket_generation_logs
                       WHERE ticket_id = ticket.id AND status = 'generated' ORDER BY updated_at DESC LIMIT 1) print ON TRUE
    WHERE ticket.id = ${ticketId}`
  return row
}

/** Finds the id of the ticket with a code. */
export async function findTicketIdByCode(sql: Queryable, code: string): Promise<number | undefined> {
  const [row] = await sql<{ id: number }[]>`SELECT id FROM generated_tickets WHERE ticket_code = ${code}`
  return row?.id
}

/** Reads a ticket. */
export async function findTicket(sql: Queryable, ticketId: number): Promise<TicketRow | undefined> {
  const [row] = await sql<TicketRow[]>`SELECT * FROM generated_tickets WHERE id = ${ticketId}`
  return row
}

/** Finds the valid ticket that a chain of replacements leads to from a superseded one. */
export async function findValidReplacement(sql: Queryable, ticketId: number): Promise<Pick<TicketRow, 'id'> | undefined> {
  const [row] = await sql<Pick<TicketRow, 'id'>[]>`
    WITH RECURSIVE successor AS (
      SELECT superseded_by AS id FROM generated_tickets WHERE id = ${ticketId}
      UNION ALL SELECT superseded_by FROM generated_tickets JOIN successor USING (id)
    )
    SELECT id FROM generated_tickets JOIN successor USING (id) WHERE revoked_at IS NULL`
  return row
}

/** Finds the valid tickets of guests that a job should have printed for the first time, and did not. */
export async function findUnprintedTickets(sql: Queryable, jobId: number, guestIds: number[]): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    SELECT id FROM generated_tickets
    WHERE job_id = ${jobId} AND guest_id = ANY(${guestIds}) AND generated_at IS NULL AND revoked_at IS NULL`
  return rows.map(({ id }) => id)
}

/** Counts the outdated tickets of an event. */
export async function countOutdated(sql: Queryable, eventId: number): Promise<number> {
  const [row] = await sql<[{ count: number }]>`
    SELECT COUNT(*) AS count FROM generated_tickets ticket ${subjectJoins(sql)}
    WHERE ticket.event_id = ${eventId} AND ${isOutdated(sql)}`
  return row.count
}

/**
 * Finds the template version of an outdated ticket of an event, or the newest version of template 1 if there
 * is none.
 */
export async function findOutdatedTemplate(
  sql: Queryable,
  eventId: number,
): Promise<Pick<TicketRow, 'template_id' | 'template_version'>> {
  const [row] = await sql<[Pick<TicketRow, 'template_id' | 'template_version'>]>`
    (SELECT ticket.template_id, ticket.template_version FROM generated_tickets ticket ${subjectJoins(sql)}
     WHERE ticket.event_id = ${eventId} AND ${isOutdated(sql)} LIMIT 1)
    UNION ALL (SELECT id, version FROM templates WHERE id = 1 ORDER BY version DESC LIMIT 1) LIMIT 1`
  return row
}
