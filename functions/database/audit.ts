import type { Queryable } from './client.ts'

/** An audited action on a door or an upload of scans. */
export interface AuditEntry {
  action: 'scans' | 'door_made' | 'door_withdrawn'
  eventId: number
  doorId: number | null
  details: Record<string, string | number>
}

/** Writes an action to the audit log. */
export async function recordAction(sql: Queryable, { action, eventId, doorId, details }: AuditEntry): Promise<void> {
  await sql`
    INSERT INTO ticket_audit (action, event_id, door_id, details) VALUES (${action}, ${eventId}, ${doorId}, ${sql.json(details)})`
}
