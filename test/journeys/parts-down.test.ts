import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { after, mock, test } from 'node:test'
import { CreateBucketCommand, DeleteBucketCommand, DeleteObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import demo from '../../bin/local/demo-event.json' with { type: 'json' }
import { listTree, sendSignal } from '../../bin/local/process/process-tree.ts'
import { localCredentials } from '../../bin/local/queues/aws.ts'
import { localBucket } from '../../bin/local/service-environment.ts'
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

test('detailed health names every part and counts waiting messages', async () => {
  const { status, json } = await call('GET', '/health/detailed')
  assert.equal(status, 200)
  const { dependencies, problems, queues } = detailedHealth.strict().parse(json)
  assert.deepEqual(problems, [])
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

const aws = { endpoint: service.awsEndpoint, region: 'us-east-1', credentials: localCredentials }
const register = () => call('PUT', '/api/events/456', demo.event)

/** Reads the problems that detailed health names; it answers 503 with any. */
async function readProblems(): Promise<{ part: string; code: string; message: string }[]> {
  const { status, json } = await call('GET', '/health/detailed')
  assert.equal(status, json.problems.length > 0 ? 503 : 200)
  return json.problems
}

test('what PostgreSQL lacks is told as such, and it works again without a restart', async () => {
  await sql.unsafe(`CREATE FUNCTION lack() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'lacking' USING ERRCODE = TG_ARGV[0]; END $$`)
  for (const [state, code] of [
    ['53100', 'DISK_FULL'],
    ['25006', 'DATABASE_READ_ONLY'],
    ['53300', 'DATABASE_UNAVAILABLE'],
    ['53000', 'OUT_OF_FILES'],
  ]) {
    await sql.unsafe(`CREATE TRIGGER lack BEFORE INSERT OR UPDATE ON events FOR EACH ROW EXECUTE FUNCTION lack('${state}')`)
    const { status, headers, json } = await register()
    assert.deepEqual([status, json.error.code], [503, code])
    assert.ok(Number(headers.get('retry-after')) > 0)
    await sql`DROP TRIGGER lack ON events`
    assert.equal((await register()).status, 200)
  }
})

test('without the bucket a ticket gets 503 that says so, health tells, and all recovers with the bucket', async () => {
  const s3 = new S3Client({ ...aws, forcePathStyle: true })
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: localBucket }))
  for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket: localBucket, Key }))
  await s3.send(new DeleteBucketCommand({ Bucket: localBucket }))
  const body = { ...generateBody, guestId: 126 }
  const { status, json } = await generate(body)
  assert.deepEqual([status, json.error.code], [503, 'STORAGE_UNAVAILABLE'])
  assert.match(json.error.message, /bucket of the tickets does not exist/)
  const [problem] = await readProblems()
  assert.deepEqual([problem?.part, problem?.message], ['storage', json.error.message])
  await s3.send(new CreateBucketCommand({ Bucket: localBucket }))
  assert.deepEqual([(await generate(body)).status, await readProblems()], [201, []])
})

test('without the queue health tells, a batch is accepted all the same, and the queue works again once it is there', async () => {
  const sqs = new SQSClient(aws)
  const QueueUrl = process.env.RENDER_QUEUE_URL
  await sqs.send(new DeleteQueueCommand({ QueueUrl }))
  const [problem, ...others] = await readProblems()
  assert.deepEqual([problem?.part, problem?.code, others], ['queues', 'QUEUE_UNAVAILABLE', []])
  assert.match(problem?.message ?? '', /queue does not exist/)
  assert.equal((await call('POST', '/api/tickets/batch', { eventId: 456, guestIds: [123] })).status, 202)
  await sqs.send(new CreateQueueCommand({ QueueName: QueueUrl?.split('/').at(-1) }))
  assert.deepEqual(await readProblems(), [])
})

test('health reports a wrong clock, and is healthy again once the clock is right', async () => {
  mock.timers.enable({ apis: ['Date'], now: Date.now() - 3_600_000 })
  const [problem] = await readProblems().finally(() => mock.timers.reset())
  assert.deepEqual([problem?.part, problem?.code], ['clock', 'CLOCK_WRONG'])
  assert.match(problem?.message ?? '', /is 3,?[56]\d\d s behind that of the database/)
  assert.deepEqual(await readProblems(), [])
})
