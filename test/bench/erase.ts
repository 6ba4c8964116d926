import { setTimeout as delay } from 'node:timers/promises'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import pLimit from 'p-limit'
import { localBucket } from '../../bin/local/service-environment.ts'
import { nextEventId } from '../fixtures/ids.ts'
import { startService } from '../fixtures/running-service.ts'
import { writeTable } from './markdown-table.ts'
import { quantile } from './statistics.ts'

const guestCount = Number(process.argv[2] ?? 50_000)
const singles = 30

// Measures how long it takes to erase one guest, and all of an event, each with a ticket, a PDF and a batch behind it; meanwhile somebody else
// generates tickets of another event, one after the other.
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
const during: number[] = []
const isDone = async () => {
  const [row] = await sql<
    { left: number }[]
  >`SELECT COUNT(*) AS left FROM guests WHERE event_id = ${eventId} AND erased_at IS NULL`
  const objects = await fetch(`${awsEndpoint}/${localBucket}?list-type=2&max-keys=1&prefix=tickets/${eventId}/`)
  return row?.left === 0 && !(await objects.text()).includes('<Key>')
}
while (!(await isDone())) {
  during.push(await generate(during.length + 100))
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
      ['generate a ticket of another event meanwhile', show(during, 0.5), show(during, 0.95), show(during, 1), ''],
    ],
  ),
)
await service.stop()
