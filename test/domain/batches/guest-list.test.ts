import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guestListAnswer } from '../../../functions/contract/schemas/answers.ts'
import { batchRequest, uploadedList } from '../../../functions/contract/schemas/requests.ts'
import { acceptBatch } from '../../../functions/domain/batches/accept-batch.ts'
import { openGuestList } from '../../../functions/domain/batches/guest-list.ts'
import { openClients } from '../../../functions/runtime/clients.ts'
import { service } from '../../fixtures/batches.ts'
import { nextEventId } from '../../fixtures/ids.ts'

const { accept, call, ended, plainTemplate, registerGuests, request, sql } = service
const day = 24 * 60 * 60 * 1000

/** Uploads a guest list of an event and returns its id. */
async function upload(eventId: number, list: string | Buffer<ArrayBuffer>): Promise<string> {
  const answer = guestListAnswer.strict().parse(await request('POST', `/api/events/${eventId}/guest-lists`, undefined, 201))
  const { status } = await fetch(answer.uploadUrl, { method: 'PUT', headers: answer.headers, body: list })
  assert.equal(status, 200)
  return answer.guestListId
}

/** Sends an uploaded list as a batch, and returns the error that it is refused with. */
async function refusal(eventId: number, list: string | Buffer<ArrayBuffer>) {
  const body = {
    eventId,
    templateId: plainTemplate,
    guestListId: await upload(eventId, list),
    options: { batchId: `list-${eventId}` },
  }
  const { status, json } = await call('POST', '/api/tickets/batch', body)
  assert.equal((await call('GET', `/api/batches/list-${eventId}/status`)).status, 404)
  return [status, json.error.code, json.error.message, json.error.details]
}

test('an uploaded list makes a batch: data is registered, a guest counts once, and blank lines are skipped', async () => {
  const eventId = nextEventId()
  await registerGuests(eventId, 2)
  const lines = [
    '\uFEFF{"guestId":2}\r',
    '',
    '{"guestId":7,"data":{"firstName":"Zoë\u2028","lastName":"Été","order":12345678901234567890}}',
    '{"guestId":2,"data":{"firstName":"Second line"}}',
    '{"guestId":1,"data":{"firstName":"Renamed"}}',
  ]
  const { batchId } = await accept({ eventId, guestListId: await upload(eventId, lines.join('\n')) })
  const { totalCount, generatedCount, tickets } = await ended(batchId)
  assert.deepEqual([totalCount, generatedCount], [3, 3])
  assert.deepEqual(
    tickets.map(({ guestId, firstName }) => [guestId, firstName]),
    [
      [2, 'Guest'],
      [7, 'Zoë'],
      [1, 'Renamed'],
    ],
  )
  const [row] = await sql`SELECT data FROM guests WHERE event_id = ${eventId} AND id = 7`
  assert.deepEqual(row?.data, { order: '12345678901234567890' })
})

test('every invalid line is named with its number and field, and nothing is written', async () => {
  const eventId = nextEventId()
  await registerGuests(eventId, 1)
  const lines = [
    '{"guestId":1}',
    '{"guestId":0,"data":{"email":"nobody"}}',
    '{"guestId":12345678901234567890}',
    '[',
    '{"guestId":3,"data":{"__proto__":1}}',
    `{"guestId":4,"data":{"x":${'['.repeat(20)}${']'.repeat(20)}}}`,
    '{"guestId":5,"seat":"B 12"}',
    `{"guestId":6,"data":{"x":"${'y'.repeat(3000)}"}}`,
    '7',
    '{}',
  ]
  const list = Buffer.concat([
    Buffer.from(`${lines.join('\n')}\n{"guestId":8,"data":{"x":"`),
    Buffer.of(0xe9),
    Buffer.from('"}}\n'),
  ])
  const [status, code, message, details] = await refusal(eventId, list)
  assert.deepEqual([status, code, message], [400, 'VALIDATION_FAILED', 'The guest list is not valid; see details.'])
  assert.deepEqual(
    details.map(({ path, problem }: { path: string; problem: string }) => `${path}: ${problem}`),
    [
      'line 2, guestId: must be an integer from 1 to 9007199254740991',
      'line 2, data.email: must be an e-mail address',
      'line 3, guestId: must be an integer from 1 to 9007199254740991',
      'line 4: is not valid JSON: Unexpected end of JSON input',
      'line 5: must not use __proto__: it is not allowed as a name',
      'line 6: must nest at most 16 levels deep',
      'line 7, seat: is not a field that this route takes',
      'line 8, data.x: must be at most 2000 characters',
      'line 9: must be an object',
      'line 10, guestId: is required: an integer',
      'line 11: must be UTF-8',
    ],
  )
})

test('of many invalid lines the first hundred are named, and what was written before them is undone', async () => {
  const eventId = nextEventId()
  await registerGuests(eventId, 1)
  const good = Array.from({ length: 100_000 }, (_, index) => `{"guestId":${index + 1}}`)
  const [status, , message, details] = await refusal(eventId, [...good, ...Array(1000).fill('{"guestId":"x"}')].join('\n'))
  assert.deepEqual([status, message], [400, 'The guest list is not valid; details lists its first 100 problems.'])
  assert.equal(details.length, 100)
  assert.deepEqual(details[99].path, 'line 100100, guestId')
})

test('an empty list, and one with an endless line, are refused', async () => {
  const eventId = nextEventId()
  await registerGuests(eventId, 1)
  assert.deepEqual((await refusal(eventId, '\n\n'))[3], [{ path: 'guestListId', problem: 'must list at least one guest' }])
  const endless = `{"guestId":1}\n{"guestId":2,"data":{"x":"${'y'.repeat(3_000_000)}"}}\n{"guestId":0}`
  assert.deepEqual((await refusal(eventId, endless))[3], [{ path: 'line 2', problem: 'must be at most 131072 bytes' }])
})

test('the same list again returns the same batch, another list is a conflict', async () => {
  const eventId = nextEventId()
  await registerGuests(eventId, 2)
  const options = { batchId: `list-${eventId}` }
  const send = async (list: string) =>
    await call('POST', '/api/tickets/batch', {
      eventId,
      templateId: plainTemplate,
      guestListId: await upload(eventId, list),
      options,
    })
  const first = await send('{"guestId":1}\n{"guestId":2}\n')
  const again = await send('{"guestId":1}\n{"guestId":2}\n')
  assert.deepEqual([first.status, again.status, again.json.data.jobId], [202, 202, first.json.data.jobId])
  assert.equal((await send('{"guestId":1}\n')).json.error.code, 'BATCH_CONFLICT')
})

test('a list that was not uploaded, or of another event, is not found', async () => {
  const eventId = nextEventId()
  await registerGuests(eventId, 1)
  const { guestListId } = await request<{ guestListId: string }>('POST', `/api/events/${eventId}/guest-lists`, undefined, 201)
  const ofOther = await upload(nextEventId(), '{"guestId":1}')
  for (const id of [guestListId, ofOther]) {
    const { status, json } = await call('POST', '/api/tickets/batch', { eventId, templateId: plainTemplate, guestListId: id })
    assert.deepEqual([status, json.error.code], [404, 'GUEST_LIST_NOT_FOUND'])
    assert.equal(
      json.error.message,
      `The guest list ${id} of event ${eventId} is not stored: it was not uploaded, or more than a day ago. Upload it with POST /api/events/${eventId}/guest-lists.`,
    )
  }
})

test('a list is valid for a day, and refused unread if it is too large', async () => {
  const { storage } = await openClients(['storage'])
  const eventId = nextEventId()
  const guestListId = await upload(eventId, '{"guestId":1}')
  const found = await storage.findUpload(`uploads/${eventId}/${guestListId}`)
  assert.ok(found)
  const openAs = (change: object) =>
    openGuestList({ storage: { ...storage, findUpload: async () => ({ ...found, ...change }) } }, { eventId, guestListId })
  await openAs({ uploadedAt: new Date(Date.now() - day + 10_000), bytes: uploadedList.mostBytes })
  await assert.rejects(openAs({ uploadedAt: new Date(Date.now() - day - 1000) }), { code: 'GUEST_LIST_NOT_FOUND' })
  await assert.rejects(openAs({ bytes: 100_000_001 }), {
    code: 'PAYLOAD_TOO_LARGE',
    message: 'The guest list is 100000001 bytes; at most 100000000 are allowed.',
  })
})

test('a list that is replaced while it is read makes no batch', async () => {
  const clients = await openClients(['sql', 'signer', 'queues', 'storage', 'preparer'])
  const eventId = nextEventId()
  await registerGuests(eventId, 1)
  const { guestListId, uploadUrl, headers } = guestListAnswer.parse(
    await request('POST', `/api/events/${eventId}/guest-lists`, undefined, 201),
  )
  const put = (body: string) => fetch(uploadUrl, { method: 'PUT', headers, body })
  await put('{"guestId":1}')
  const findUpload = async (key: string) => {
    const found = await clients.storage.findUpload(key)
    await put('{"guestId":2}')
    return found
  }
  const body = batchRequest.parse({ eventId, templateId: plainTemplate, guestListId })
  const storage = { ...clients.storage, findUpload }
  await assert.rejects(acceptBatch({ ...clients, storage }, body), { code: 'STORAGE_UNAVAILABLE' })
})

test('a batch names its guests in one of three ways', async () => {
  const eventId = nextEventId()
  await registerGuests(eventId, 1)
  const guestListId = await upload(eventId, '{"guestId":1}')
  for (const guests of [{}, { guestListId, guestIds: [1] }, { guestListId, guests: [{ guestId: 1 }] }]) {
    const { status, json } = await call('POST', '/api/tickets/batch', { eventId, templateId: plainTemplate, ...guests })
    assert.deepEqual(
      [status, json.error.details[0].problem],
      [400, 'is required, or guests, or guestListId, and only one of them'],
    )
  }
})
