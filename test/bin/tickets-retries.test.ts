import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeFolder, makeGuestFile, runTickets } from './command-line.ts'
import { batch, refusal, service, useFakeService } from './fake-service.ts'

useFakeService()

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
  assert.match(run.stderr, /Retrying in 0\.\d s: .*PostgreSQL does not answer\. \(DATABASE_UNAVAILABLE\)/)
  const sent = service.received.filter(({ path }) => path === '/api/tickets/batch')
  assert.equal(sent.length, 3)
  assert.equal(new Set(sent.map(({ body }) => body.options?.batchId)).size, 1)
  const files = readdirSync(folder)
  assert.equal(files.length, 5)
  for (const file of files) assert.match(readFileSync(join(folder, file), 'utf8'), /^%PDF-1\.7 of /)
})

test('a Retry-After of the first answer may exceed the time for an unreachable address', async () => {
  const body = refusal('QUEUE_UNAVAILABLE', 'A render function is not available.')
  service.fault(/POST .*generate/, { status: 503, body, headers: { 'retry-after': '6' } })
  const run = await runTickets(['generate', '--event', '456', '--guest', '1', '--url', service.url])
  assert.equal(run.code, 0, run.stderr)
  assert.match(run.stderr, /^Retrying in 6\.\d s: /)
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
    /does not answer: other side closed\.\nThe batch continues.*npx tickets status b-1 --follow --url http/,
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
  const nothing = await runTickets(['status', 'b-1', '--url', `http://127.0.0.1:${port}`, '--retry-for', '0.1'])
  assert.equal(foreign.code, 3)
  assert.match(foreign.stderr, /is not the ticket service: it answered 200 hello/)
  assert.equal(nothing.code, 3)
  assert.match(nothing.stderr, /does not answer: connection refused\./)
})
