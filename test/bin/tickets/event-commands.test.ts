import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { openCore, waitForBatch } from '../../../bin/client/core-client.ts'
import { downloadBatch } from '../../../bin/tickets/batch-commands.ts'
import * as events from '../../../bin/tickets/event-commands.ts'
import { openProgress } from '../../../bin/tickets/progress-line.ts'
import { checkInTicket, reissueTicket, revokeTicket } from '../../../bin/tickets/ticket-commands.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { registerDemoGuests, service } from '../../fixtures/service.ts'

const event = nextEventId()
await registerDemoGuests(event)
const { signal } = new AbortController()
const core = openCore({ url: service.url, signal })
const session = {
  core,
  url: service.url,
  progress: openProgress(process.stderr, { isQuiet: true }),
  signal,
  commandLine: (words: readonly string[]) => words.join(' '),
}
const folder = await mkdtemp(path.join(os.tmpdir(), 'core-commands-'))
after(() => rm(folder, { recursive: true }))

test('a ticket is checked in, reissued and revoked from the command line', async () => {
  const { ticketId } = (await core.generate_ticket({ body: { eventId: event, guestId: 123 } })).data
  assert.match(
    (await checkInTicket.run(session, { ticketId, gate: 'North', undo: false, out: false })).lines.join(),
    /is checked in/,
  )
  assert.match((await events.showAttendance.run(session, { event })).lines.join('\n'), /^1 of 1 tickets[\s\S]*North: 1/)
  assert.match((await reissueTicket.run(session, { ticketId })).lines.join(), new RegExp(`replaces ticket ${ticketId}`))
  const other = (await core.generate_ticket({ body: { eventId: event, guestId: 124 } })).data
  assert.match((await revokeTicket.run(session, { ticketId: other.ticketId })).lines.join(), /is revoked/)
})

test('events, guests and templates are listed from the command line', async () => {
  assert.match((await events.listEvents.run(session, {})).lines.join('\n'), new RegExp(`^${event}  `, 'm'))
  const found = (await events.listGuests.run(session, { event, search: undefined })).lines
  assert.ok(found.length > 3 && found.some((line) => line.startsWith('123  ')))
  assert.match((await events.listTemplates.run(session, {})).lines.join('\n'), /^1 {2}/)
})

test('a door is made, and a batch is downloaded as one file', async () => {
  const door = await events.makeDoor.run(session, { event, label: 'North', expires: undefined, guestList: true })
  assert.match(door.lines[1] ?? '', /\/door#.*&guests=1&/)
  const { batchId } = (await core.create_batch({ body: { eventId: event, guestIds: [125] } })).data
  await waitForBatch(core, batchId)
  const out = path.join(folder, 'tickets.pdf')
  await downloadBatch.run(session, { batchId, format: 'pdf', out })
  assert.equal((await readFile(out)).subarray(0, 5).toString(), '%PDF-')
})
