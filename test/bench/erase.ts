import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import pLimit from 'p-limit'
import { localBucket } from '../../bin/local/service-environment.ts'
import { nextEventId } from '../fixtures/ids.ts'
import { startService } from '../fixtures/running-service.ts'
import { writeTable } from './markdown-table.ts'
import { quantile } from './statistics.ts'

const guestCount = Number(process.argv[2] ?? 50_000)
const singles = 30

// Measures how long it takes to erase one guest, and all of an event, each with a ticket, a PDF and a batch behind it; meanwhile somebody else
// generates tickets of another event, one after the other. The stand-in for S3 runs in this process, as does the API: while it lists or deletes
// many objects, nothing else is answered, which the longest turn of the event loop shows.
const service = await startService({ renderers: 1, scheduleSeconds: 60 })
const { call, sql, awsEndpoint } = service
const eventId = nextEventId()
const otherId = nextEventId()
await sql`INSERT INTO events (id, title, starts_at, location) VALUES (${eventId}, 'Erased', NOW(), 'Paris'), (${otherId}, 'Other', NOW(), 'Paris')`
await sql`
  INSERT INTO guests (event_id, id, first_name, last_name, email)
  SELECT ${eventId}, id, 'Guest', 'Number ' || id, 'guest' || id || '@example.com' FROM generate_series(1, ${guestCount}) id`
const [job] = await sql<[{ id: number }]>`
  INSERT INTO generation_jobs (batch_id, event_id, template_id, template_version, total_count, completed_at)
  VALUES (${`bench-${eventId}`}, ${eventId}, 1, 1, ${guestCount}, NOW()) RETURNING id`
const tickets = await sql<{ key: string }[]>`
  INSERT INTO generated_tickets (job_id, ticket_code, qr_code_data, template_id, template_version, guest_id, event_id, pdf_file_path, printed_at)
  SELECT ${job.id}, gen_random_uuid()::text, '', 1, 1, id, ${eventId}, 'a', NOW() FROM guests WHERE event_id = ${eventId}
  RETURNING FORMAT('tickets/%s/%s/%s.pdf', event_id, id, MD5(id::text)) AS key`
await sql`
  INSERT INTO ticket_generation_logs (job_id, guest_id, ticket_id, status)
  SELECT job_id, guest_id, id, 'generated' FROM generated_tickets WHERE event_id = ${eventId}`
await sql`ANALYZE`
const s3 = new S3Client({ endpoint: awsEndpoint, forcePathStyle: true })
const limit = pLimit(32)
await Promise.all(
  tickets.map(({ key: Key }) => limit(() => s3.send(new PutObjectCommand({ Bucket: localBucket, Key, Body: 'PDF' })))),
)

const time = async (method: string, path: string, body?: object) => {
  const startedAt = performance.now()
  const { status } = await call(method, path, body)
  if (status > 299) throw new Error(`${method} ${path}: ${status}`)
  return performance.now() - startedAt
}
const generate = (guestId: number) =>
  time('POST', '/api/tickets/generate', {
    eventId: otherId,
    guestId,
    data: { firstName: 'A', lastName: 'B', email: 'a@example.com', ticketType: 'VIP' },
  })
await generate(1)
await time('DELETE', `/api/events/${eventId}/guests/${guestCount}`)
const alone: number[] = []
for (let at = 0; at < singles; at++) alone.push(await time('DELETE', `/api/events/${eventId}/guests/${at + 1}`))
const quiet: number[] = []
for (let at = 0; at < singles; at++) quiet.push(await generate(at + 2))

const startedAt = performance.now()
await time('DELETE', `/api/events/${eventId}`)
// Objects are deleted in the order of their keys.
const lastKey = tickets
  .map(({ key }) => key)
  .sort((one, other) => one.localeCompare(other))
  .at(-1)
const phaseOf = async () => {
  const [left] = await sql`SELECT FROM guests WHERE event_id = ${eventId} AND erased_at IS NULL LIMIT 1`
  if (left) return 'rows' as const
  const head = new HeadObjectCommand({ Bucket: localBucket, Key: lastKey })
  return await s3.send(head).then(
    () => 'files' as const,
    () => undefined,
  )
}
const during = { rows: [] as number[], files: [] as number[] }
const turns = { rows: [] as number[], files: [] as number[] }
const turn = monitorEventLoopDelay({ resolution: 5 })
turn.enable()
for (let phase = await phaseOf(); phase; phase = await phaseOf()) {
  turn.reset()
  during[phase].push(await generate(during.rows.length + during.files.length + 100))
  turns[phase].push(turn.max / 1e6)
  await delay(200)
}
const whole = (performance.now() - startedAt) / 1000
const show = (values: number[], fraction: number) => `${quantile(values, fraction).toFixed(0)} ms`
process.stdout.write(
  writeTable(
    ['what', 'p50', 'p95', 'most', 'limit'],
    [
      ['erase a guest', show(alone, 0.5), show(alone, 0.95), show(alone, 1), '200 ms'],
      [`erase an event of ${guestCount}`, `${whole.toFixed(0)} s`, '', '', '300 s'],
      ['generate a ticket of another event before', show(quiet, 0.5), show(quiet, 0.95), show(quiet, 1), ''],
      ['  while rows are erased', show(during.rows, 0.5), show(during.rows, 0.95), show(during.rows, 1), ''],
      ['  while files are deleted', show(during.files, 0.5), show(during.files, 0.95), show(during.files, 1), ''],
      ['longest turn of the event loop, rows', show(turns.rows, 0.5), show(turns.rows, 0.95), show(turns.rows, 1), ''],
      ['longest turn of the event loop, files', show(turns.files, 0.5), show(turns.files, 0.95), show(turns.files, 1), ''],
    ],
  ),
)
await service.stop()
