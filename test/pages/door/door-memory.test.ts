import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forgetPastEvents, openDoorMemory } from '../../../functions/pages/door/door-memory.ts'
import { makeStorage } from './fake-storage.ts'

const now = new Date('2026-06-12T20:00:00Z')
const scan = {
  scanId: 's-1',
  scannedAt: now.toISOString(),
  qr: 'TK1:A',
  ticketCode: 'TC-2026-000000000001',
  wasSent: false,
  direction: 'in',
  clockOffsetMs: null,
} as const

function openUsed(eventId: number, storage: Storage, until: Date | undefined) {
  const memory = openDoorMemory(eventId, storage)
  if (until) memory.keepUntil(until)
  memory.keepPassage('TC-2026-000000000001', { at: now.toISOString(), direction: 'in', entryCount: 1 })
  memory.keepAdmission({
    ...{ id: 's-1', shown: { qr: 'TK1:A' }, direction: 'in', name: 'Ada Lovelace' },
    ...{ ticketCode: null, ticketId: 1, key: null, before: null },
  })
  memory.addConcerns([
    { id: 'double:1', name: 'Ada Lovelace', title: { word: 'undone', values: { who: 'Ada Lovelace' } }, lines: [] },
  ])
  return memory
}

test('of a past event only waiting scans and check-ins stay, without names; a current event is untouched', () => {
  const storage = makeStorage({ 'door:pass': 'https://example.com/door#pass=x', other: 'theirs' })
  openUsed(1, storage, now)
  openUsed(12, storage, undefined)
  openUsed(13, storage, new Date(now.getTime() + 1))
  openUsed(14, storage, now).addWaiting(scan)
  forgetPastEvents(now, storage)
  const left = new Set(Object.keys(storage).map((name) => name.split(':').slice(0, 2).join(':')))
  assert.deepEqual([...left].toSorted(), ['door:13', 'door:14', 'door:pass', 'other'])
  assert.deepEqual(openDoorMemory(14, storage).waiting(), [scan])
  assert.deepEqual([openDoorMemory(14, storage).lastAdmission(), openDoorMemory(14, storage).concerns()], [null, []])
  assert.equal(openDoorMemory(13, storage).passageOf('TC-2026-000000000001')?.at, now.toISOString())
})

test('forgetting names keeps the waiting scans', () => {
  const storage = makeStorage()
  const memory = openUsed(1, storage, now)
  memory.addWaiting(scan)
  memory.forgetNames()
  assert.doesNotMatch(JSON.stringify(storage), /Ada/)
  assert.deepEqual([memory.lastAdmission(), memory.concerns(), memory.waiting()], [null, [], [scan]])
})
