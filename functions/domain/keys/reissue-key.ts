import { randomUUID } from 'node:crypto'
import type { Queryable } from '../../database/client.ts'
import { lockGuests } from '../../database/guests.ts'
import { type BatchRow, insertBatch } from '../../database/jobs.ts'
import { findTicketsOfKey, repairKeyIds } from '../../database/revocations.ts'
import type { TicketRow } from '../../database/tickets.ts'
import { insertItems } from '../../database/work-items.ts'
import { currentOrigin } from '../../runtime/tracing.ts'
import { compactHeadOf } from '../../trust/qr-payload.ts'
import { startPrinting } from '../batches/prepare-batch.ts'
import { deferToSweeper } from '../batches/send-chunks.ts'
import type { Clients, SigningTransaction } from '../clients.ts'
import { hashContent } from '../content-hash.ts'
import { KeyInUseError, KeyNotFoundError } from '../errors.ts'
import { replaceTickets } from '../tickets/write-tickets.ts'

const maxTickets = 10_000

/**
 * Reissues tickets signed by a retired key, as one batch of one event. Repeat the call until `remainingCount`
 * is 0. @throws KeyInUseError when the key is not retired,
 * KeyNotFoundError when there is none.
 */
export async function reissueKey(clients: Clients<'sql' | 'signer' | 'queues' | 'preparer'>, kid: number) {
  if (clients.signer.hasKey(kid)) throw new KeyInUseError(kid)
  // The last call of a reissue reads every ticket once, so that none is missed for a missing key id.
  const indexed = await findTicketsOfKey(clients.sql, kid, 0)
  if (indexed.totalCount <= maxTickets) await repairKeyIds(clients.sql, kid, compactHeadOf(kid))
  const { batch, remainingCount } = await clients.sql.begin((transaction) =>
    writeBatch({ sql: transaction, signer: clients.signer }, kid),
  )
  if (!batch && !clients.signer.knowsKey(kid)) throw new KeyNotFoundError(kid)
  if (!batch) return { kid, batchId: null, eventId: null, reissuedCount: 0, remainingCount }
  await startPrinting(clients, batch, []).catch(deferToSweeper)
  return { kid, batchId: batch.batch_id, eventId: batch.event_id, reissuedCount: batch.total_count, remainingCount }
}

interface WrittenBatch {
  batch: BatchRow | undefined
  remainingCount: number
}

async function writeBatch(clients: SigningTransaction, kid: number): Promise<WrittenBatch> {
  const { sql } = clients
  const { tickets, totalCount } = await lockTickets(sql, kid)
  const [first] = tickets
  if (!first) return { batch: undefined, remainingCount: totalCount }
  const batch = await openBatch(sql, `reissue-${kid}-${randomUUID()}`, tickets)
  const made = await replaceTickets(clients, {
    jobId: batch.id,
    eventId: first.event_id,
    ticketIds: tickets.map(({ id }) => id),
  })
  await insertItems(
    sql,
    batch.id,
    tickets.flatMap(({ guest_id: guestId }) => {
      const ticketId = made.get(guestId)
      return ticketId ? [{ guestId, ticketId }] : []
    }),
  )
  return { batch, remainingCount: totalCount - tickets.length }
}

/** Locks the guests of a key's tickets, then reads the tickets again: a concurrent call gets the others. */
async function lockTickets(sql: Queryable, kid: number): Promise<{ tickets: TicketRow[]; totalCount: number }> {
  const { tickets } = await findTicketsOfKey(sql, kid, maxTickets)
  const [first] = tickets
  if (!first) return { tickets, totalCount: 0 }
  const guestIds = tickets.map(({ guest_id }) => guest_id)
  await lockGuests(sql, first.event_id, guestIds)
  const locked = new Set(tickets.map(({ id }) => id))
  const now = await findTicketsOfKey(sql, kid, maxTickets)
  return { tickets: now.tickets.filter(({ id }) => locked.has(id)), totalCount: now.totalCount }
}

async function openBatch(sql: Queryable, batchId: string, tickets: TicketRow[]): Promise<BatchRow> {
  const [first] = tickets
  const batch =
    first &&
    (await insertBatch(sql, {
      batch_id: batchId,
      request_hash: hashContent({ batchId, ticketIds: tickets.map(({ id }) => id) }),
      event_id: first.event_id,
      template_id: first.template_id,
      template_version: first.template_version,
      version_named: false,
      priority: 'normal',
      total_count: tickets.length,
      qr_options: {},
      valid_from: null,
      expires_at: null,
      request_id: currentOrigin().requestId ?? null,
    }))
  if (!batch) throw new Error(`The batch id ${batchId} is taken.`)
  return batch
}
