import type * as z from 'zod'
import type { entriesAnswer } from '../../contract/schemas/list-answers.ts'
import type { entriesQuery } from '../../contract/schemas/lists.ts'
import type { Sql } from '../../database/client.ts'
import { type ListedEntry, listEntries as listRows } from '../../database/entry-lists.ts'
import { requireEvent } from '../events/read-events.ts'
import { endPage, startPage } from '../paging.ts'

type Answer = z.input<typeof entriesAnswer>

/** Lists one page of the scans of an event. @throws EventNotFoundError. */
export async function listEntries(sql: Sql, eventId: number, query: z.output<typeof entriesQuery>): Promise<Answer> {
  await requireEvent(sql, eventId)
  const start = await startPage(sql, query, eventId)
  const { shown, ...leadsOn } = endPage(start, await listRows(sql, start, query))
  return { entries: shown.map(describeEntry), ...leadsOn }
}

/** Describes a scan in a list. */
export function describeEntry(row: ListedEntry): Answer['entries'][number] {
  return {
    id: row.id,
    ticketId: row.ticket_id,
    ticketCode: row.ticket_code,
    guestId: row.guest_id,
    direction: row.direction,
    outcome: row.outcome === 'double' ? 'double_entry' : row.outcome,
    reason: row.reason,
    doorId: row.door_id,
    gate: row.gate,
    device: row.device,
    scanId: row.scan_id,
    offline: row.offline,
    scannedAt: row.scanned_at.toISOString(),
    clamped: row.device_time !== null,
    deviceTime: row.device_time?.toISOString() ?? null,
    receivedAt: row.received_at.toISOString(),
    updatedAt: row.changed_at.toISOString(),
  }
}
