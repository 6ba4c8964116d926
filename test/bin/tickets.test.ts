import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, test } from 'node:test'
import { ensureKeyFile } from '../../functions/trust/key-file.ts'
import { makeFile, makeFolder, makeGuestFile, runTickets } from './command-line.ts'
import { codeOf, type FakeService, fileOf, refusal, startFakeService } from './fake-service.ts'

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

test('the PDFs come into the folder while the batch goes on, whole, named by guest', async () => {
  const folder = join(makeFolder(), 'made', 'here')
  service.ticketsEachPoll = 400
  const run = await runTickets(batch('--guests', makeGuestFile(1100), '--out', folder))
  assert.equal(run.code, 0, run.stderr)
  assert.match(run.stdout, /1,100 PDFs saved in .*here\.\n/)
  const files = readdirSync(folder)
  assert.equal(files.length, 1100)
  assert.ok(files.every((file) => /^\d{4}-Lovelace-Ada-TC-2026-\d{12}\.pdf$/.test(file)))
  assert.match(readFileSync(join(folder, fileOf(1100)), 'utf8'), /^%PDF-1\.7 of \/pdf\/1100/)
  const order = calls()
  assert.ok(order.indexOf('GET /pdf/1') < order.lastIndexOf(`GET /api/batches/${batchIdOf(run.stdout)}/status`))
  assert.equal(order.filter((call) => call.startsWith('GET /pdf/')).length, 1100)
})

test('a file that is there is compared by content: replaced where it differs, and named as files are now', async () => {
  const folder = makeFolder()
  const words = batch('--guests', makeGuestFile(3), '--out', folder, '--batch-id', 'b-1')
  assert.match((await runTickets(words)).stdout, /3 PDFs saved in/)
  renameSync(join(folder, fileOf(2)), join(folder, `${codeOf(2)}.pdf`))
  writeFileSync(join(folder, 'notes.txt'), 'mine')
  const again = await runTickets(['status', 'b-1', '--out', folder, '--url', service.url])
  assert.match(again.stdout, /0 PDFs saved in .*, 3 unchanged\.\n/)
  writeFileSync(join(folder, fileOf(1)), '%PDF-1.7 cut')
  const mended = await runTickets(['status', 'b-1', '--out', folder, '--url', service.url])
  assert.match(mended.stdout, /0 PDFs saved in .*, 1 replaced, 2 unchanged\.\n/)
  service.edition = ', second edition'
  const changed = await runTickets(['status', 'b-1', '--out', folder, '--url', service.url, '--json'])
  assert.equal(JSON.parse(changed.stdout).files.report.replacedCount, 3)
  assert.deepEqual(readdirSync(folder), [fileOf(1), fileOf(2), fileOf(3), 'notes.txt'])
  for (const guestId of [1, 2, 3]) assert.match(readFileSync(join(folder, fileOf(guestId)), 'utf8'), /second edition$/)
})

test('a reissued ticket is saved with its new code, and the file of its former code goes; files of others stay', async () => {
  const folder = makeFolder()
  await runTickets(batch('--guests', makeGuestFile(3), '--out', folder, '--batch-id', 'b-1'))
  const other = `0001-Turing-Alan-${codeOf(77)}.pdf`
  writeFileSync(join(folder, other), 'of another batch')
  service.reissued.add(2)
  const run = await runTickets(['status', 'b-1', '--out', folder, '--url', service.url])
  assert.match(run.stdout, /1 PDF saved in .*, 2 unchanged, 1 removed, whose codes are no longer valid\.\n/)
  const expected = [fileOf(1), other, fileOf(2, codeOf(1_000_002)), fileOf(3)]
  assert.deepEqual(readdirSync(folder).toSorted(), expected.toSorted())
})

test('--manifest lists guests, codes and files, and no cell of it is a formula', async () => {
  const folder = makeFolder()
  const manifest = join(makeFolder(), 'tickets.csv')
  const guests = makeFile(
    'g.csv',
    'guestId,firstName,lastName\n1,"=HYPERLINK(""http://x"")",+1\n2,@SUM(A1),-2\n3,"A, ""b""",Doe\n',
  )
  service.failing.set(2, 'RENDER_FAILED')
  await runTickets(batch('--guests', guests, '--out', folder, '--manifest', manifest))
  const [file1 = '', file3 = ''] = readdirSync(folder)
  assert.equal(
    readFileSync(manifest, 'utf8'),
    `${[
      'guestId,lastName,firstName,ticketCode,file',
      `1,'+1,"'=HYPERLINK(""http://x"")",${codeOf(1)},${file1}`,
      `2,'-2,'@SUM(A1),${codeOf(2)},`,
      `3,Doe,"A, ""b""",${codeOf(3)},${file3}`,
    ].join('\n')}\n`,
  )
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
  assert.match((await runTickets(words)).stdout, /\nThis batch had ended before, so nothing was made anew\./)
})

test('ids that lose leading zeros are named', async () => {
  const run = await runTickets(
    batch('--guests', makeFile('g.csv', 'guestId,firstName,lastName\n007,James,Bond\n8,Bill,Fairbanks\n')),
  )
  assert.match(run.stderr, /without leading zeros: 007 is 7 \(line 2\)\.\n/)
  assert.deepEqual(service.received[1]?.body.guestIds, [7, 8])
})

test('no escape code of a file, a name or an answer reaches the terminal', async () => {
  const evil = '\u001b]0;x\u0007\u009b31m\u202e\u2066\rok'
  const header = makeFile('g.csv', `guestId,firstName,lastName,"${evil}","${evil}"\n1,Ada,L,1,2\n`)
  const event = makeFile('event.json', JSON.stringify({ title: 'T', [evil]: 1 }))
  service.fault(/PUT .*guests/, {
    status: 400,
    body: refusal('VALIDATION_FAILED', evil, [{ path: evil, problem: `${evil}\nforged line` }]),
  })
  const runs = await Promise.all([
    runTickets(batch('--guests', header)),
    runTickets(batch('--guests', header, '--json')),
    runTickets(batch('--guests', makeGuestFile(1), '--event-file', event)),
    runTickets(batch('--guests', `/nowhere/${evil}.csv`)),
    runTickets(batch('--guests', makeGuestFile(1), `--${evil}`)),
    runTickets(batch('--guests', makeGuestFile(1))),
    runTickets([evil]),
  ])
  for (const { stdout, stderr, code } of runs) {
    assert.notEqual(code, 0)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
    assert.doesNotMatch(stdout + stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2066]|^forged/m)
  }
  assert.equal(JSON.parse(runs[1]?.stdout ?? '').error.details[0].path, evil.replace('\r', '\n'))
})

test('40,000 bad lines make a small report, and nothing is sent', async () => {
  const lines = Array.from({ length: 40_000 }, (_, index) => `${index + 1},,,not-an-address\n`)
  const run = await runTickets(
    batch('--guests', makeFile('g.csv', `guestId,firstName,lastName,email\n${lines.join('')}`), '--json'),
  )
  assert.equal(run.code, 2)
  const { error } = JSON.parse(run.stdout)
  assert.deepEqual([error.details.length, error.detailCount], [100, 80_000])
  assert.match(run.stderr, /has 40,000 bad lines; nothing was sent\.\n/)
  assert.match(run.stderr, /\n {2}and 79,900 more\n$/)
  assert.deepEqual(service.received, [])
})

test('a failed ticket says which field is missing', async () => {
  service.failing = new Map([2, 3].map((guestId) => [guestId, 'MISSING_DATA']))
  const run = await runTickets(batch('--guests', makeGuestFile(3)))
  assert.match(
    run.stdout,
    / {2}2 MISSING_DATA \(guests 2, 3\): .*\n {4}data\.seat: is needed by the template and not registered\n/,
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

test('a PDF that is refused is listed, and exits with 1', async () => {
  service.fault(/GET \/pdf\/2\?/, { status: 410, body: refusal('LINK_EXPIRED', 'This link is past its time.') })
  const run = await runTickets(batch('--guests', makeGuestFile(3), '--out', makeFolder()))
  assert.equal(run.code, 1)
  assert.match(run.stdout, /2 PDFs saved in .*, 1 could not be fetched\.\n {2}TC-2026-000000000002: .*past its time/)
})

test('a bad file is named line by line, sends nothing, and exits with 2', async () => {
  const lines = Array.from({ length: 105 }, (_, index) => `${index + 1},,Lovelace\n`)
  const guests = makeFile('guests.csv', `guestId,firstName,lastName\n${lines.join('')}`)
  const run = await runTickets(batch('--guests', guests))
  assert.equal(run.code, 2)
  assert.match(run.stderr, /has 105 bad lines; nothing was sent\.\n {2}line 2, firstName: must not be empty\n/)
  assert.match(run.stderr, /line 101, firstName: must not be empty\n {2}and 5 more\n$/)
  assert.deepEqual(service.received, [])
})

test('more guests than a batch takes send nothing, and exit with 2', async () => {
  const run = await runTickets(batch('--guests', makeGuestFile(50_001)))
  assert.equal(run.code, 2)
  assert.match(run.stderr, /names 50,001 guests, more than one batch takes.*\n.*must be at most 50000 guests/)
  assert.deepEqual(service.received, [])
})

test('a command line that cannot be run says why, and exits with 2', async () => {
  const guests = makeGuestFile(1)
  const event = makeFile('event.json', '{"title":"T"}')
  const cases: [string[], RegExp][] = [
    [['batch', '--guests', guests], /required option '--event <id>' not specified/],
    [
      ['batch', '--event', 'x', '--guests', guests],
      /^--event must be an integer from 1 to 9007199254740991, without leading zeros; "x" is not\.\n$/,
    ],
    [['batch', '--event', 'x', '--guests', ''], /^2 options cannot be used\.\n {2}--event: .*\n {2}--guests: must name a file/],
    [batch('--guests', guests, '--priority', 'urgent'), /^--priority must be high or normal; "urgent" is not\.\n$/],
    [batch('--guests', guests, '--batch-id', 'a b'), /^The batch id must be 1 to 100 letters/],
    [batch('--guests', guests, '--retry-for', 'long'), /^--retry-for must be a number of seconds; "long" is not\.\n$/],
    [
      batch('--guests', guests, '--event-file', event),
      /does not describe an event.*\n.*startsAt: must be .*\n.*timezone: is missing/,
    ],
    [
      batch('--guests', guests, '--event-file', makeFile('e.json', Buffer.from('{"title":"Pré"}', 'latin1'))),
      /e\.json is not UTF-8/,
    ],
    [batch('--guests', guests, '--event-file', makeFolder()), /cannot be read: it is a folder\.\n$/],
    [batch('--guests', makeFolder()), /cannot be read: it is a folder\.\n$/],
    [batch('--guests', '/nowhere/guests.csv'), /guests\.csv cannot be read: it does not exist\.\n$/],
    [batch('--guests', guests, '--out', guests), /^The folder .* cannot be used: there is a file of that name\.\n$/],
    [batch('--guests', guests, '--manifest', 'list.csv'), /^--manifest .* needs --out/],
    [['generate', '--event', '456', '--guest', '1', '--out', makeFolder()], /^--out must name a file; .* is a folder\.\n$/],
    [['status', 'b-1', '--url', 'localhost'], /^--url must be an address like/],
    [['validate', ''], /^The code must be a ticket code/],
    [['keys', 'retire', '--key', '300'], /^--key must be an integer from 0 to 255; "300" is not\.\n$/],
    [['dashboard', '--minutes', '0'], /^--minutes must be an integer from 1 to 120; "0" is not\.\n$/],
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

test('the details of an error are printed', async () => {
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
  assert.match(run.stderr, /Trying again in 0\.\d s: .*PostgreSQL does not answer\. \(DATABASE_UNAVAILABLE\)/)
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

test('a Retry-After of the first answer may exceed the time for an unreachable address', async () => {
  const body = refusal('QUEUE_UNAVAILABLE', 'A render function is not available.')
  service.fault(/POST .*generate/, { status: 503, body, headers: { 'retry-after': '6' } })
  const run = await runTickets(['generate', '--event', '456', '--guest', '1', '--url', service.url])
  assert.equal(run.code, 0, run.stderr)
  assert.match(run.stderr, /^Trying again in 6\.\d s: /)
})

test('a Retry-After beyond the time for retries ends the command before it is waited for', async () => {
  const body = refusal('QUEUE_UNAVAILABLE', 'A render function is not available.')
  service.fault(/POST .*generate/, { status: 503, body, headers: { 'retry-after': '600' } })
  const run = await runTickets(['generate', '--event', '456', '--guest', '1', '--url', service.url])
  assert.equal(run.code, 3)
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
  const run = await runTickets(batch('--guests', makeGuestFile(1), '--batch-id', 'b-1', '--retry-for', '0.5'))
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
    onStart: (child) =>
      child.stderr?.on('data', (text) => String(text).includes('has accepted batch b-1') && child.kill('SIGINT')),
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

test('an unexpected answer for a PDF is reported without the signature of its link', async () => {
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
  assert.deepEqual(result.failures, [{ guestId: 2, ticketCode: codeOf(2), code: 'RENDER_FAILED', message, details: [] }])
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

test('--help of every command has an example, and names every exit status', async () => {
  const { stdout, code } = await runTickets(['--help'])
  assert.equal(code, 0)
  for (const status of ['0', '1', '2', '3', '130']) assert.match(stdout, new RegExp(`\\n +${status} `))
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) \[options\]/gm)].map(([, name = '']) => [name])
  assert.equal(commands.length, 7)
  const keys = ['list', 'rotate', 'retire'].map((name) => ['keys', name])
  const helps = await Promise.all([...commands, ...keys].map((words) => runTickets([...words, '--help'])))
  for (const help of helps) {
    assert.equal(help.code, 0)
    assert.match(help.stdout, /\nExamples:\n {2}npx tickets /)
    assert.doesNotMatch(help.stdout, /patience/)
  }
})

function batchIdOf(summary: string): string {
  return /\(batch (\S+)\)/.exec(summary)?.[1] ?? ''
}

test('Ctrl-C while a retired key’s tickets wait to be made new tells that the key is retired, and how to go on', async () => {
  const file = join(makeFolder(), 'keys.json')
  const keys = (...words: string[]) => ['keys', ...words, '--file', file, '--url', service.url]
  await ensureKeyFile(file)
  const run = await runTickets(keys('retire', '--key', '1', '--reissue'), {
    onStart: (child) => child.stderr?.on('data', (text) => String(text).includes('Waiting') && child.kill('SIGINT')),
  })
  assert.equal(run.code, 130, run.stderr)
  assert.match(
    run.stderr,
    /Key 1 is retired.*\nKey 2 was made.*\n.*npx tickets keys retire --key 1 --reissue --file \S+keys\.json --url http/,
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

test('a command that failed fetches no further PDFs', async () => {
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
