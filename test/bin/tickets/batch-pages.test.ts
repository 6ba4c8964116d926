import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Core } from '../../../bin/client/core-client.ts'
import { type BatchStatus, SettlingPages, type TicketRun } from '../../../bin/tickets/batch-pages.ts'

const pageSize = 1000

/** Answers pages of a batch whose tickets are settled as the set says, and notes which pages were read. */
function makeService(total: number, settled: Set<number>) {
  const reads: number[] = []
  const statusAfter = (cursor: number): BatchStatus => {
    reads.push(cursor / pageSize)
    const ids = Array.from({ length: Math.min(pageSize, total - cursor) }, (_, index) => cursor + index)
    const next = cursor + pageSize
    const counts = { processedCount: settled.size, generatedCount: settled.size, failedCount: 0, cancelledCount: 0 }
    return {
      ...{ batchId: 'b-1', jobId: 1, eventId: 456, status: 'processing', totalCount: total, ...counts },
      ...{ startedAt: '2026-11-22T12:00:00Z', completedAt: null, estimatedCompletion: null },
      tickets: ids.map((id) => ({
        ...{
          ticketId: id + 1,
          ticketCode: 'TC-2026-000000000000',
          guestId: id + 1,
          firstName: null,
          lastName: null,
          revokedAt: null,
          outdated: false,
          pdfUrl: null,
          error: null,
          warnings: [],
        },
        status: settled.has(id) ? 'generated' : 'pending',
      })),
      nextCursor: next < total ? String(next) : null,
    }
  }
  // Answers like the client's method, of which only this one is called.
  const core = {
    get_batch_status: async ({ query = {} }: { query?: { cursor?: string | undefined } }) => ({
      success: true,
      data: statusAfter(Number(query.cursor ?? 0)),
    }),
  } as unknown as Core
  return { reads, pages: new SettlingPages(core, 'b-1') }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)

test('a page that is settled is not read again, and one beyond what is settled not yet', async () => {
  const settled = new Set(range(0, 1500))
  const { reads, pages } = makeService(5000, settled)
  await pages.read(() => undefined)
  assert.deepEqual(reads.splice(0), [0, 1, 2])
  for (const id of range(1500, 2000)) settled.add(id)
  await pages.read(() => undefined)
  assert.deepEqual(reads.splice(0), [1, 2])
  await pages.read(() => undefined)
  assert.deepEqual(reads.splice(0), [2])
})

test('one slow ticket does not delay those after it', async () => {
  const settled = new Set(range(1, 3000))
  const { reads, pages } = makeService(5000, settled)
  const seen = new Set<number>()
  const take = ({ first, tickets }: TicketRun) => {
    assert.equal(tickets[0]?.guestId, first + 1)
    for (const { guestId, status } of tickets) if (status === 'generated') seen.add(guestId)
  }
  await pages.read(take)
  assert.equal(seen.size, 2999)
  assert.deepEqual(reads.splice(0), [0, 1, 2, 3])
  for (const id of range(3000, 5000)) settled.add(id)
  await pages.read(take)
  assert.deepEqual(reads.splice(0), [0, 3, 4])
  assert.equal(seen.size, 4999)
})
