import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextEventId } from '../../fixtures/ids.ts'
import { registerDemoGuests, service } from '../../fixtures/service.ts'

const { call } = service
const eventId = nextEventId()
await registerDemoGuests(eventId)

const page = (css: string, body: string) =>
  `<!doctype html><html lang="en"><head><title>T</title><style>@page { size: 105mm 148mm } ${css}</style></head><body>{{qrCode}}{{ticketCode}}${body}</body></html>`

/** Takes a browser many seconds: each box is blurred alone. */
const slow = page('p { filter: blur(9px); box-shadow: 0 0 40px #000; height: 90mm }', '<p>x</p>'.repeat(400))

test('other requests are answered during the trial of a slow template, and the refusal names what is slow', async () => {
  await call('POST', '/api/tickets/generate', { eventId, guestId: 123, templateId: 1 })
  let isTried = false
  const trial = call('POST', '/api/templates', { name: 'Slow', source: slow }).finally(() => {
    isTried = true
  })
  const waits: number[] = []
  while (!isTried && waits.length < 12) {
    const start = performance.now()
    assert.equal((await call('GET', '/health')).status, 200)
    waits.push(performance.now() - start)
    const printed = performance.now()
    assert.equal((await call('POST', '/api/tickets/generate', { eventId, guestId: 124, templateId: 1 })).status, 201)
    assert.ok(performance.now() - printed < 5_000, `a ticket took ${performance.now() - printed} ms`)
  }
  assert.ok(Math.max(...waits) < 1_000, `GET /health took ${Math.max(...waits)} ms`)
  const { status, json } = await trial
  assert.deepEqual([status, json.error.code], [422, 'TEMPLATE_INVALID'])
  assert.match(json.error.details[0].problem, /takes too long: .* of the trial's tickets .* filter, .* shadow/)
})

test('a template and a preview that are too slow to print are refused with what is slow', async () => {
  const start = performance.now()
  const { json } = await call('POST', '/api/templates', { name: 'Slow', source: slow })
  assert.match(
    json.error.details[0].problem,
    /0 of the trial's tickets .* took more than 4\.0 s; a ticket has 1 filter, 1 shadow/,
  )
  assert.ok(performance.now() - start < 10_000, `it took ${performance.now() - start} ms`)
  const shown = await call('POST', '/api/templates/preview', { source: slow })
  assert.equal(shown.status, 422)
  assert.match(shown.json.error.details[0].problem, /takes too long to print: .* It has 1 filter, 1 shadow/)
})

test('deeply nested blocks are refused with their line', async () => {
  const { status, json } = await call('POST', '/api/templates', { name: 'Deep', source: '\n'.concat('{{#if a}}'.repeat(10_000)) })
  assert.deepEqual([status, json.error.details[0].path], [422, 'line 2, column 901'])
})

test('a sheet too small for its pages is refused', async () => {
  const { status, json } = await call('POST', '/api/templates', { name: 'Wide', source: page('', ''), sheet: { columns: 3 } })
  assert.equal(status, 422, JSON.stringify(json))
  assert.match(json.error.details[0].problem, /3 pages of 105 × 148 mm do not fit side by side on A4/)
})

test('a damaged picture is refused with its place', async () => {
  const picture = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path>')
  const assets = [{ name: 'logo', content: picture.toString('base64') }]
  const { status, json } = await call('POST', '/api/templates', { name: 'Damaged', source: page('', ''), assets })
  assert.deepEqual(
    [status, json.error.details],
    [400, [{ path: 'assets[0].content', problem: 'is damaged or incomplete: it cannot be decoded' }]],
  )
})

test('a damaged picture or font in the source is refused with its place, and a whole one is printed', async () => {
  const good = 'R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw=='
  const gif = `data:image/gif;base64,${good}`
  const css = `p { background: url(${gif}) }`
  const add = (style: string, body: string) => call('POST', '/api/templates', { name: 'Inline', source: page(style, body) })
  const damaged = [
    ['', `<p>\n<img src="${gif.slice(0, -20)}" alt="a">`, 'line 2, column 6'],
    ['', '<p>\n<img srcset="data:image/png;base64,AA==" alt="a">', 'line 2, column 6'],
    ['', '<p>\n<b style="background: url(data:image/webp;base64,UklGRg==)"></b>', 'line 2, column 23'],
    ['', '<p>\n<svg aria-hidden="true"><image href="data:image/svg+xml,%3Csvg"/></svg>', 'line 2, column 32'],
    ['\n@font-face { font-family: F; src: url(data:font/woff2;base64,d09GMgAB) }', '', 'line 2, column 35'],
  ] as const
  for (const [style, body, place] of damaged) {
    const { status, json } = await add(style, body)
    assert.deepEqual([status, json.error.details[0].path], [422, place], body)
    assert.match(json.error.details[0].problem, /is damaged or incomplete: it cannot be decoded/)
  }
  const drawing = 'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 width=%229%22 height=%229%22/%3E'
  const { status, json } = await add(css, `<img src="${gif}" alt="a"><img src="${drawing}" alt="a">`)
  assert.equal(status, 201, JSON.stringify(json))
})
