import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, test } from 'node:test'
import { ensureKeyFile } from '../../functions/trust/key-file.ts'
import { makeFile, makeFolder, makeGuestFile, runTickets } from './command-line.ts'
import { codeOf, type FakeService, refusal, startFakeService } from './fake-service.ts'

let service: FakeService

beforeEach(async () => {
  service = await startFakeService()
})
afterEach(() => service.stop())

const batch = (...words: string[]) => ['batch', '--event', '456', '--url', service.url, ...words]
const calls = () => service.received.map(({ method, path }) => `${method} ${path.split('?')[0]}`)

test('a batch registers its guests, is sent once, and exits with 0', async () => {
  const run = await runTickets(batch('--guests', makeGuestFile(3), '--template', '2', '--batch-id', 'b-1', '--priority', 'high'))
  assert.equal(run.code, 0, run.stderr)
  assert.equal(run.stdout, '3 generated in 10.0 s, 0.3 tickets/s (batch b-1).\n')
  assert.deepEqual(calls(), ['PUT /api/events/456/guests', 'POST /api/tickets/batch', 'GET /api/batches/b-1/status'])
  assert.deepEqual(service.received[0]?.body.guests?.[1], { guestId: 2, firstName: 'Ada', lastName: 'Lovelace' })
  const options = { batchId: 'b-1', priority: 'high' }
  assert.deepEqual(service.received[1]?.body, { eventId: 456, templateId: 2, guestIds: [1, 2, 3], options })
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

test('the PDFs come into the folder while the batch goes on, whole, and those that are there are kept', async () => {
  const folder = join(makeFolder(), 'made', 'here')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${codeOf(2)}.pdf`), 'kept')
  service.ticketsEachPoll = 400
  const run = await runTickets(batch('--guests', makeGuestFile(1100), '--out', folder))
  assert.equal(run.code, 0, run.stderr)
  assert.match(run.stdout, /1,099 PDFs saved in .*here, 1 were there already\./)
  const files = readdirSync(folder)
  assert.equal(files.length, 1100)
  assert.ok(files.every((file) => /^TC-2026-\d{12}\.pdf$/.test(file)))
  assert.equal(readFileSync(join(folder, `${codeOf(2)}.pdf`), 'utf8'), 'kept')
  assert.match(readFileSync(join(folder, `${codeOf(1100)}.pdf`), 'utf8'), /^%PDF-1\.7 of \/pdf\/1100/)
  const order = calls()
  assert.ok(order.indexOf('GET /pdf/1') < order.lastIndexOf(`GET /api/batches/${batchIdOf(run.stdout)}/status`))
  assert.equal(order.filter((call) => call.startsWith('GET /pdf/')).length, 1099)
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

test('a PDF that is refused is listed, and exits with 1', async () => {
  service.fault(/GET \/pdf\/2\?/, { status: 410, body: refusal('LINK_EXPIRED', 'This link is past its time.') })
  const run = await runTickets(batch('--guests', makeGuestFile(3), '--out', makeFolder()))
  assert.equal(run.code, 1)
  assert.match(run.stdout, /2 PDFs saved in .*, 1 could not be fetched\.\n {2}TC-2026-000000000002: .*past its time/)
})

test('a bad file is named line by line, sends nothing, and exits with 2', async () => {
  const lines = Array.from({ length: 25 }, (_, index) => `${index + 1},,Lovelace\n`)
  const guests = makeFile('guests.csv', `guestId,firstName,lastName\n${lines.join('')}`)
  const run = await runTickets(batch('--guests', guests))
  assert.equal(run.code, 2)
  assert.match(run.stderr, /has 25 bad lines; nothing was sent\.\n {2}line 2, firstName: must not be empty\n/)
  assert.match(run.stderr, /line 21, firstName: must not be empty\n {2}and 5 more\n$/)
  assert.deepEqual(service.received, [])
})

test('more guests than a batch takes send nothing, and exit with 2', async () => {
  const run = await runTickets(batch('--guests', makeGuestFile(50_001)))
  assert.equal(run.code, 2)
  assert.match(run.stderr, /names 50,001 guests, which one batch does not take.*\n.*must be at most 50000 guests/)
  assert.deepEqual(service.received, [])
})

test('a command line that cannot be run says why, and exits with 2', async () => {
  const guests = makeGuestFile(1)
  const event = makeFile('event.json', '{"title":"T"}')
  const cases: [string[], RegExp][] = [
    [['batch', '--guests', guests], /required option '--event <id>' not specified/],
    [['batch', '--event', 'x', '--guests', guests], /--event: must be an integer from 1/],
    [batch('--guests', guests, '--priority', 'urgent'), /--priority: must be high or normal/],
    [batch('--guests', guests, '--batch-id', 'a b'), /batch id: must be 1 to 100 letters/],
    [batch('--guests', guests, '--event-file', event), /is not an event.*\n.*startsAt/],
    [batch('--guests', guests, '--out', guests), /folder .* cannot be used/],
    [['status', 'b-1', '--url', 'localhost'], /--url: must be an address like/],
    [['validate', ''], /\n {2}the code: must be a ticket code/],
    [['nonsense'], /unknown command 'nonsense'/],
  ]
  const runs = await Promise.all(cases.map(([words]) => runTickets(words)))
  for (const [index, [words, expected]] of cases.entries()) {
    assert.match(runs[index]?.stderr ?? '', expected)
    assert.equal(runs[index]?.code, 2, words.join(' '))
  }
  assert.deepEqual(service.received, [])
})

test('an event that is not registered names the option that registers it', async () => {
  service.fault(/PUT .*guests/, { status: 404, body: refusal('EVENT_NOT_FOUND', 'Event 456 is not registered.') })
  const run = await runTickets(batch('--guests', makeGuestFile(1)))
  assert.equal(run.code, 1)
  assert.match(run.stderr, /^The service refused: Event 456 is not registered\. \(EVENT_NOT_FOUND, request request-1\)\n/)
  assert.match(run.stderr, /--event-file/)
  assert.doesNotMatch(run.stderr, /\.ts:\d/)
})

test("the service's details are told", async () => {
  const details = [{ path: 'guests[0].email', problem: 'must be an e-mail address' }]
  service.fault(/PUT .*guests/, { status: 400, body: refusal('VALIDATION_FAILED', 'The request is not valid.', details) })
  const run = await runTickets(batch('--guests', makeGuestFile(1)))
  assert.match(run.stderr, /guests\[0\]\.email: must be an e-mail address\nNo batch was sent\./)
})

test('503s and broken connections are tried again at each step, with the same batch id', async () => {
  const unavailable = {
    status: 503,
    body: refusal('DATABASE_UNAVAILABLE', 'PostgreSQL does not answer.'),
    headers: { 'retry-after': '0' },
  }
  service.fault(/PUT .*guests/, unavailable, 2)
  service.fault(/POST \/api\/tickets\/batch/, 'break')
  service.fault(/POST \/api\/tickets\/batch/, unavailable)
  service.fault(/GET .*status/, 'break', 2)
  service.fault(/GET \/pdf\//, { status: 503, body: 'Slow down' }, 3)
  service.fault(/GET \/pdf\/4\?/, 'cut')
  const folder = makeFolder()
  const run = await runTickets(batch('--guests', makeGuestFile(5), '--out', folder))
  assert.equal(run.code, 0, run.stderr)
  assert.match(run.stderr, /Trying again: .*PostgreSQL does not answer\. \(DATABASE_UNAVAILABLE\)/)
  const sent = service.received.filter(({ path }) => path === '/api/tickets/batch')
  assert.equal(sent.length, 3)
  assert.equal(new Set(sent.map(({ body }) => body.options?.batchId)).size, 1)
  const files = readdirSync(folder)
  assert.equal(files.length, 5)
  for (const file of files) assert.match(readFileSync(join(folder, file), 'utf8'), /^%PDF-1\.7 of /)
})

test('calls are signed for AWS where a region is given', async () => {
  const env = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' }
  const run = await runTickets(batch('--guests', makeGuestFile(1), '--region', 'eu-west-3'), { env })
  assert.equal(run.code, 0, run.stderr)
  for (const { authorization } of service.received)
    assert.match(authorization ?? '', /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-3\/execute-api\/aws4_request, /)
})

test('a Retry-After is waited out', async () => {
  const body = refusal('QUEUE_UNAVAILABLE', 'SQS does not answer.')
  service.fault(/POST .*cancel/, { status: 503, body, headers: { 'retry-after': '1' } })
  const startedAt = performance.now()
  assert.equal((await runTickets(['cancel', 'b-1', '--url', service.url])).code, 0)
  assert.ok(performance.now() - startedAt >= 1000)
})

test('a service that stops answering exits with 3, and says how to go on', async () => {
  service.fault(/GET .*status/, 'break', 1000)
  const run = await runTickets(batch('--guests', makeGuestFile(1), '--batch-id', 'b-1', '--patience', '0.5'))
  assert.equal(run.code, 3)
  assert.match(
    run.stderr,
    /does not answer: the connection broke\.\nThe batch goes on.*npx tickets status b-1 --follow --url http/,
  )
})

test('nothing at the address, and something else there, exit with 3', async () => {
  const other = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  const port = typeof address === 'object' ? address?.port : 0
  const foreign = await runTickets(['status', 'b-1', '--url', `http://127.0.0.1:${port}`])
  other.closeAllConnections()
  other.close()
  const nothing = await runTickets(['status', 'b-1', '--url', `http://127.0.0.1:${port}`, '--patience', '0.1'])
  assert.equal(foreign.code, 3)
  assert.match(foreign.stderr, /does not answer as the ticket service does: 200 hello/)
  assert.equal(nothing.code, 3)
  assert.match(nothing.stderr, /does not answer: nothing listens there\./)
})

test('Ctrl-C leaves the batch running, says how to follow it, and exits with 130', async () => {
  service.ticketsEachPoll = 0
  const run = await runTickets(batch('--guests', makeGuestFile(2), '--batch-id', 'b-1', '--out', '/tmp/x y'), {
    onStart: (child) => child.stderr?.on('data', (text) => String(text).includes('is taken') && child.kill('SIGINT')),
  })
  assert.equal(run.code, 130)
  assert.match(
    run.stderr,
    /The batch goes on without this command.*npx tickets status b-1 --follow --out '\/tmp\/x y' --url http/,
  )
  assert.ok(!calls().includes('POST /api/batches/b-1/cancel'))
})

test('status, retry and cancel tell what the service answers', async () => {
  await runTickets(batch('--guests', makeGuestFile(4), '--batch-id', 'b-1'))
  service.failing.set(4, 'RENDER_FAILED')
  const run = (...words: string[]) => runTickets([...words, '--url', service.url])
  const status = await run('status', 'b-1')
  assert.match(status.stdout, /^3 generated, 1 failed/)
  assert.equal(status.code, 1)
  assert.equal((await run('retry', 'b-1')).stdout, '2 tickets are queued again (batch b-1).\n')
  assert.equal((await run('cancel', 'b-1')).stdout, '2 tickets are cancelled (batch b-1, cancelled).\n')
})

test('what else answers for a PDF is told without the signature of its link', async () => {
  service.fault(/GET \/pdf\/2\?/, { status: 404, body: 'not here' })
  const run = await runTickets(batch('--guests', makeGuestFile(3), '--out', makeFolder(), '--json'))
  assert.match(run.stdout, /\/pdf\/2 does not answer as the ticket service does: 404/)
  assert.doesNotMatch(run.stdout + run.stderr, /signature=/)
})

test('generate saves the PDF of one ticket', async () => {
  const file = join(makeFolder(), 'ticket.pdf')
  const run = await runTickets(['generate', '--event', '456', '--guest', '9', '--out', file, '--url', service.url])
  assert.equal(run.stdout, `${codeOf(9)} is saved in ${file}.\n`)
  assert.match(readFileSync(file, 'utf8'), /^%PDF-/)
})

test('--json writes one object, for a result and for a failure', async () => {
  service.failing.set(2, 'RENDER_FAILED')
  const result = JSON.parse((await runTickets(batch('--guests', makeGuestFile(2), '--json'))).stdout)
  assert.equal(result.generatedCount, 1)
  const message = 'It did not work for 2.'
  assert.deepEqual(result.failures, [{ guestId: 2, ticketCode: codeOf(2), code: 'RENDER_FAILED', message }])
  const failed = JSON.parse((await runTickets(batch('--guests', makeFile('g.csv', 'x\n'), '--json'))).stdout)
  assert.equal(failed.error.code, 'BAD_INPUT')
  assert.equal(failed.error.details[0].line, 1)
})

test('--quiet writes nothing when all is well, and what is wrong otherwise', async () => {
  const well = await runTickets(batch('--guests', makeGuestFile(2), '--quiet'))
  assert.deepEqual([well.stdout, well.stderr, well.code], ['', '', 0])
  service.failing.set(2, 'RENDER_FAILED')
  const wrong = await runTickets(batch('--guests', makeGuestFile(2), '--quiet'))
  assert.deepEqual([wrong.stdout, wrong.code], ['', 1])
  assert.match(wrong.stderr, /1 RENDER_FAILED/)
})

test('--help names every command and exit status', async () => {
  const { stdout, code } = await runTickets(['--help'])
  assert.equal(code, 0)
  for (const word of ['batch', 'status', 'retry', 'cancel', 'generate', '130']) assert.ok(stdout.includes(word), word)
})

function batchIdOf(summary: string): string {
  return /\(batch (\S+)\)/.exec(summary)?.[1] ?? ''
}

test('Ctrl-C while a retired key’s tickets wait to be made new tells that the key is retired, and how to go on', async () => {
  const file = join(makeFolder(), 'keys.json')
  const keys = (...words: string[]) => ['keys', ...words, '--file', file, '--url', service.url]
  await ensureKeyFile(file)
  const run = await runTickets(keys('retire', '--kid', '1', '--reissue'), {
    onStart: (child) => child.stderr?.on('data', (text) => String(text).includes('Waiting') && child.kill('SIGINT')),
  })
  assert.equal(run.code, 130, run.stderr)
  assert.match(
    run.stderr,
    /Key 1 is retired.*\nKey 2 was made.*\n.*npx tickets keys retire --kid 1 --reissue --file \S+keys\.json --url http/,
  )
  assert.match((await runTickets(keys('list'))).stdout, /^ {2}1 {2}retired/)
})

test('a result that cannot be written ends with 1 and the reason', async () => {
  const unwritable = openSync(makeFile('readonly', ''), 'r')
  const program = join(import.meta.dirname, '../../bin/tickets.ts')
  const child = spawn(process.execPath, [program, '--help'], { stdio: ['ignore', unwritable, 'pipe'] })
  assert.ok(child.stderr)
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  assert.equal(code, 1)
  assert.match(stderr, /^The result cannot be written: EBADF/)
})

test('a command that has ended for a fault begins to fetch no further PDFs', async () => {
  const folder = makeFolder()
  const later = { status: 503, body: 'Slow down', headers: { 'retry-after': '1' } }
  service.ticketsEachPoll = 600
  service.fault(/GET \/pdf\//, later, 8)
  service.fault(/GET .*status.*cursor=/, { status: 403, body: refusal('FORBIDDEN', 'The credentials are over.') })
  const run = await runTickets(batch('--guests', makeGuestFile(1001), '--out', folder))
  assert.equal(run.code, 1)
  assert.match(run.stderr, /FORBIDDEN/)
  assert.ok(readdirSync(folder).length <= 8, `${readdirSync(folder).length} files`)
})
