import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateBody } from '../../../functions/contract/examples/tickets.ts'
import { generateAnswer, ticketAnswer } from '../../../functions/contract/schemas/answers.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { download, inspectPdf, readQrCode } from '../../fixtures/running-service.ts'
import { service } from '../../fixtures/service.ts'

const { call, sql } = service

const generate = (body: unknown) => call('POST', '/api/tickets/generate', body)

test("the specification's request comes back with a ticket whose PDF opens, whose code scans and whose rows are there", async () => {
  const { status, json } = await generate(generateBody)
  assert.equal(status, 201)
  const ticket = generateAnswer.strict().parse(json.data)
  const pdf = await inspectPdf(await download(ticket.pdfUrl))
  assert.match(pdf.check, /No syntax or stream encoding errors/)
  assert.match(pdf.info, /Pages: +1\n/)
  for (const text of ['Tech Conference 2024', 'John Doe', 'john.doe@example.com', 'VIP', ticket.ticketCode])
    assert.ok(pdf.text.includes(text), text)
  const [row] = await sql`SELECT * FROM generated_tickets WHERE id = ${ticket.ticketId}`
  assert.equal(pdf.qr, row?.qr_code_data)
  // Other tests generate this guest's ticket too: the newest item is ours.
  const [log] = await sql`
    SELECT * FROM ticket_generation_logs WHERE ticket_id = ${ticket.ticketId} ORDER BY id DESC LIMIT 1`
  assert.equal(log?.status, 'generated')
  assert.ok(log.details.durationMs > 0)
  assert.equal(log.details.pdfBytes, row?.pdf_bytes)
  const [job] = await sql`SELECT * FROM generation_jobs WHERE id = ${log.job_id}`
  assert.equal(job?.status, 'completed')
})

test('repeating a request gives the same ticket and code, also when two come at once', async () => {
  const body = { ...generateBody, guestId: 124 }
  const answers = await Promise.all([generate(body), generate(body), generate(body)])
  answers.push(await generate({ guestId: 124, eventId: 456 }))
  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 201, 201, 201],
  )
  assert.equal(new Set(answers.map(({ json }) => `${json.data.ticketId} ${json.data.ticketCode}`)).size, 1)
})

test('a ticket reads back with its QR image, guest and event as the specification shows', async () => {
  const { json: made } = await generate(generateBody)
  const { status, json } = await call('GET', `/api/tickets/${made.data.ticketId}`)
  assert.equal(status, 200)
  const ticket = ticketAnswer.strict().parse(json.data)
  assert.equal(ticket.status, 'generated')
  assert.deepEqual(ticket.guest, { id: 123, firstName: 'John', lastName: 'Doe' })
  assert.deepEqual(ticket.event, { id: 456, title: 'Tech Conference 2024' })
  assert.equal(await readQrCode(Buffer.from(ticket.qrCodeData, 'base64')), ticket.qrPayload)
})

test('the QR link shows the code as PNG and as SVG', async () => {
  const { json: made } = await generate(generateBody)
  const { json } = await call('GET', `/api/tickets/${made.data.ticketId}`)
  assert.equal(await readQrCode(await download(made.data.qrCodeUrl)), json.data.qrPayload)
  const svg = await call('GET', `${made.data.qrCodeUrl}&format=svg`)
  assert.equal(svg.headers.get('content-type'), 'image/svg+xml')
  assert.match(svg.bytes.toString(), /^<svg /)
  assert.equal((await call('GET', `${made.data.qrCodeUrl}&format=gif`)).json.error.code, 'VALIDATION_FAILED')
})

test('a guest link of another ticket or purpose is refused, and one of a revoked ticket is gone', async () => {
  const { json: one } = await generate({ guestId: 124, eventId: 456 })
  const { json: other } = await generate({ guestId: 125, eventId: 456 })
  const query = new URL(one.data.pdfUrl).search
  assert.equal((await call('GET', `/pdf/${other.data.ticketId}${query}`)).json.error.code, 'FORBIDDEN')
  assert.equal((await call('GET', `/qr/${one.data.ticketId}${query}`)).status, 403)
  assert.equal((await call('GET', `/pdf/${one.data.ticketId}`)).status, 403)
  await sql`UPDATE generated_tickets SET revoked_at = NOW() WHERE id = ${one.data.ticketId}`
  const retired = await call('GET', one.data.pdfUrl)
  assert.equal(retired.status, 410)
  assert.equal(retired.json.error.code, 'LINK_EXPIRED')
  const { json: again } = await generate({ guestId: 124, eventId: 456 })
  assert.notEqual(again.data.ticketCode, one.data.ticketCode)
})

test("the specification's QR options change how the code looks, and the JSON payload has its five fields", async () => {
  const qr = { size: 300, margin: 2, color: { dark: '#112233', light: '#FFFFFF' }, errorCorrectionLevel: 'H', format: 'json' }
  const { status, json } = await generate({ ...generateBody, guestId: 1001, options: { qr } })
  assert.equal(status, 201)
  const image = await download(json.data.qrCodeUrl)
  assert.equal(image.readUInt32BE(16), 300)
  const payload = JSON.parse(await readQrCode(image))
  assert.deepEqual(Object.keys(payload), ['ticketId', 'eventId', 'guestId', 'signature', 'timestamp'])
  assert.equal(payload.ticketId, json.data.ticketCode)
  const compact = await generate({ guestId: 1001, eventId: 456, options: { qr: { format: 'compact' } } })
  assert.equal(compact.json.data.ticketCode, json.data.ticketCode)
  assert.match(await readQrCode(await download(compact.json.data.qrCodeUrl)), /^TK1:/)
})

test('data updates the guest, and absent fields stay unchanged', async () => {
  await generate({ guestId: 1002, eventId: 456, data: { lastName: 'Dupont', seat: 'B 12' } })
  const [guest] = await sql`SELECT * FROM guests WHERE event_id = 456 AND id = 1002`
  assert.equal(guest?.first_name, 'Amélie')
  assert.equal(guest?.last_name, 'Dupont')
  assert.deepEqual(guest?.data, { seat: 'B 12' })
})

test('an unknown event and guest are registered from the data', async () => {
  const eventId = nextEventId()
  const data = { firstName: 'Ada', lastName: 'Lovelace', eventName: 'Gala', eventDate: 'Friday at nine', location: 'Here' }
  const { status, json } = await generate({ guestId: 1, eventId, data })
  assert.equal(status, 201)
  const { text } = await inspectPdf(await download(json.data.pdfUrl))
  for (const expected of ['Gala', 'Friday at nine', 'Here', 'Ada Lovelace']) assert.ok(text.includes(expected), expected)
  assert.equal((await generate({ guestId: 2, eventId, data: { firstName: 'Al', lastName: 'Ko' } })).status, 201)
})

test('all missing data is named in one answer, and nothing is written', async () => {
  const eventId = nextEventId()
  const { status, json } = await generate({ guestId: 9, eventId, data: { firstName: 'Ada' } })
  assert.equal(status, 422)
  assert.equal(json.error.code, 'MISSING_DATA')
  assert.deepEqual(json.error.details.map(({ path }: { path: string }) => path).sort(), [
    'data.eventDate',
    'data.eventName',
    'data.lastName',
    'data.location',
  ])
  assert.equal((await sql`SELECT FROM events WHERE id = ${eventId}`).length, 0)
  assert.equal((await sql`SELECT FROM guests WHERE event_id = ${eventId}`).length, 0)
})

test("a guest's text cannot become markup", async () => {
  const lastName = '<b>&amp; "Sons"</b><script>x</script>'
  const { json } = await generate({ guestId: 1032, eventId: 456, data: { lastName, ticketType: '{{ticketCode}}' } })
  const { text } = await inspectPdf(await download(json.data.pdfUrl))
  assert.ok(text.replace(/\s+/g, '').includes(lastName.replace(/\s+/g, '')), text)
  assert.ok(text.includes('{{ticketCode}}'), text)
})

test('reprinting a ticket replaces its file, and marks the ticket so that the old file is deleted', async () => {
  const { json: first } = await generate({ guestId: 1003, eventId: 456 })
  const [before] = await sql`SELECT pdf_file_path FROM generated_tickets WHERE id = ${first.data.ticketId}`
  await generate({ guestId: 1003, eventId: 456, data: { ticketType: 'Backstage' } })
  const [now] = await sql`SELECT pdf_file_path FROM generated_tickets WHERE id = ${first.data.ticketId}`
  assert.notEqual(now?.pdf_file_path, before?.pdf_file_path)
  assert.equal((await sql`SELECT FROM untidy_tickets WHERE ticket_id = ${first.data.ticketId}`).length, 1)
  assert.ok((await inspectPdf(await download(first.data.pdfUrl))).text.includes('Backstage'))
})

test('the second built-in template prints on one small page', async () => {
  const { json } = await generate({ guestId: 1004, eventId: 456, templateId: 2 })
  const { info, qr } = await inspectPdf(await download(json.data.pdfUrl))
  assert.match(info, /Pages: +1\n/)
  const [, width = 0, height = 0] = /Page size: +([\d.]+) x ([\d.]+)/.exec(info)?.map(Number) ?? []
  assert.ok(width < 350 && height > width, `${width} x ${height}`)
  assert.match(qr, /^TK1:/)
})

test('an unknown template is refused before anything is written', async () => {
  const { status, json } = await generate({ ...generateBody, guestId: 1005, templateId: 99 })
  assert.equal(status, 404)
  assert.equal(json.error.code, 'TEMPLATE_NOT_FOUND')
})
