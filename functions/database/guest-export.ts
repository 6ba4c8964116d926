import type { Queryable } from './client.ts'

/**
 * Reads all rows about a registered guest, with the column names of "export-guest"; undefined for an unknown
 * guest.
 */
export async function findGuestRecords(sql: Queryable, { eventId, guestId }: { eventId: number; guestId: number }) {
  const [guest] = await sql`
    SELECT event_id AS "eventId", id AS "guestId", first_name AS "firstName", last_name AS "lastName", email, ticket_type AS "ticketType",
           locale, data, created_at AS "createdAt", updated_at AS "updatedAt"
    FROM guests WHERE event_id = ${eventId} AND id = ${guestId} AND erased_at IS NULL`
  if (!guest) return undefined
  const ticketIds = sql`(SELECT id FROM generated_tickets WHERE event_id = ${eventId} AND guest_id = ${guestId} AND erased_at IS NULL)`
  const [tickets, prints, entries, audit, wallets] = await Promise.all([
    sql<{ ticketId: number; isPrinted: boolean }[]>`
      SELECT id AS "ticketId", ticket_code AS "ticketCode", qr_code_data AS "qrPayload", template_id AS "templateId",
             template_version AS "templateVersion", created_at AS "createdAt", printed_at AS "printedAt", expires_at AS "expiresAt",
             revoked_at AS "revokedAt", superseded_by AS "supersededBy", checked_in_at AS "checkedInAt", checked_in_gate AS "checkedInGate",
             checked_in_device AS "checkedInDevice", pdf_file_path IS NOT NULL AND revoked_at IS NULL AS "isPrinted"
      FROM generated_tickets WHERE id IN ${ticketIds} ORDER BY id`,
    sql`
      SELECT job_id AS "jobId", ticket_id AS "ticketId", status, message, given, created_at AS "createdAt", updated_at AS "updatedAt"
      FROM ticket_generation_logs WHERE ticket_id IN ${ticketIds}
      UNION ALL
      SELECT item.job_id, item.ticket_id, item.status, item.message, item.given, item.created_at, item.updated_at
      FROM ticket_generation_logs item JOIN generation_jobs job ON job.id = item.job_id
      WHERE item.ticket_id IS NULL AND item.guest_id = ${guestId} AND job.event_id = ${eventId}
      ORDER BY 1`,
    sql`
      SELECT ticket_id AS "ticketId", direction, outcome, reason, gate, device, scan_id AS "scanId", scanned_at AS "scannedAt",
             received_at AS "receivedAt"
      FROM ticket_entries WHERE ticket_id IN ${ticketIds} ORDER BY scanned_at, id`,
    sql`
      SELECT ticket_id AS "ticketId", action, gate, device, details, created_at AS "createdAt"
      FROM ticket_audit WHERE ticket_id IN ${ticketIds} ORDER BY id`,
    sql`
      SELECT ticket_id AS "ticketId", wallet, device_id AS "deviceId", created_at AS "createdAt"
      FROM wallet_registrations WHERE ticket_id IN ${ticketIds} ORDER BY id`,
  ])
  return { guest, tickets, prints, entries, audit, wallets }
}
