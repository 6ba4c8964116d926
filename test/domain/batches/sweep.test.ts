import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { findItemsToSend } from '../../../functions/database/work-items.ts'
import { failChunk } from '../../../functions/domain/batches/fail-chunk.ts'
import { sweep } from '../../../functions/domain/batches/sweep.ts'
import { openClients } from '../../../functions/runtime/clients.ts'
import { currentOrigin } from '../../../functions/runtime/tracing.ts'
import { heard, service } from '../../fixtures/batches.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { nextEventId } from '../../fixtures/ids.ts'

const { accept, awsEndpoint, call, ended, follow, registerGuests, sql } = service
const clients = await openClients(['sql', 'storage', 'queues', 'preparer'])
const runSweep = async (orphanedAfterSeconds = 600) =>
  assert.deepEqual((await sweep({ ...clients, afterSeconds: 120, orphanedAfterSeconds })).faults, [])

/** Makes a batch as a crash left it: accepted, nothing printed, every message lost. `sent` tells whether the rows say it was sent. */
async function makeLostBatch({ sent, minutesAgo }: { sent: boolean; minutesAgo: number }) {
  const eventId = nextEventId()
  const ids = await registerGuests(eventId, 60)
  const batch = await accept({ eventId, guestIds: ids })
  await ended(batch.batchId)
  const at = new Date(Date.now() - minutesAgo * 60_000)
  await sql`UPDATE generation_jobs SET status = 'processing', completed_at = NULL, sent_at = ${sent ? at : null} WHERE id = ${batch.jobId}`
  await sql`UPDATE ticket_generation_logs SET status = 'pending', updated_at = ${at} WHERE job_id = ${batch.jobId}`
  return batch
}

for (const [name, sent] of Object.entries({ 'was never sent': false, 'was sent and got lost': true })) {
  test(`a chunk that ${name} is sent again once it is old enough`, async () => {
    const old = await makeLostBatch({ sent, minutesAgo: 3 })
    const young = await makeLostBatch({ sent, minutesAgo: 1 })
    await runSweep()
    assert.equal((await ended(old.batchId)).generatedCount, 60)
    assert.equal((await follow(young.batchId)).generatedCount, 0)
    await sql`UPDATE ticket_generation_logs SET status = 'cancelled' WHERE job_id = ${young.jobId}`
  })
}

test('what is sent again belongs to the request for the batch, or for its retry', async () => {
  const seen: unknown[] = []
  const noting = {
    ...clients,
    ...{ afterSeconds: 120, orphanedAfterSeconds: 600 },
    queues: { ...clients.queues, send: async () => void seen.push(currentOrigin().requestId) },
    preparer: { start: async () => void seen.push(currentOrigin().requestId) },
  }
  const eventId = nextEventId()
  const guestIds = await registerGuests(eventId, 1)
  const accepted = await call('POST', '/api/tickets/batch', { eventId, guestIds, templateId: service.plainTemplate })
  const { batchId, jobId } = accepted.json.data
  await ended(batchId)
  const lose = async (change: object) => {
    await sql`UPDATE generation_jobs SET status = 'processing', completed_at = NULL, sent_at = NULL WHERE id = ${jobId}`
    await sql`UPDATE ticket_generation_logs SET ${sql({ updated_at: new Date(0), ...change })} WHERE job_id = ${jobId}`
    await sweep(noting)
  }
  await lose({ status: 'pending', given: null })
  await lose({ status: 'pending', given: {} })
  await sql`UPDATE ticket_generation_logs SET status = 'failed', given = NULL WHERE job_id = ${jobId}`
  const retried = await call('POST', `/api/batches/${batchId}/retry`)
  await ended(batchId)
  await lose({ status: 'pending', given: null })
  await sql`UPDATE ticket_generation_logs SET status = 'cancelled' WHERE job_id = ${jobId}`
  const ids = [accepted, accepted, retried].map(({ headers }) => headers.get('x-amzn-requestid'))
  assert.ok(ids.every(Boolean))
  assert.deepEqual(seen, ids)
})

test('items reopened after their batch was sent count as unsent, and only they are sent', async () => {
  const { jobId } = await makeLostBatch({ sent: true, minutesAgo: 0 })
  await sql`UPDATE generation_jobs SET sent_at = NOW() WHERE id = ${jobId}`
  const [opened] = await sql<{ id: number }[]>`
    UPDATE ticket_generation_logs SET updated_at = NOW() + INTERVAL '1 second'
    WHERE id = (SELECT MAX(id) FROM ticket_generation_logs WHERE job_id = ${jobId}) RETURNING id`
  const toSend = await findItemsToSend(sql, jobId, { sentToo: false })
  assert.deepEqual(
    toSend.map(({ id }) => id),
    [opened?.id],
  )
  assert.equal((await findItemsToSend(sql, jobId, { sentToo: true })).length, 60)
  await sql`UPDATE ticket_generation_logs SET status = 'cancelled' WHERE job_id = ${jobId}`
})

test('a batch whose last item was settled without ending it is ended', async () => {
  const { jobId, batchId } = await makeLostBatch({ sent: true, minutesAgo: 3 })
  await sql`UPDATE ticket_generation_logs SET status = 'generated' WHERE job_id = ${jobId}`
  await sql`UPDATE generation_jobs SET created_at = NOW() - INTERVAL '3 minutes' WHERE id = ${jobId}`
  await runSweep()
  assert.equal((await follow(batchId)).status, 'completed')
})

test('an abandoned single ticket is settled as failed, and a new request generates it', async () => {
  const eventId = nextEventId()
  await registerGuests(eventId, 1)
  const body = { eventId, guestId: 1 }
  const { json } = await call('POST', '/api/tickets/generate', body)
  const [item] = await sql`
    UPDATE ticket_generation_logs SET status = 'pending', created_at = NOW() - INTERVAL '3 minutes'
    WHERE ticket_id = ${json.data.ticketId} RETURNING id, job_id`
  await sql`UPDATE generation_jobs SET completed_at = NULL WHERE id = ${item?.job_id}`
  await runSweep()
  const [row] = await sql`SELECT status, message FROM ticket_generation_logs WHERE id = ${item?.id}`
  assert.deepEqual({ ...row }, { status: 'failed', message: 'The ticket was not generated in time. Request it again.' })
  const again = await call('POST', '/api/tickets/generate', body)
  assert.deepEqual([again.status, again.json.data.ticketCode], [201, json.data.ticketCode])
})

test('an orphaned object is deleted once its links have expired, and the current file stays', async () => {
  const eventId = nextEventId()
  const ids = await registerGuests(eventId, 2)
  const { batchId } = await accept({ eventId, guestIds: ids })
  const [first, second] = (await ended(batchId)).tickets
  const s3 = new S3Client({ endpoint: awsEndpoint, forcePathStyle: true })
  const orphans = [first, second].map((ticket) => `tickets/${eventId}/${ticket?.ticketId}/orphan.pdf`)
  for (const Key of orphans) await s3.send(new PutObjectCommand({ Bucket: 'tickets', Key, Body: 'x' }))
  const exists = async (Key: string) =>
    await s3.send(new GetObjectCommand({ Bucket: 'tickets', Key })).then(
      () => true,
      () => false,
    )
  const old = new Date(Date.now() - 11 * 60_000)
  // What other tests left would be looked at first, again and again.
  await sql`DELETE FROM untidy_tickets`
  await sql`INSERT INTO untidy_tickets VALUES (${first?.ticketId ?? 0}, ${old}), (${second?.ticketId ?? 0}, NOW())`
  await runSweep()
  assert.deepEqual(await Promise.all(orphans.map(exists)), [true, true], 'the files themselves are young')
  // Of S3's clock we can only wait for a second: the rows are old, the files just old enough.
  await eventually('the orphan is gone', async () => {
    await runSweep(1)
    return !(await exists(orphans[0] ?? ''))
  })
  const rows = await sql`SELECT pdf_file_path FROM generated_tickets WHERE event_id = ${eventId}`
  for (const row of rows) assert.ok(await exists(row.pdf_file_path))
})

test('files of a pending ticket stay until it is printed', async () => {
  const eventId = nextEventId()
  const ids = await registerGuests(eventId, 2)
  const { batchId, jobId } = await accept({ eventId, guestIds: ids })
  const [pending, settled] = (await ended(batchId)).tickets.map(({ ticketId }) => ticketId ?? 0)
  await sql`UPDATE ticket_generation_logs SET status = 'pending' WHERE job_id = ${jobId} AND ticket_id = ${pending ?? 0}`
  const s3 = new S3Client({ endpoint: awsEndpoint, forcePathStyle: true })
  const keyOf = (ticketId: number | undefined) => `tickets/${eventId}/${ticketId}/former.pdf`
  for (const ticketId of [pending, settled]) {
    await s3.send(new PutObjectCommand({ Bucket: 'tickets', Key: keyOf(ticketId), Body: 'x' }))
    await sql`INSERT INTO untidy_tickets VALUES (${ticketId ?? 0}, NOW() - INTERVAL '11 minutes')`
  }
  const goes = (ticketId: number | undefined) =>
    eventually('the file is gone', async () => {
      await runSweep(1)
      return !(await clients.storage.exists(keyOf(ticketId)))
    })
  await goes(settled)
  assert.ok(await clients.storage.exists(keyOf(pending)))
  await sql`UPDATE ticket_generation_logs SET status = 'generated' WHERE ticket_id = ${pending ?? 0}`
  await goes(pending)
})

test('an abandoned chunk fails its pending items, ends the batch with the reason and notifies once', async () => {
  const { jobId, batchId } = await makeLostBatch({ sent: true, minutesAgo: 0 })
  const before = (await heard(batchId)).length
  const items = await sql<{ id: number }[]>`SELECT id FROM ticket_generation_logs WHERE job_id = ${jobId} ORDER BY id`
  const itemIds = items.map(({ id }) => id)
  await sql`UPDATE ticket_generation_logs SET status = 'generated' WHERE id = ANY(${itemIds.slice(0, 20)})`
  const chunks = [itemIds.slice(0, 30), itemIds.slice(30), itemIds.slice(0, 30)].map((ids) => ({ jobId, itemIds: ids }))
  await Promise.all(chunks.map((chunk) => failChunk(clients, chunk, 'It was tried out.')))
  const { status, generatedCount, failedCount, tickets } = await follow(batchId)
  assert.deepEqual([status, generatedCount, failedCount], ['completed', 20, 40])
  assert.deepEqual(tickets.at(-1)?.error, { code: 'RENDER_FAILED', message: 'It was tried out.', details: [] })
  await eventually('it was told of', async () => (await heard(batchId)).length === before + 1)
})

test('with queues unavailable a sweep does what it can, and reports what failed', async () => {
  const old = await makeLostBatch({ sent: true, minutesAgo: 3 })
  const unended = await makeLostBatch({ sent: true, minutesAgo: 3 })
  await sql`UPDATE ticket_generation_logs SET status = 'generated' WHERE job_id = ${unended.jobId}`
  await sql`UPDATE generation_jobs SET created_at = NOW() - INTERVAL '3 minutes' WHERE id = ${unended.jobId}`
  const away = new Error('away')
  const failing = {
    ...clients,
    queues: { ...clients.queues, depth: () => Promise.reject(away) },
  }
  const report = await sweep({ ...failing, afterSeconds: 120, orphanedAfterSeconds: 0 })
  assert.deepEqual(report.faults, [away, away])
  assert.equal((await follow(unended.batchId)).status, 'completed')
  assert.ok(report.stallSeconds !== undefined && report.stallSeconds > 0)
  assert.equal((await follow(old.batchId)).status, 'processing')
  await runSweep()
  assert.equal((await ended(old.batchId)).generatedCount, 60)
})
