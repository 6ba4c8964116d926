import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { CoreError, openCore, pagesOf, waitForBatch, waitForDownload } from '../../../bin/client/core-client.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { service } from '../../fixtures/service.ts'

const core = openCore({ url: service.url })
const eventId = nextEventId()

test('the generated part of the client is that of the contract: npm run generate:client writes it', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'generated-'))
  after(() => rm(folder, { recursive: true }))
  const client = path.join(import.meta.dirname, '../../../bin/client')
  await promisify(execFile)(process.execPath, [path.join(client, '../generate-client.ts'), path.join(folder, 'generated')])
  const read = async (at: string) =>
    Object.fromEntries(
      await Promise.all(
        (await readdir(at, { recursive: true }))
          .filter((name) => name.endsWith('.ts'))
          .map(async (name) => [name, await readFile(path.join(at, name), 'utf8')] as const),
      ),
    )
  const [now, committed] = [await read(path.join(folder, 'generated')), await read(path.join(client, 'generated'))]
  assert.deepEqual(Object.keys(now).sort(), Object.keys(committed).sort())
  for (const [name, text] of Object.entries(now))
    assert.ok(text === committed[name], `${name} is outdated: run npm run generate:client`)
})

test('a client registers, generates, waits, downloads and lists, with types from the contract', async () => {
  await core.register_event({
    path: { eventId },
    body: { title: 'Gala', startsAt: '2030-01-01T10:00:00Z', timezone: 'UTC', location: 'Paris' },
  })
  const guests = Array.from({ length: 7 }, (_, index) => ({ guestId: index + 1, firstName: 'Ada', lastName: `Guest ${index}` }))
  await core.register_guests({ path: { eventId }, body: { guests } })
  const { data } = await core.create_batch({ body: { eventId, guestIds: guests.map(({ guestId }) => guestId) } })
  const ended = await waitForBatch(core, data.batchId)
  assert.deepEqual([ended.status, ended.generatedCount], ['completed', 7])
  const file = await fetch(await waitForDownload(core, { batchId: data.batchId, format: 'pdf' }))
  assert.equal(
    Buffer.from(await file.arrayBuffer())
      .subarray(0, 5)
      .toString(),
    '%PDF-',
  )
  const listed: number[] = []
  for await (const page of pagesOf((query) => core.list_guests({ path: { eventId }, query: { ...query, limit: 3 } })))
    listed.push(...page.guests.map(({ guestId }) => guestId))
  assert.deepEqual(listed, [1, 2, 3, 4, 5, 6, 7])
  const ofBatch: (number | null)[] = []
  const path = { batchId: data.batchId }
  for await (const page of pagesOf((query) => core.get_batch_status({ path, query: { ...query, limit: 3 } })))
    ofBatch.push(...page.tickets.map(({ guestId }) => guestId))
  assert.deepEqual(ofBatch, listed)
})

test('a header that cannot be sent fails at once, as a mistake of the caller and not as an outage', async () => {
  const call = core.create_door({ path: { eventId }, body: { label: 'North' }, headers: { 'Idempotency-Key': 'two\nlines\0' } })
  await assert.rejects(call, TypeError)
})

test('a refusal is an error with a code of the contract', async () => {
  await assert.rejects(core.get_ticket({ path: { ticketId: 9_007_199_254_740_991 } }), (error) => {
    assert.ok(error instanceof CoreError)
    assert.deepEqual([error.code, error.status], ['TICKET_NOT_FOUND', 404])
    return true
  })
})

const unavailable = { success: false, error: { code: 'QUEUE_UNAVAILABLE', message: '', details: [], requestId: '' } }

/** Starts a service that answers as `answer` says, with data or, for undefined, that it is busy for a second; returns its address. */
async function startFake(answer: (request: IncomingMessage) => Promise<object | undefined>): Promise<string> {
  const server = createServer(async (request, response) => {
    const data = await answer(request)
    response.writeHead(data ? 200 : 503, { 'content-type': 'application/json', ...(data ? {} : { 'retry-after': '1' }) })
    response.end(JSON.stringify(data ? { success: true, data } : unavailable))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a busy service is asked again when it says, with the same key; nothing is given up', async () => {
  const keys: string[] = []
  const times: number[] = []
  const told: number[] = []
  const url = await startFake(async ({ headers }) => {
    keys.push(String(headers['idempotency-key']))
    times.push(performance.now())
    return keys.length < 3 ? undefined : { doorId: 1 }
  })
  const busy = openCore({ url, onRetry: ({ status }) => told.push(status) })
  assert.equal((await busy.create_door({ path: { eventId }, body: { label: 'North' } })).data.doorId, 1)
  assert.equal(new Set(keys).size, 1)
  assert.deepEqual(told, [503, 503])
  const [first = 0, second = 0] = times
  assert.ok(second - first >= 990, 'Retry-After was not waited for')
})

test('of 60 tickets asked for at once all are generated by a service that takes sixteen: the client asks again by itself', async () => {
  let [inWork, made] = [0, 0]
  const url = await startFake(async () => {
    if (inWork === 16) return undefined
    inWork += 1
    await delay(40)
    inWork -= 1
    made += 1
    return { ticketCode: `TC-${made}` }
  })
  const crowd = openCore({ url })
  const tickets = await Promise.all(
    Array.from({ length: 60 }, (_, guestId) => crowd.generate_ticket({ body: { eventId, guestId: guestId + 1 } })),
  )
  assert.equal(new Set(tickets.map(({ data }) => data.ticketCode)).size, 60)
})
