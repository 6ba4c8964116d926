import type { Queryable } from './client.ts'

/** Is something that was done to a door, a list of scans or many tickets. */
export interface AuditEntry {
  action: 'scans' | 'door_made' | 'door_withdrawn'
  eventId: number
  doorId: number | null
  details: Record<string, string | number>
}

/** Writes down what was done. */
export async function noteAction(sql: Queryable, { action, eventId, doorId, details }: AuditEntry): Promise<void> {
  await sql`
    INSERT INTO ticket_audit (action, event_id, door_id, details) VALUES (${action}, ${eventId}, ${doorId}, ${sql.json(details)})`
}
