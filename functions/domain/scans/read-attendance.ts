import type * as z from 'zod'
import type { attendanceAnswer } from '../../contract/schemas/list-answers.ts'
import type { Sql } from '../../database/client.ts'
import { countScans, countTickets, type ScanCounts } from '../../database/entry-lists.ts'
import { requireEvent } from '../events/read-events.ts'

type Attendance = z.input<typeof attendanceAnswer>

/** Counts who came to an event. @throws EventNotFoundError. */
export async function readAttendance(sql: Sql, eventId: number): Promise<Attendance> {
  await requireEvent(sql, eventId)
  const [scans, tickets] = await Promise.all([countScans(sql, eventId), countTickets(sql, eventId)])
  const total = scans.find(({ group }) => group === 'total')
  const all = tickets.find(({ isTotal }) => isTotal)
  const byType = new Map(scans.flatMap((one) => (one.group === 'type' && passed(one) ? [[one.name, one] as const] : [])))
  const numbers = ({ entries, exits, doubleEntries }: ScanCounts = none) => ({ entries, exits, doubleEntries })
  const refused = ({ refused }: ScanCounts = none) => ({ refused })
  const types = new Map(tickets.filter(({ isTotal }) => !isTotal).map((one) => [one.ticketType, one]))
  return {
    eventId,
    totals: { ...ticketsOf(all), ...numbers(total), ...refused(total) },
    byTicketType: [...new Set([...types.keys(), ...byType.keys()])].map((ticketType) => ({
      ticketType,
      ...ticketsOf(types.get(ticketType)),
      ...numbers(byType.get(ticketType)),
    })),
    byGate: scans.flatMap((one) => (one.group === 'gate' ? [{ gate: one.name, ...numbers(one), ...refused(one) }] : [])),
    byHour: scans.flatMap((one) => (one.hour ? [{ from: one.hour.toISOString(), ...numbers(one), ...refused(one) }] : [])),
  }
}

/** Distinguishes scans of guests without a ticket type from scans of codes without a guest. */
function passed({ entries, exits, doubleEntries }: ScanCounts): boolean {
  return entries + exits + doubleEntries > 0
}

const none: ScanCounts = { group: 'total', name: null, hour: null, entries: 0, exits: 0, doubleEntries: 0, refused: 0 }

function ticketsOf({ tickets, entered, inside } = { tickets: 0, entered: 0, inside: 0 }) {
  return { tickets, entered, inside }
}

/**
 * Writes the attendance as CSV, one line per group. Text that a spreadsheet would read as a formula is
 * escaped.
 */
export async function writeAttendance({ totals, byTicketType, byGate, byHour }: Attendance): Promise<Buffer> {
  const { stringify } = await import('csv-stringify/sync')
  const lines = [
    { group: 'total', name: '', ...totals },
    ...byTicketType.map(({ ticketType, ...counts }) => ({ group: 'ticket type', name: ticketType, ...counts })),
    ...byGate.map(({ gate, ...counts }) => ({ group: 'gate', name: gate, ...counts })),
    ...byHour.map(({ from, ...counts }) => ({ group: 'hour', name: from, ...counts })),
  ]
  const columns = ['group', 'name', 'tickets', 'entered', 'inside', 'entries', 'exits', 'doubleEntries', 'refused']
  return Buffer.from(stringify(lines, { header: true, columns, escape_formulas: true, record_delimiter: 'windows' }))
}
