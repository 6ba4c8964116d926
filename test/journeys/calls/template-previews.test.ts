import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextEventId } from '../../fixtures/ids.ts'
import { keepTemplate } from '../../fixtures/keep-template.ts'
import { inspectPdf, readQrCode } from '../../fixtures/running-service.ts'
import { registerDemoGuests, service } from '../../fixtures/service.ts'
import { design, paths } from '../../fixtures/template-calls.ts'

const { call, sql } = service
const eventId = nextEventId()
await registerDemoGuests(eventId)

test('a stored template is shown as PDF and as PNG of the width that was asked for, and nothing is stored', async () => {
  const templateId = await keepTemplate(sql, {
    name: 'Shown',
    source: design('Shown', '{{#if seat}}<p>{{seat}}</p>{{/if}}'),
    sample: { lastName: 'Sample' },
  })
  const counts = async () =>
    await sql`SELECT (SELECT COUNT(*) FROM templates), (SELECT COUNT(*) FROM generated_tickets) AS tickets`
  const before = await counts()
  const show = (body: object) => call('POST', `/api/templates/${templateId}/preview`, body)
  const pdf = await show({ data: { firstName: 'Grace', seat: 'B 12' } })
  assert.deepEqual([pdf.status, pdf.headers.get('content-type'), pdf.headers.get('x-page-count')], [200, 'application/pdf', '1'])
  const { text, qr } = await inspectPdf(pdf.bytes)
  for (const expected of ['Shown', 'Grace Sample', 'B 12']) assert.ok(text.includes(expected), text)
  const png = await show({ format: 'png', width: 600 })
  assert.equal(png.headers.get('content-type'), 'image/png')
  assert.deepEqual([png.bytes.readUInt32BE(16), Math.abs(png.bytes.readUInt32BE(20) - 847) < 4], [600, true])
  assert.equal(await readQrCode(png.bytes), qr)
  assert.deepEqual(await counts(), before)
  const none = await show({ format: 'png', page: 2 })
  assert.deepEqual([none.status, paths(none.json)], [400, ['page']])
  assert.deepEqual(paths((await show({ format: 'gif', dpi: 10, width: 9, colour: 1 })).json), [
    'colour',
    'dpi',
    'format',
    'width',
  ])
})

test('the code of a preview is never valid at a door', async () => {
  const { bytes } = await call('POST', '/api/templates/1/preview', {})
  const { qr, text } = await inspectPdf(bytes)
  assert.match(qr, /^TK1:[A-Z2-7]{130,152}$/)
  const { json } = await call('POST', '/api/tickets/validate', { qr })
  assert.deepEqual([json.data.valid, json.data.reason], [false, 'unknown_key'])
  const code = /TC-\d{4}-[0-9A-Z]{12}/.exec(text)?.[0]
  assert.equal((await call('POST', '/api/tickets/validate', { code })).json.data.reason, 'unknown')
})

test('a draft is previewed in the language of its data, with placeholders for missing values', async () => {
  const source = design(
    'Draft',
    '<p>{{tableNumber}} {{money fee unit}}</p><p>{{date startsAt "long"}}</p><p>{{label "seat"}}</p>',
  )
  const data = { firstName: 'Zoé', locale: 'fr' }
  const { status, bytes } = await call('POST', '/api/templates/preview', { source, data })
  assert.equal(status, 200, bytes.toString().slice(0, 500))
  const { text } = await inspectPdf(bytes)
  for (const expected of ['Zoé', '‹tableNumber›', '49,90', '12 juin 2024']) assert.ok(text.includes(expected), text)
  const broken = await call('POST', '/api/templates/preview', { source: 'one\n{{#if x}}' })
  assert.deepEqual([broken.status, broken.json.error.code], [422, 'TEMPLATE_INVALID'])
  assert.match(paths(broken.json)[0] ?? '', /^line \d+, column \d+$/)
})
