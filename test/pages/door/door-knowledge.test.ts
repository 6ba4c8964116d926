import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refreshKnowledge } from '../../../functions/pages/door/door-knowledge.ts'
import { openDoorMemory } from '../../../functions/pages/door/door-memory.ts'
import type { Service } from '../../../functions/pages/door/service-calls.ts'
import { makeStorage } from './fake-storage.ts'

test('a revocation list that makes no progress is requested once and not taken as complete', async () => {
  const memory = openDoorMemory(1, makeStorage())
  let askedCount = 0
  const service = {
    fetchKeys: async () => ({ keys: [] }),
    fetchRevocations: async (after: number) => {
      if (++askedCount > 3) assert.fail('It asks for ever.')
      return { through: askedCount === 1 ? 500 : after, latest: 700, count: 1, list: 'x' }
    },
  }
  await assert.rejects(refreshKnowledge(service as unknown as Service, memory), /do not continue after 500/)
  assert.deepEqual([askedCount, memory.read('lists', [])], [2, []])
})

test('a list without codes that brings numbers is kept, and one that brings none only until the next', async () => {
  const memory = openDoorMemory(1, makeStorage())
  const ends = [5, 5, 6, 6, 6]
  const service = {
    fetchKeys: async () => ({ keys: [] }),
    fetchRevocations: async () => ({ through: ends[0], latest: ends[0], list: `to ${ends.shift()}` }),
  }
  for (let round = 0; round < 5; round++) await refreshKnowledge(service as unknown as Service, memory)
  const lists = memory.read<{ list: string }[]>('lists', [])
  assert.deepEqual(
    lists.map(({ list }) => list),
    ['to 5', 'to 6', 'to 6'],
  )
})
