import * as z from 'zod'
import { errorCodes } from './errors.ts'
import { batchId, id } from './schemas/values.ts'

const ofTicket = z.object({ eventId: id, ticketId: id, guestId: id })
const count = z.int().min(0)

const batchCompleted = z.object({
  batchId,
  jobId: id,
  eventId: id,
  status: z.enum(['completed', 'cancelled']),
  totalCount: count,
  generatedCount: count,
  failedCount: count,
  cancelledCount: count,
  completedAt: z.iso.datetime(),
})

/** The notices by type, each with the schema of its `data`: ids and codes, no personal data. */
export const notices = {
  'batch.completed': { meaning: 'A batch has ended. It ends again after a retry.', data: batchCompleted },
  'ticket.generated': { meaning: 'A ticket was printed, for the first time or again.', data: ofTicket },
  'ticket.failed': {
    meaning: 'A guest of a job gets no ticket; a guest who is not registered has no `ticketId`.',
    data: ofTicket.partial({ ticketId: true }).extend({ jobId: id, code: z.enum(Object.keys(errorCodes)) }),
  },
  'ticket.revoked': { meaning: 'A code admits nobody any more. Reissuing revokes the former code.', data: ofTicket },
  'ticket.reissued': { meaning: 'A ticket was superseded by `newTicketId`.', data: ofTicket.extend({ newTicketId: id }) },
  'ticket.checked_in': {
    meaning: 'A guest entered, an exit was undone, or the ticket took over an entry of the one it supersedes.',
    data: ofTicket,
  },
  'ticket.checked_out': {
    meaning: 'A guest left, an entry was undone, or the ticket took over an exit of the one it supersedes.',
    data: ofTicket,
  },
  'scan.double_entry': {
    meaning: "An uploaded offline scan let a ticket in against the event's policy.",
    data: ofTicket.extend({ scanId: z.guid() }),
  },
  'guest.erased': {
    meaning: 'A guest was erased: forget what you hold of them too.',
    data: z.object({ eventId: id, guestId: id }),
  },
  'event.changed': {
    meaning: 'The facts of an event changed; its tickets may be outdated.',
    data: z.object({ eventId: id, revision: z.int().min(1) }),
  },
} as const satisfies Record<string, { meaning: string; data: z.ZodObject }>

/** The type of a notice. */
export type NoticeType = keyof typeof notices

/**
 * The message of a notice: CloudEvents 1.0 in JSON, with the extension `sequence`. Sources: CloudEvents 1.0.2,
 * "JSON Event Format"; CloudEvents extensions, "Sequence".
 */
export function noticeSchema(type: string, data: z.ZodObject) {
  return z.object({
    specversion: z.literal('1.0'),
    id: z
      .string()
      .regex(/^[0-9]+$/)
      .meta({ description: 'The same whenever this notice is delivered again.' }),
    source: z.literal(noticeSource),
    type: z.literal(type),
    subject: z
      .string()
      .meta({ description: 'What changed: `tickets/<id>`, `batches/<id>`, `events/<id>` or `events/<id>/guests/<id>`.' }),
    time: z.iso.datetime(),
    datacontenttype: z.literal('application/json'),
    sequence: z
      .string()
      .regex(/^[0-9]{19}$/)
      .meta({ description: 'Orders the notices of an event; digits, so that texts compare like numbers.' }),
    data,
  })
}

const exampleData: Record<string, unknown> = {
  ...{ eventId: 456, guestId: 123, ticketId: 789, newTicketId: 790, jobId: 12, batchId: 'batch-789', revision: 2 },
  ...{ totalCount: 3, generatedCount: 3, failedCount: 0, cancelledCount: 0, status: 'completed', code: 'MISSING_DATA' },
  ...{ completedAt: '2026-06-12T18:03:22.000Z', scanId: '0190f0a2-7c1e-7d3a-9b55-1f2e3d4c5b6a' },
}

const exampleSubjects: Record<string, string> = {
  batch: 'batches/batch-789',
  event: 'events/456',
  guest: 'events/456/guests/123',
}

/** Writes a notice as an example of its type. */
export function noticeExample(type: string, { shape }: z.ZodObject) {
  const data = Object.fromEntries(Object.keys(shape).map((name) => [name, exampleData[name]]))
  const [noun = ''] = type.split('.')
  return {
    ...{ specversion: '1.0', id: '8123', source: noticeSource, type, subject: exampleSubjects[noun] ?? 'tickets/789' },
    ...{ time: '2026-06-12T18:03:22.417Z', datacontenttype: 'application/json', sequence: '0000000000000008097' },
    data,
    // The oldest notice repeats its data for older consumers.
    ...(type === 'batch.completed' ? data : {}),
  }
}

/** The path at which the local server lists the notices it sent, for `tickets notices`. On AWS, subscribe to the topic. */
export const localNoticesPath = '/local/notices'

/** The `source` of all notices. */
export const noticeSource = '/ticket-generator'

/** The data of `batch.completed`, which older consumers read outside of `data`. */
export type BatchCompleted = z.output<typeof batchCompleted>
