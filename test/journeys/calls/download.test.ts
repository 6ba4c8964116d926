import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { eventually } from '../../fixtures/eventually.ts'
import { inspect, readText } from '../../fixtures/printing.ts'
import { registerEvent, service } from '../../fixtures/service.ts'

const { call, sql } = service

const eventId = await registerEvent()

/** Generates tickets for guests with these names, in this order. */
async function generateBatch(names: string[], templateId = 1) {
  const batchId = `download-${randomUUID()}`
  const first = Math.floor(Math.random() * 2 ** 40)
  const data = (firstName: string) => ({ firstName, lastName: 'Doe', email: 'a@example.com', ticketType: 'VIP' })
  const guests = names.map((name, index) => ({ guestId: first + names.length - index, data: data(name) }))
  await call('POST', '/api/tickets/batch', { eventId, guests, templateId, options: { batchId } })
  const isDone = async () => {
    const { json } = await call('GET', `/api/batches/${batchId}/status`)
    return json.data.status === 'completed'
  }
  await eventually('the batch is done', isDone, 30_000)
  return batchId
}

const ask = (batchId: string, format: string) => call('GET', `/api/batches/${batchId}/download?format=${format}`)

/** Asks for the download until it is there, and tells what was answered on the way. */
async function download(batchId: string, format: string) {
  const answers: unknown[] = []
  let location = ''
  await eventually('the download is there', async () => {
    const { status, json, headers } = await ask(batchId, format)
    if (status === 202) answers.push(json.data)
    else assert.equal(status, 302, JSON.stringify(json))
    location = headers.get('location') ?? ''
    return status === 302
  })
  return { answers, location }
}

const names = ['Ada', 'Bo', 'Cy', 'Di', 'Ed']
let batch: Promise<string> | undefined

/** Returns the batch that two ways to download it share. */
const fiveTickets = () => (batch ??= generateBatch(names))

test('all tickets of a batch come as one PDF in the order of the request, made once', async () => {
  const batchId = await fiveTickets()
  const { answers, location } = await download(batchId, 'pdf')
  assert.deepEqual(answers[0], { batchId, format: 'pdf', status: 'making', doneCount: 0, totalCount: 5 })
  const response = await fetch(location)
  assert.equal(response.headers.get('content-disposition'), `attachment; filename="${batchId}.pdf"`)
  const pdf = Buffer.from(await response.arrayBuffer())
  await inspect('qpdf', ['--check'], pdf)
  assert.deepEqual((await readText(pdf)).match(/\b(Ada|Bo|Cy|Di|Ed)\b(?= Doe)/g), names)
  const part = await fetch(location, { headers: { range: 'bytes=100-199' } })
  assert.deepEqual([part.status, Buffer.from(await part.arrayBuffer())], [206, pdf.subarray(100, 200)])
  assert.equal((await ask(batchId, 'pdf')).status, 302)
})

test('all tickets of a batch come as a ZIP of their files', async () => {
  const batchId = await fiveTickets()
  const { location } = await download(batchId, 'zip')
  const zip = Buffer.from(await (await fetch(location)).arrayBuffer())
  assert.match((await inspect('python3', ['-m', 'zipfile', '-t'], zip)).toString(), /Done testing/)
  const list = (await inspect('python3', ['-m', 'zipfile', '-l'], zip)).toString()
  const codes = await sql`
    SELECT ticket_code FROM generated_tickets ticket JOIN generation_jobs job ON job.id = ticket.job_id
    WHERE batch_id = ${batchId} ORDER BY guest_id DESC`
  assert.deepEqual(
    list.match(/\d-TC-\S+/g),
    codes.map(({ ticket_code }, index) => `${index + 1}-${ticket_code}.pdf`),
  )
})

test('name badges come two a row on sheets, eight to each', async () => {
  const guests = ['Al', 'Bea', 'Cas', 'Dot', 'Eve', 'Flo', 'Gil', 'Hue', 'Ivy']
  const badges = await generateBatch(guests, 3)
  const { location } = await download(badges, 'pdf')
  const pdf = Buffer.from(await (await fetch(location)).arrayBuffer())
  if (process.env.SCREENSHOTS) await writeFile(path.join(process.env.SCREENSHOTS, 'badges.pdf'), pdf)
  assert.match((await inspect('pdfinfo', [], pdf)).toString(), /Pages: +2\n[\s\S]*Page size: +595\.\d+ x 841\.\d+ pts \(A4\)/)
  const readSheet = async (page: string) => (await inspect('pdftotext', ['-f', page, '-l', page], pdf, ['-'])).toString()
  const [first, second] = [await readSheet('1'), await readSheet('2')]
  for (const name of guests.slice(0, 8)) assert.match(first, new RegExp(`\\b${name}\\b`))
  assert.match(second, /\bIvy\b/)
})

test('a revoked ticket is left out of the next download', async () => {
  const again = await generateBatch(['Fay', 'Gus'])
  const { location } = await download(again, 'pdf')
  const { json } = await call('GET', `/api/batches/${again}/status`)
  await call('POST', `/api/tickets/${json.data.tickets[0].ticketId}/revoke`)
  const second = await download(again, 'pdf')
  assert.notEqual(new URL(second.location).pathname, new URL(location).pathname)
  const pdf = Buffer.from(await (await fetch(second.location)).arrayBuffer())
  assert.deepEqual((await readText(pdf)).match(/Fay|Gus/g), ['Gus'])
})

test('an attempt that takes over from a dead one makes the file, and the dead one changes nothing', async () => {
  const silent = await generateBatch(['Hal'])
  const [row] = await sql`
    INSERT INTO batch_downloads (job_id, format, content_hash, total_count, updated_at)
    SELECT id, 'pdf', 'that of others', 1, NOW() FROM generation_jobs WHERE batch_id = ${silent} RETURNING *`
  const { location } = await download(silent, 'pdf')
  assert.equal((await fetch(location)).status, 200)
  const [now] = await sql`SELECT * FROM batch_downloads WHERE job_id = ${row?.job_id}`
  assert.equal(now?.status, 'made')
  assert.notEqual(now?.attempt, row?.attempt)
})

test('a missing file fails the download and names its ticket', async () => {
  const gone = await generateBatch(['Ida'])
  await sql`
    UPDATE generated_tickets ticket SET pdf_file_path = 'tickets/none.pdf'
    FROM generation_jobs job WHERE job.id = ticket.job_id AND batch_id = ${gone}`
  await ask(gone, 'pdf')
  await eventually('the download failed', async () => (await ask(gone, 'pdf')).status === 502)
  const { json } = await ask(gone, 'pdf')
  assert.equal(json.error.code, 'DOWNLOAD_FAILED')
  assert.match(json.error.message, /file of ticket TC-\S+ is no longer stored/)
})

test('what cannot be downloaded says why', async () => {
  assert.equal((await ask('no-such-batch', 'pdf')).json.error.code, 'BATCH_NOT_FOUND')
  const wrong = (await ask(await fiveTickets(), 'docx')).json.error
  assert.deepEqual([wrong.code, wrong.details], ['VALIDATION_FAILED', [{ path: 'format', problem: 'must be pdf or zip' }]])
  const empty = `download-${randomUUID()}`
  await call('POST', '/api/tickets/batch', { eventId, guestIds: [2 ** 41], options: { batchId: empty } })
  assert.equal((await ask(empty, 'pdf')).json.error.code, 'BATCH_EMPTY')
})
