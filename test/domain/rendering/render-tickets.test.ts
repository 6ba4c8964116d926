import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { ticketsPerChunk } from '../../../functions/contract/queues.ts'
import { openClients } from '../../../functions/runtime/clients.ts'
import { heard, service } from '../../fixtures/batches.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { nextEventId } from '../../fixtures/ids.ts'

const { accept, awsEndpoint, ended, plainTemplate, publish, registerGuests, request, sql } = service
const { queues } = await openClients(['queues', 'preparer'])
const page = (body: string) => `<!doctype html><html><head><title>t</title></head><body>${body}</body></html>`

async function itemsOf(jobId: number) {
  return await sql<{ id: number; ticket_id: number; status: string }[]>`
    SELECT id, ticket_id, status FROM ticket_generation_logs WHERE job_id = ${jobId} ORDER BY id`
}

/** Counts the files that the tickets of an event name, and what else the bucket holds of it that nobody noted as orphaned. */
async function filesOf(eventId: number): Promise<{ named: number; forgotten: number }> {
  const s3 = new S3Client({ endpoint: awsEndpoint, forcePathStyle: true })
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'tickets', Prefix: `tickets/${eventId}/` }))
  const rows = await sql`
    SELECT ticket.id, pdf_file_path, EXISTS (SELECT FROM untidy_tickets WHERE ticket_id = ticket.id) AS has_orphans
    FROM generated_tickets ticket WHERE event_id = ${eventId}`
  const named = new Set(rows.map((row) => row.pdf_file_path))
  const untidy = new Set(rows.filter((row) => row.has_orphans).map((row) => String(row.id)))
  const others = Contents.filter(({ Key }) => !named.has(Key))
  const forgotten = others.filter(({ Key }) => !untidy.has(Key?.split('/')[2] ?? ''))
  return { named: Contents.length - others.length, forgotten: forgotten.length }
}

describe('one guest of fifty', () => {
  test('whose filled template is too large fails alone, with TEMPLATE_INVALID', async () => {
    const eventId = nextEventId()
    const templateId = await publish(page(`{{firstName}}{{#if repeat}}${'{{repeat}}'.repeat(1100)}{{/if}}`))
    const ids = await registerGuests(eventId, 50, (guestId) => (guestId === 17 ? { data: { repeat: 'x'.repeat(2000) } } : {}))
    const { batchId } = await accept({ eventId, guestIds: ids, templateId })
    const { status, generatedCount, failedCount, tickets } = await ended(batchId)
    assert.deepEqual([status, generatedCount, failedCount], ['completed', 49, 1])
    const [failed] = tickets.filter((ticket) => ticket.status === 'failed')
    assert.deepEqual([failed?.guestId, failed?.error?.code, failed?.pdfUrl], [17, 'TEMPLATE_INVALID', null])
    assert.match(failed?.error?.message ?? '', /at most \d+ are allowed/)
  })

  test('whose PDF is too large fails alone, with the size', async () => {
    const eventId = nextEventId()
    const templateId = await publish(page('{{firstName}}{{#each pages}}<p style="break-before: page">Page {{this}}</p>{{/each}}'))
    const pages = Array.from({ length: 100 }, (_, index) => `number ${index} ${crypto.randomUUID()}`)
    const ids = await registerGuests(eventId, 50, (guestId) => (guestId === 1 ? { data: { pages } } : {}))
    const { batchId } = await accept({ eventId, guestIds: ids, templateId })
    const { generatedCount, failedCount, tickets } = await ended(batchId)
    assert.deepEqual([generatedCount, failedCount], [49, 1])
    assert.equal(tickets[0]?.error?.code, 'PDF_TOO_LARGE')
    assert.match(tickets[0]?.error?.message ?? '', /^The PDF is \d{5,6} bytes; at most 60000 are allowed/)
  })
})

test('missing glyphs are reported with the item and the ticket until the ticket is printed without them', async () => {
  const eventId = nextEventId()
  const generate = async (lastName: string) => {
    const data = { firstName: 'Ada', lastName, email: 'ada@example.com', ticketType: 'VIP' }
    await request('POST', '/api/tickets/generate', { eventId, guestId: 2, templateId: plainTemplate, data }, 201)
  }
  const unknown = '\u{12000}\u{12001}'
  const ids = await registerGuests(eventId, 3, (guestId) => (guestId === 2 ? { lastName: unknown } : {}))
  const { batchId } = await accept({ eventId, guestIds: ids })
  const { tickets } = await ended(batchId)
  const warnings = [{ code: 'MISSING_GLYPHS', count: 2 }]
  assert.deepEqual(
    tickets.map((ticket) => ticket.warnings),
    [[], warnings, []],
  )
  const read = () => request<{ warnings: unknown[] }>('GET', `/api/tickets/${tickets[1]?.ticketId}`)
  assert.deepEqual((await read()).warnings, warnings)
  await generate('Lovelace')
  assert.deepEqual((await read()).warnings, [])
  await generate(unknown)
  assert.deepEqual((await read()).warnings, warnings)
})

describe('redelivering a chunk', () => {
  test('that is settled prints nothing and sends no second notification', async () => {
    const eventId = nextEventId()
    const ids = await registerGuests(eventId, 60)
    const { batchId, jobId } = await accept({ eventId, guestIds: ids })
    await ended(batchId)
    const rows = () => sql`SELECT id, status, updated_at, details FROM ticket_generation_logs WHERE job_id = ${jobId} ORDER BY id`
    const before = await rows()
    const itemIds = (await itemsOf(jobId)).map(({ id }) => id)
    await queues.send('normal', eventId, [
      { jobId, itemIds: itemIds.slice(ticketsPerChunk) },
      { jobId, itemIds: itemIds.slice(0, ticketsPerChunk) },
    ])
    await eventually('the queue is empty', async () => {
      const { waiting, active } = await queues.depth('normal')
      return waiting + active === 0
    })
    assert.deepEqual([...(await rows())], [...before])
    assert.deepEqual(await filesOf(eventId), { named: 60, forgotten: 0 })
    await eventually('the notification came', async () => (await heard(batchId)).length > 0)
    assert.equal((await heard(batchId)).length, 1)
  })

  test('while it is printed, in any order, gives each ticket one file and sends one notification', async () => {
    const eventId = nextEventId()
    const ids = await registerGuests(eventId, 120)
    const { batchId, jobId } = await accept({ eventId, guestIds: ids })
    const itemIds = (await itemsOf(jobId)).map(({ id }) => id).toReversed()
    const chunks = [itemIds.slice(0, 40), itemIds.slice(30, 70), itemIds.slice(65, 105), itemIds.slice(80), itemIds.slice(0, 40)]
    await queues.send(
      'high',
      eventId,
      chunks.map((chunk) => ({ jobId, itemIds: chunk })),
    )
    const { generatedCount, tickets } = await ended(batchId)
    assert.equal(generatedCount, 120)
    assert.equal(new Set(tickets.map(({ ticketId }) => ticketId)).size, 120)
    // Two renderers may print a ticket at once, each among others: the files differ, and the one that comes later notes that its own is to go.
    await eventually('every file is named, or noted as orphaned', async () => (await filesOf(eventId)).forgotten === 0)
    assert.deepEqual(await filesOf(eventId), { named: 120, forgotten: 0 })
    await eventually('the notification came', async () => (await heard(batchId)).length > 0)
    assert.equal((await heard(batchId)).length, 1)
  })
})
