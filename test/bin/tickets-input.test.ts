import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeFile, makeFolder, makeGuestFile, runTickets } from './command-line.ts'
import { batch, refusal, service, useFakeService } from './fake-service.ts'

useFakeService()

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
    assert.doesNotMatch(stdout + stderr, /[[\p{Cc}--\n]\u202e\u2066]|^forged/mv)
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
  const run = await runTickets(batch('--guests', makeGuestFile(500_001)))
  assert.equal(run.code, 2)
  assert.match(run.stderr, /lists 500,001 guests; a batch takes at most 500,000\. Nothing was sent\.\n$/)
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
    [['batch', '--event', 'x', '--guests', ''], /^2 options are invalid\.\n {2}--event: .*\n {2}--guests: must name a file/],
    [batch('--guests', guests, '--priority', 'urgent'), /^--priority must be high or normal; "urgent" is not\.\n$/],
    [batch('--guests', guests, '--batch-id', 'a b'), /^The batch id must be 1 to 100 letters/],
    [batch('--guests', guests, '--retry-for', 'long'), /^--retry-for must be a number of seconds; "long" is not\.\n$/],
    [batch('--guests', guests, '--event-file', event), /is not a valid event.*\n.*startsAt: must be .*\n.*timezone: is missing/],
    [
      batch('--guests', guests, '--event-file', makeFile('e.json', Buffer.from('{"title":"Pré"}', 'latin1'))),
      /e\.json is not UTF-8/,
    ],
    [batch('--guests', guests, '--event-file', makeFolder()), /cannot be read: illegal operation on a directory\.\n$/],
    [batch('--guests', makeFolder()), /cannot be read: illegal operation on a directory\.\n$/],
    [batch('--guests', '/nowhere/guests.csv'), /guests\.csv cannot be read: no such file or directory\.\n$/],
    [batch('--guests', guests, '--out', guests), /^The folder .* cannot be used: not a directory\.\n$/],
    [batch('--guests', guests, '--manifest', 'list.csv'), /^--manifest .* requires --out/],
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
