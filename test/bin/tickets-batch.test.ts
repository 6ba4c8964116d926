import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeFile, makeFolder, makeGuestFile, runTickets } from './command-line.ts'
import { batch, calls, refusal, service, useFakeService } from './fake-service.ts'

useFakeService()

test('a batch registers its guests, is sent once, and exits with 0', async () => {
  const run = await runTickets(batch('--guests', makeGuestFile(3), '--template', '2', '--batch-id', 'b-1', '--priority', 'high'))
  assert.equal(run.code, 0, run.stderr)
  assert.equal(run.stdout, '3 generated in 10.0 s, 0.3 tickets/s (batch b-1).\n')
  assert.deepEqual(calls(), [
    'GET /api/templates/2',
    'PUT /api/events/456/guests',
    'POST /api/tickets/batch',
    'GET /api/batches/b-1/status',
  ])
  assert.deepEqual(service.received[1]?.body.guests?.[1], { guestId: 2, firstName: 'Ada', lastName: 'Lovelace' })
  const options = { batchId: 'b-1', priority: 'high' }
  assert.deepEqual(service.received[2]?.body, { eventId: 456, templateId: 2, guestIds: [1, 2, 3], options })
})

test('more guests than a body holds are uploaded as a list', async () => {
  service.ticketsEachPoll = 100_000
  service.fault(/^PUT \/uploads\//, { status: 503, body: '<Error><Code>SlowDown</Code></Error>' })
  const run = await runTickets(batch('--guests', makeGuestFile(50_001), '--batch-id', 'b-1'))
  assert.equal(run.code, 0, run.stderr)
  assert.match(run.stdout, /^50,001 generated/)
  const path = '/uploads/456/0b8e7c5a-6f1d-4c2b-9a3e-5d4c3b2a1f00'
  assert.deepEqual(calls().slice(6, 10), [
    'POST /api/events/456/guest-lists',
    `PUT ${path}`,
    `PUT ${path}`,
    'POST /api/tickets/batch',
  ])
  assert.deepEqual([service.received[8]?.body.guestIds?.length, service.received[8]?.body.guestIds?.at(-1)], [50_001, 50_001])
  const options = { batchId: 'b-1', priority: 'normal' }
  assert.deepEqual(service.received[9]?.body, { eventId: 456, guestListId: path.slice(-36), options })
})

test('a refused upload says where and why, without the signature', async () => {
  service.fault(/^PUT \/uploads\//, { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' })
  const run = await runTickets(batch('--guests', makeGuestFile(50_001)))
  assert.match(run.stderr, /\/uploads\/456\/[0-9a-f-]{36} refused the upload: 403 .*AccessDenied/)
  assert.doesNotMatch(run.stderr, /Amz-Signature/)
})

test('the guests may come from the standard input, the address from TICKETS_URL', async () => {
  const words = ['batch', '--event', '456', '--guests', '-']
  const run = await runTickets(words, { input: 'guestId,firstName,lastName\n7,Ada,L\n', env: { TICKETS_URL: service.url } })
  assert.equal(run.code, 0, run.stderr)
  assert.deepEqual(service.received[1]?.body.guestIds, [7])
})

test('the event of a file is registered first', async () => {
  const event = { title: 'T', startsAt: '2027-06-12T09:00:00+02:00', timezone: 'Europe/Paris', location: 'Paris' }
  const eventFile = makeFile('event.json', JSON.stringify({ id: 456, ...event }))
  const run = await runTickets(batch('--guests', makeGuestFile(1), '--event-file', eventFile))
  assert.equal(run.code, 0, run.stderr)
  assert.equal(calls()[0], 'PUT /api/events/456')
  assert.equal(service.received[0]?.body.title, 'T')
})

test('a template that does not exist is refused before guests are registered', async () => {
  service.fault(/GET \/api\/templates\/77/, { status: 404, body: refusal('TEMPLATE_NOT_FOUND', 'There is no template 77.') })
  const run = await runTickets(batch('--guests', makeGuestFile(1), '--template', '77'))
  assert.equal(run.code, 1)
  assert.match(run.stderr, /There is no template 77\. \(TEMPLATE_NOT_FOUND, .*\)\nNo batch was sent\.\n$/)
  assert.deepEqual(calls(), ['GET /api/templates/77'])
})

test('sending an ended batch again says that no ticket was made', async () => {
  const words = batch('--guests', makeGuestFile(2), '--batch-id', 'b-1')
  assert.doesNotMatch((await runTickets(words)).stdout, /anew/)
  assert.match((await runTickets(words)).stdout, /\nThis batch had already ended, so no ticket was generated again\./)
})

test('a failed ticket says which field is missing', async () => {
  service.failing = new Map([2, 3].map((guestId) => [guestId, 'MISSING_DATA']))
  const run = await runTickets(batch('--guests', makeGuestFile(3)))
  assert.match(
    run.stdout,
    / {2}2 MISSING_DATA \(guests 2, 3\): .*\n {4}data\.seat: is required by the template and not registered\n/,
  )
})

test('failed tickets are grouped by code, with the guests, and exit with 1', async () => {
  service.failing = new Map([
    [2, 'GUEST_NOT_FOUND'],
    [3, 'RENDER_FAILED'],
    [5, 'GUEST_NOT_FOUND'],
  ])
  const run = await runTickets(batch('--guests', makeGuestFile(6), '--out', makeFolder(), '--batch-id', 'b-1'))
  assert.equal(run.code, 1)
  assert.match(run.stdout, /^3 generated, 3 failed in/)
  assert.match(run.stdout, / {2}2 GUEST_NOT_FOUND \(guests 2, 5\): It did not work for 2\.\n/)
  assert.match(run.stdout, / {2}1 RENDER_FAILED \(guest 3\): It did not work for 3\.\n/)
  assert.match(run.stdout, /3 PDFs saved/)
  assert.match(run.stdout, /npx tickets retry b-1 --url http/)
})

test('an event that is not registered names the option that registers it', async () => {
  service.fault(/PUT .*guests/, { status: 404, body: refusal('EVENT_NOT_FOUND', 'Event 456 is not registered.') })
  const run = await runTickets(batch('--guests', makeGuestFile(1)))
  assert.equal(run.code, 1)
  assert.match(run.stderr, /^The service refused: Event 456 is not registered\. \(EVENT_NOT_FOUND, request request-1\)\n/)
  assert.match(run.stderr, /--event-file/)
  assert.doesNotMatch(run.stderr, /\.ts:\d/)
})

test('Ctrl-C leaves the batch running, says how to follow it, and exits with 130', async () => {
  service.ticketsEachPoll = 0
  const run = await runTickets(batch('--guests', makeGuestFile(2), '--batch-id', 'b-1', '--out', '/tmp/x y'), {
    onStart: (child) =>
      child.stderr?.on('data', (text) => String(text).includes('has accepted batch b-1') && child.kill('SIGINT')),
  })
  assert.equal(run.code, 130)
  assert.match(
    run.stderr,
    /The batch continues without this command.*npx tickets status b-1 --follow --out '\/tmp\/x y' --url http/,
  )
  assert.ok(!calls().includes('POST /api/batches/b-1/cancel'))
})
