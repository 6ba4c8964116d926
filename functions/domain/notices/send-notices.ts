import { setTimeout as delay } from 'node:timers/promises'
import { noticeSource } from '../../contract/notices.ts'
import { noticeSending } from '../../contract/retries.ts'
import * as notices from '../../database/notices.ts'
import { logger } from '../../runtime/telemetry.ts'
import type { Clients } from '../clients.ts'

const noticesPerTransaction = 500
const { pauseMs, keptDays, deletedPerStatement } = noticeSending

/**
 * Sends notices at least once, and again until `endsAt`. A failure is logged, and the next pass tries again.
 * @returns The largest lag: the age of the oldest unsent notice, in seconds.
 */
export async function keepSending(clients: Clients<'sql' | 'topic'>, endsAt: number): Promise<number> {
  let lagSeconds = 0
  do {
    const nextAt = Math.min(Date.now() + pauseMs, endsAt)
    try {
      lagSeconds = Math.max(lagSeconds, await notices.measureNoticeLag(clients.sql))
      await sendNotices(clients)
    } catch (error) {
      logger.error('Notices could not be sent', { error })
    }
    await delay(Math.max(0, nextAt - Date.now()))
  } while (Date.now() < endsAt)
  return lagSeconds
}

/** Deletes the notices that were sent more than `keptDays` ago. */
export async function deleteOldNotices({ sql }: Clients<'sql'>): Promise<void> {
  const page = { days: keptDays, limit: deletedPerStatement }
  while ((await notices.deleteSentNotices(sql, page)) === page.limit);
}

/**
 * Publishes all unsent notices. A crash publishes some again, with the same id and sequence. Concurrent calls
 * share the work.
 * @throws AggregateError of the messages that were not published; the next call tries them again.
 */
export async function sendNotices({ sql, topic }: Clients<'sql' | 'topic'>): Promise<void> {
  let taken: number
  do {
    await notices.numberNotices(sql, noticesPerTransaction)
    const faults: unknown[] = []
    taken = await sql.begin(async (transaction) => {
      const rows = await notices.lockUnsentNotices(transaction, noticesPerTransaction)
      if (rows.length === 0) return 0
      const outcome = await topic.publish(rows.map((row) => ({ id: String(row.id), type: row.type, body: messageOf(row) })))
      await notices.markNoticesSent(transaction, outcome.publishedIds.map(Number))
      faults.push(...outcome.faults)
      return rows.length
    })
    if (faults.length > 0) throw new AggregateError(faults, `Notices were not published: ${faults.length} faults`)
  } while (taken === noticesPerTransaction)
}

/**
 * Makes the CloudEvents message of a notice. That of a batch repeats its data at the top level, where
 * subscribers found it before CloudEvents.
 */
export function messageOf(row: notices.NoticeRow) {
  const { type, event_id: eventId, ticket_id: ticketId, guest_id: guestId } = row
  const data = { eventId, ...(ticketId && { ticketId }), ...(guestId && { guestId }), ...row.data }
  return {
    ...(type === 'batch.completed' ? data : {}),
    specversion: '1.0',
    id: String(row.id),
    source: noticeSource,
    type,
    subject: subjectOf(row),
    time: row.changed_at.toISOString(),
    datacontenttype: 'application/json',
    sequence: String(row.sequence).padStart(19, '0'),
    data,
  }
}

function subjectOf({ type, event_id, ticket_id, guest_id, data }: notices.NoticeRow): string {
  if (type === 'batch.completed') return `batches/${data.batchId}`
  if (type === 'guest.erased') return `events/${event_id}/guests/${guest_id}`
  return ticket_id ? `tickets/${ticket_id}` : `events/${event_id}`
}
