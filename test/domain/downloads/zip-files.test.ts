import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { zipFiles } from '../../../functions/domain/downloads/zip-files.ts'

test('files are packed with backpressure', async () => {
  let packed = 0
  const entries = async function* () {
    for (; packed < 1000; packed++) yield { name: `${packed}.pdf`, content: Buffer.alloc(100_000) }
  }
  const archive = zipFiles(entries(), new Date(0))[Symbol.asyncIterator]()
  let bytes = (await archive.next()).value.length
  for (let turn = 0; turn < 5000; turn++) await setImmediate()
  assert.ok(packed < 10, `${packed} files are packed and wait`)
  for (let next = await archive.next(); !next.done; next = await archive.next()) bytes += next.value.length
  assert.equal(packed, 1000)
  assert.ok(bytes > 100_000_000)
})
