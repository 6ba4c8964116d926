import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { type RunningServer, startServer } from '../fixtures/local-server.ts'
import { makePreparedState } from '../fixtures/prepared-state.ts'
import { makeFile, makeFolder, makeGuestFile, runTickets } from './command-line.ts'

const world = join(import.meta.dirname, '../data/guests-world.csv')
const stateFolder = await makePreparedState()
let server: RunningServer

before(async () => {
  server = await startServer(stateFolder)
})
after(async () => {
  await server.end('SIGTERM')
  rmSync(stateFolder, { recursive: true, force: true })
})

test("the world's guests get their tickets, and sending the same again makes and fetches nothing new", async () => {
  const folder = makeFolder()
  const words = ['batch', '--event', '456', '--guests', world, '--out', folder, '--batch-id', 'journey', '--url', server.url]
  const first = await runTickets(words)
  assert.equal(first.code, 0, first.stderr)
  assert.match(first.stdout, /^36 generated in .*\n36 PDFs saved/)
  const files = readdirSync(folder)
  assert.equal(files.length, 36)
  for (const file of files) assert.match(readFileSync(join(folder, file)).subarray(-1024).toString('latin1'), /%%EOF\s*$/)
  const again = await runTickets(words)
  assert.equal(again.code, 0, again.stderr)
  assert.match(again.stdout, /0 PDFs saved in .*, 36 unchanged\.\nThis batch had already ended/)
  assert.deepEqual(readdirSync(folder), files)
  const other = makeFile('guests.csv', 'guestId,firstName,lastName\n1001,John,Doe\n')
  const conflict = await runTickets(words.with(words.indexOf(world), other))
  assert.equal(conflict.code, 1)
  assert.match(conflict.stderr, /BATCH_CONFLICT/)
})

test('an event that nobody registered is registered from its file, and refused without', async () => {
  const event = {
    title: 'Première',
    startsAt: '2027-06-12T09:00:00+02:00',
    timezone: 'Europe/Paris',
    location: 'Paris',
  }
  const words = ['batch', '--event', '77', '--guests', makeGuestFile(3), '--template', '2', '--url', server.url]
  const without = await runTickets(words)
  assert.equal(without.code, 1)
  assert.match(without.stderr, /EVENT_NOT_FOUND.*\n.*--event-file/)
  const run = await runTickets([...words, '--event-file', makeFile('event.json', JSON.stringify(event)), '--json'])
  assert.equal(run.code, 0, run.stderr)
  assert.equal(JSON.parse(run.stdout).generatedCount, 3)
})

test('an unknown batch is refused by every command that names one', async () => {
  for (const command of ['status', 'retry', 'cancel']) {
    const run = await runTickets([command, 'nothing', '--url', server.url])
    assert.equal(run.code, 1)
    assert.match(run.stderr, /BATCH_NOT_FOUND/)
  }
})

test('the demo makes its tickets with the command line, and saves a picture of ten where it is run', async () => {
  const demo = join(import.meta.dirname, '../../bin/demo.ts')
  const cwd = mkdtempSync(join(tmpdir(), 'demo-'))
  const env = { ...process.env, TICKETS_URL: server.url }
  const { stdout } = await promisify(execFile)(process.execPath, [demo, '--tickets', '5'], { cwd, env })
  assert.match(stdout, /5 generated in .* tickets\/s/)
  const file = /Ten of the tickets +(\S+)/.exec(stdout)?.[1] ?? ''
  assert.equal(realpathSync(file), join(realpathSync(cwd), 'demo-tickets.png'))
  assert.match(readFileSync(file, 'latin1'), /^\x89PNG/)
  const page = /Everything else +(\S+)/.exec(stdout)?.[1] ?? ''
  assert.match(await (await fetch(page)).text(), /A ticket of each design/)
  for (const [what, type] of [
    ['ticket-2', /pdf/],
    ['design-1', /png/],
    ['phone', /html/],
    ['door', /html/],
  ] as const)
    assert.match((await fetch(`${page}/open/${what}`)).headers.get('content-type') ?? '', type, what)
  assert.equal((await fetch(`${page}/open/nothing`)).status, 404)
})

test('notices of changes are printed as they are sent', async () => {
  const generated = await runTickets(['generate', '--event', '456', '--guest', '123', '--url', server.url])
  assert.equal(generated.code, 0, generated.stderr)
  const following = await runTickets(['notices', '--follow', '--json', '--url', server.url], {
    // One signal: a second would end it immediately.
    onStart: (child) =>
      child.stdout?.on('data', (text) => String(text).includes('"guestId":123') && !child.killed && child.kill('SIGINT')),
  })
  assert.equal(following.code, 130)
  const types = following.stdout.split('\n').flatMap((line) => (line.includes('"guestId":123') ? [JSON.parse(line).type] : []))
  assert.ok(types.includes('ticket.generated'))
  const listed = await runTickets(['notices', '--url', server.url])
  assert.match(listed.stdout, /ticket\.generated {4}tickets\/\d+ +\{"eventId":456,"ticketId":\d+,"guestId":123\}/)
})
