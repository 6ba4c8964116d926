import assert from 'node:assert/strict'
import { test } from 'node:test'
import { templateBody } from '../../../functions/contract/examples/templates.ts'
import { checkAnswer, templatesAnswer } from '../../../functions/contract/schemas/template-answers.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { keepTemplate } from '../../fixtures/keep-template.ts'
import { drawPage, readText } from '../../fixtures/printing.ts'
import { download, inspectPdf } from '../../fixtures/running-service.ts'
import { registerDemoGuests, service } from '../../fixtures/service.ts'
import { add, design, paths, put } from '../../fixtures/template-calls.ts'

const { call, sql } = service
const eventId = nextEventId()
await registerDemoGuests(eventId)
const generate = (body: object) => call('POST', '/api/tickets/generate', { eventId, ...body })

test('a template is added, read back with its warnings, listed, and makes tickets', async () => {
  const added = await add({
    ...templateBody,
    name: 'Pass',
    source: design('Welcome').replace('<title>{{eventName}}</title>', ''),
  })
  assert.deepEqual([added.version, added.status, added.builtIn], [1, 'active', false])
  assert.deepEqual(
    added.warnings.map(({ code }) => code),
    ['NO_TITLE'],
  )
  const { json: read } = await call('GET', `/api/templates/${added.templateId}`)
  assert.deepEqual(read.data, added)
  const { json: list } = await call('GET', '/api/templates')
  const { templates } = templatesAnswer.strict().parse(list.data)
  assert.deepEqual(
    templates.slice(0, 2).map(({ templateId, builtIn }) => [templateId, builtIn]),
    [
      [1, true],
      [2, true],
    ],
  )
  assert.equal(templates.find(({ templateId }) => templateId === added.templateId)?.warnings.length, 1)
  const { status, json } = await generate({ guestId: 123, templateId: added.templateId })
  assert.equal(status, 201)
  const { text } = await inspectPdf(await download(json.data.pdfUrl))
  assert.ok(text.includes('Welcome') && text.includes('John Doe'), text)
})

test('the list comes in pages', async () => {
  const first = await call('GET', '/api/templates?limit=1')
  assert.deepEqual([first.json.data.templates.length, first.json.data.nextCursor], [1, '1'])
  const second = await call('GET', '/api/templates?limit=1&cursor=1')
  assert.equal(second.json.data.templates[0].templateId, 2)
})

test('every invalid field is named in one answer', async () => {
  const assets = [
    { name: 'Logo' },
    { name: 'logo', content: 'AAAA' },
    { name: 'logo', content: '?' },
    { name: 'a', sha256: 'x', content: 'AAAA' },
  ]
  const body = { source: '', assets, labels: { French: {} }, sample: { email: 'no' }, sheet: { columns: 9 }, colour: 1 }
  const { status, json } = await call('POST', '/api/templates', body)
  assert.equal(status, 400)
  assert.deepEqual(paths(json), [
    'assets[0].content',
    'assets[0].name',
    'assets[2].content',
    'assets[2].name',
    'assets[3].content',
    'assets[3].sha256',
    'colour',
    'labels.French',
    'name',
    'sample.email',
    'sheet.columns',
    'source',
  ])
  const large = await call('POST', '/api/templates', { name: 'x', source: 'x'.repeat(300_000) })
  assert.deepEqual(paths(large.json), ['source'])
  assert.match(large.json.error.details[0].problem, /at most 262144 characters/)
})

test('a template with errors is refused line by line, and not stored', async () => {
  const source = design('Bad').replace(
    '<p>{{eventDate}}</p>',
    '\n<p>{{{eventDate}}}</p>\n<p onclick="x()">{{shout firstName}}</p>',
  )
  const count = async () => (await sql`SELECT id FROM templates`).length
  const before = await count()
  const { status, json } = await call('POST', '/api/templates', { name: 'Bad', source })
  assert.equal(status, 422)
  assert.equal(json.error.code, 'TEMPLATE_INVALID')
  assert.deepEqual(paths(json), ['line 2, column 4', 'line 3, column 18', 'line 3, column 4'])
  assert.equal(await count(), before)
})

test('a draft is checked without being stored, with a trial print on request', async () => {
  const source = `${design('Draft')}\n{{firstNam}}`
  const { status, json } = await call('POST', '/api/templates/check', { source })
  assert.equal(status, 200)
  const { problems, required, variables, trial } = checkAnswer.strict().parse(json.data)
  assert.deepEqual(
    problems.map(({ code, line }) => [code, line]),
    [['UNKNOWN_VARIABLE', 2]],
  )
  assert.ok(required.includes('firstName') && variables.includes('qrCodeUrl') && trial === null)
  const tried = await call('POST', '/api/templates/check', { source: design('Draft'), trial: true })
  assert.equal(checkAnswer.strict().parse(tried.json.data).trial?.pageCount, 1)
})

test('a ticket keeps the version that made it: printed again it has the same pixels, until another version is named', async () => {
  const templateId = await keepTemplate(sql, { name: 'Kept', source: design('First design') })
  const request = { guestId: 124, templateId }
  const { json: first } = await generate(request)
  const before = await download(first.data.pdfUrl)
  const { status, json: second } = await put(templateId, { name: 'Kept', source: design('Second design') })
  assert.deepEqual([status, second.data.version], [200, 2])
  // What a ticket says of time must not be when it is printed again.
  await sql`UPDATE generated_tickets SET created_at = created_at - INTERVAL '1 year' WHERE id = ${first.data.ticketId}`
  await generate(request)
  const aged = await download(first.data.pdfUrl)
  await generate(request)
  const again = await download(first.data.pdfUrl)
  assert.deepEqual(await drawPage(again), await drawPage(aged))
  assert.ok((await readText(again)).includes('First design'))
  assert.ok((await readText(before)).includes('First design'))
  const { json: other } = await generate({ guestId: 125, templateId })
  assert.ok((await readText(await download(other.data.pdfUrl))).includes('Second design'))
  await generate({ ...request, templateVersion: 2 })
  assert.ok((await readText(await download(first.data.pdfUrl))).includes('Second design'))
  assert.equal((await generate({ ...request, templateVersion: 3 })).json.error.code, 'TEMPLATE_NOT_FOUND')
})

test('in a batch each ticket keeps the version that made it, and new ones take the newest', async () => {
  const templateId = await keepTemplate(sql, { name: 'Batch', source: design('Old design') })
  await generate({ guestId: 1001, templateId })
  await keepTemplate(sql, { name: 'Batch', source: design('New design') }, templateId)
  const batchId = 'versions'
  const guestIds = [1001, 1002]
  assert.equal((await call('POST', '/api/tickets/batch', { eventId, guestIds, templateId, options: { batchId } })).status, 202)
  const status = async () => (await call('GET', `/api/batches/${batchId}/status`)).json.data
  await eventually('the batch ends', async () => (await status()).status === 'completed', 30_000)
  const texts = await Promise.all(
    (await status()).tickets.map(async ({ pdfUrl }: { pdfUrl: string }) => await readText(await download(pdfUrl))),
  )
  assert.ok(texts[0]?.includes('Old design') && texts[1]?.includes('New design'), texts.join())
})

test('repeating a request adds neither a template nor a version, and versions can be read back', async () => {
  const body = { name: 'Once', source: design('Once') }
  const [one, other] = await Promise.all([add(body), add(body)])
  assert.equal(one.templateId, other.templateId)
  assert.equal((await put(one.templateId, body)).json.data.version, 1)
  assert.equal((await put(one.templateId, { ...body, source: design('Twice') })).json.data.version, 2)
  const { json } = await call('GET', `/api/templates/${one.templateId}?version=1`)
  assert.deepEqual([json.data.version, json.data.newestVersion, json.data.source], [1, 2, body.source])
  assert.equal((await call('GET', `/api/templates/${one.templateId}?version=9`)).json.error.code, 'TEMPLATE_NOT_FOUND')
})

test('built-in templates cannot be replaced, and unknown ones are not found', async () => {
  const body = { name: 'x', source: design('x') }
  assert.deepEqual([(await put(1, body)).status, (await put(1, body)).json.error.code], [409, 'TEMPLATE_BUILT_IN'])
  assert.equal((await put(987_654, body)).json.error.code, 'TEMPLATE_NOT_FOUND')
})

test('an archived template takes no new tickets or versions, reprints its old ones, and can be restored', async () => {
  const body = { name: 'Archived', source: design('Archived') }
  const templateId = await keepTemplate(sql, body)
  assert.equal((await generate({ guestId: 1003, templateId })).status, 201)
  const archive = (undo: boolean) => call('POST', `/api/templates/${templateId}/archive`, { undo })
  const { json } = await call('POST', `/api/templates/${templateId}/archive`)
  assert.equal(json.data.status, 'archived')
  assert.deepEqual((await archive(false)).json, json)
  assert.equal((await generate({ guestId: 1003, templateId })).status, 201)
  const refused = await generate({ guestId: 1004, templateId })
  assert.deepEqual([refused.status, refused.json.error.code], [409, 'TEMPLATE_ARCHIVED'])
  const batch = await call('POST', '/api/tickets/batch', { eventId, guestIds: [1004], templateId })
  assert.equal(batch.json.error.code, 'TEMPLATE_ARCHIVED')
  assert.equal((await put(templateId, body)).json.error.code, 'TEMPLATE_ARCHIVED')
  const listed = async (status: string) =>
    (await call('GET', `/api/templates?status=${status}`)).json.data.templates.some(
      (each: { templateId: number }) => each.templateId === templateId,
    )
  assert.deepEqual([await listed('active'), await listed('archived'), await listed('all')], [false, true, true])
  assert.equal((await archive(true)).json.data.status, 'active')
  assert.equal((await generate({ guestId: 1004, templateId })).status, 201)
})
