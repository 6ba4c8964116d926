import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { metricsFilesOf } from '../../../bin/local/process/metrics-file.ts'
import { service } from '../../fixtures/batches.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { nextEventId } from '../../fixtures/ids.ts'

const { registerGuests, request, stateFolder } = service

/** Adds up how many guests were counted as let in. */
function admitted(): number {
  const lines = readFileSync(metricsFilesOf(stateFolder).newer, 'utf8').trimEnd().split('\n')
  const counts = lines.map((line) => JSON.parse(line)).filter(({ outcome }) => outcome === 'admitted')
  return counts.reduce((sum, { check_ins_total: count }) => sum + [count].flat().length, 0)
}

test('a repeated scan gets the same answer and is counted once', async () => {
  const eventId = nextEventId()
  const guestIds = await registerGuests(eventId, 2)
  const ticketIds: number[] = []
  for (const guestId of guestIds)
    ticketIds.push((await request<{ ticketId: number }>('POST', '/api/tickets/generate', { eventId, guestId }, 201)).ticketId)
  const before = admitted()
  const scan = (ticketId: number | undefined, scanId: string) => request('POST', `/api/tickets/${ticketId}/check-in`, { scanId })
  const scanId = randomUUID()
  const first = await scan(ticketIds[0], scanId)
  assert.deepEqual(await scan(ticketIds[0], scanId), first)
  await scan(ticketIds[1], randomUUID())
  await eventually('the last guest is counted', () => admitted() >= before + 2)
  assert.equal(admitted(), before + 2)
})
