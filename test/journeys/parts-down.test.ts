import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { after, test } from 'node:test'
import { listTree, sendSignal } from '../../bin/local/process/process-tree.ts'
import { generateBody } from '../../functions/contract/examples/tickets.ts'
import { detailedHealth, health } from '../../functions/contract/schemas/answers.ts'
import { eventually } from '../fixtures/eventually.ts'
import { download, inspectPdf, startService } from '../fixtures/running-service.ts'

const service = await startService()
after(() => service.stop())
const { call, sql } = service

const generate = (body: unknown) => call('POST', '/api/tickets/generate', body)

test('health has the shape of the specification', async () => {
  const { status, json } = await call('GET', '/health')
  assert.equal(status, 200)
  assert.deepEqual(Object.keys(health.strict().parse(json)), ['status', 'service', 'version', 'uptime'])
})

test('detailed health names every part and counts what waits', async () => {
  const { status, json } = await call('GET', '/health/detailed')
  assert.equal(status, 200)
  const { dependencies, queues } = detailedHealth.strict().parse(json)
  assert.deepEqual(dependencies, { database: true, storage: true, queues: true, renderer: true })
  assert.deepEqual(queues['ticket-generation'], { waiting: 0, active: 0 })
})

test('with PostgreSQL killed a request gets 503 with Retry-After, health tells, and all recovers without a restart', async () => {
  const { json: before } = await generate(generateBody)
  const postmaster = Number(readFileSync(path.join(service.databaseFolder, 'postmaster.pid'), 'utf8').split('\n')[0])
  // With its sessions, of which one may else answer once more.
  for (const pid of listTree(postmaster)) sendSignal(pid, 'SIGKILL')
  const { status, headers, json } = await generate(generateBody)
  assert.equal(status, 503)
  assert.equal(json.error.code, 'DATABASE_UNAVAILABLE')
  assert.ok(Number(headers.get('retry-after')) > 0)
  const sick = await call('GET', '/health/detailed')
  assert.equal(sick.status, 503)
  assert.equal(sick.json.dependencies.database, false)
  assert.equal((await call('GET', '/health')).status, 200)
  await eventually('the service works again', async () => (await generate(generateBody)).status === 201, 20_000)
  const { json: after } = await generate(generateBody)
  assert.equal(after.data.ticketCode, before.data.ticketCode)
  assert.ok((await inspectPdf(await download(after.data.pdfUrl))).text.includes(after.data.ticketCode))
})

test('a template of an earlier version that is no longer valid is refused with the reason', async () => {
  const source = '<!doctype html><html><head><title>t</title></head><body>{{former firstName}}</body></html>'
  await sql`INSERT INTO templates (id, version, name, source, required_variables) VALUES (51, 1, 'former', ${source}, '{}')`
  const { status, json } = await generate({ ...generateBody, guestId: 125, templateId: 51 })
  assert.deepEqual([status, json.error.code], [422, 'TEMPLATE_INVALID'])
  assert.match(JSON.stringify(json.error.details), /former/)
})

test('a template that cannot be filled for a guest fails that ticket with the reason, and its row says so', async () => {
  const source = '<!doctype html><html><head><title>t</title></head><body>{{#each words}}{{this}}{{/each}}</body></html>'
  await sql`INSERT INTO templates (id, version, name, source, required_variables) VALUES (50, 1, 'long', ${source}, '{}')`
  const words = Array.from({ length: 100 }, (_, at) => String(at).padEnd(150, 'x'))
  const { status, json } = await generate({ guestId: 124, eventId: 456, templateId: 50, data: { words } })
  assert.equal(status, 201, JSON.stringify(json))
  const nested = source.replace('{{this}}', '{{#each ../words}}{{this}}{{this}}{{/each}}')
  await sql`INSERT INTO templates (id, version, name, source, required_variables) VALUES (50, 2, 'long', ${nested}, '{}')`
  const failed = await generate({ guestId: 124, eventId: 456, templateId: 50, templateVersion: 2 })
  assert.equal(failed.status, 422)
  assert.equal(failed.json.error.code, 'TEMPLATE_INVALID')
  assert.match(JSON.stringify(failed.json.error.details), /2097152/)
  const [log] = await sql`SELECT status, details FROM ticket_generation_logs ORDER BY id DESC LIMIT 1`
  assert.equal(log?.status, 'failed')
  assert.equal(log.details.code, 'TEMPLATE_INVALID')
})
