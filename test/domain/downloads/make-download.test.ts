import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StorageUnavailableError } from '../../../functions/aws/ticket-storage.ts'
import { claimDownload, listDownloadedFiles } from '../../../functions/database/batch-downloads.ts'
import { makeDownload } from '../../../functions/domain/downloads/make-download.ts'
import { openClients } from '../../../functions/runtime/clients.ts'
import { service } from '../../fixtures/batches.ts'
import { nextEventId } from '../../fixtures/ids.ts'

const { accept, ended, registerGuests, request, sql } = service
const { sql: pool, storage } = await openClients(['sql', 'storage'])

/** Claims a download of a batch of two, as the API does before it asks for the file. */
async function claim() {
  const eventId = nextEventId()
  const { batchId, jobId } = await accept({ eventId, guestIds: await registerGuests(eventId, 2) })
  await ended(batchId)
  const row = await claimDownload(pool, { job_id: jobId, format: 'pdf', content_hash: 'x', total_count: 2 })
  assert.ok(row)
  return { jobId, format: 'pdf' as const, attempt: row.attempt }
}

const statusOf = async (jobId: number) => {
  const [row] = await sql`SELECT status, message FROM batch_downloads WHERE job_id = ${jobId}`
  return { ...row }
}

test('a damaged file settles the download as failed, with the ticket to generate again, and keeps the cause for the log', async () => {
  const wanted = await claim()
  const corrupt = { ...storage, read: async () => Buffer.from('no PDF at all') }
  const outcome = await makeDownload({ sql: pool, storage: corrupt }, wanted)
  assert.ok(typeof outcome === 'object' && outcome.error instanceof Error)
  assert.match(String(outcome.error.cause), /cross-reference table/)
  assert.deepEqual(await statusOf(wanted.jobId), { status: 'failed', message: outcome.failure })
  assert.match(outcome.failure, /^The file of ticket TC-[\w-]+ is damaged\. Generate the ticket again\.$/)
})

test('unavailable storage is transient: the download is made by the next request', async () => {
  const wanted = await claim()
  const away = { ...storage, read: () => Promise.reject(new StorageUnavailableError(new Error('503'))) }
  await assert.rejects(makeDownload({ sql: pool, storage: away }, wanted), StorageUnavailableError)
  assert.equal((await statusOf(wanted.jobId)).status, 'making')
  assert.equal(await makeDownload({ sql: pool, storage }, wanted), 'made')
})

test('the download of a batch has the newest reissue of each ticket and no revoked one', async () => {
  const eventId = nextEventId()
  const guestIds = await registerGuests(eventId, 3)
  const { batchId, jobId } = await accept({ eventId, guestIds })
  const [first, second, third] = (await ended(batchId)).tickets
  const reissue = (ticketId: unknown) =>
    request<{ ticketId: number; ticketCode: string }>('POST', `/api/tickets/${ticketId}/reissue`, {}, 201)
  const again = await reissue((await reissue(first?.ticketId)).ticketId)
  await request('POST', `/api/tickets/${second?.ticketId}/revoke`)
  // Whoever is asked for anew after that is not of the batch.
  await request('POST', '/api/tickets/generate', { eventId, guestId: 2 }, 201)
  const files = await listDownloadedFiles(pool, jobId)
  assert.deepEqual(
    files.map(({ ticket_code }) => ticket_code),
    [again.ticketCode, third?.ticketCode],
  )
})
