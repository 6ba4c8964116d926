import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ticketsPerChunk } from '../../../functions/contract/queues.ts'
import { chunksOf } from '../../../functions/domain/batches/send-chunks.ts'

const sizes = (count: number) => chunksOf(7, idsTo(count)).map(({ itemIds }) => itemIds.length)
const idsTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

test('the first chunks of a batch are small, so that its first tickets appear soon', () => {
  assert.deepEqual(sizes(200), [10, 10, 40, 40, 40, 40, 20])
  assert.deepEqual(sizes(12), [10, 2])
  assert.deepEqual(sizes(0), [])
})

test('every item is in one chunk, in order, and none is larger than a renderer takes', () => {
  const chunks = chunksOf(7, idsTo(1234))
  assert.deepEqual(
    chunks.flatMap(({ itemIds }) => itemIds),
    idsTo(1234),
  )
  assert.ok(chunks.every(({ jobId, itemIds }) => jobId === 7 && itemIds.length <= ticketsPerChunk))
})
