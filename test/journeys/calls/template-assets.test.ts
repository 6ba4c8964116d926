import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextEventId } from '../../fixtures/ids.ts'
import { picture } from '../../fixtures/plain-picture.ts'
import { inspect, readText } from '../../fixtures/printing.ts'
import { download } from '../../fixtures/running-service.ts'
import { registerDemoGuests, service } from '../../fixtures/service.ts'
import { add, design, put } from '../../fixtures/template-calls.ts'

const { call, sql } = service
const eventId = nextEventId()
await registerDemoGuests(eventId)
const generate = (body: object) => call('POST', '/api/tickets/generate', { eventId, ...body })

test('assets are typed by their content, inlined, and reused by their hash', async () => {
  const source = design('Assets', '<img src="{{asset "logo"}}" alt="Logo"><p>{{label "hello"}}</p>')
  const labels = { en: { hello: 'Hello there' } }
  const content = await picture(64)
  const { templateId, assets } = await add({ name: 'Assets', source, labels, assets: [{ name: 'logo', content }] })
  const [logo] = assets
  assert.deepEqual([logo?.type, logo?.bytes], ['image/png', Buffer.from(content, 'base64').length])
  const shown = await call('POST', `/api/templates/${templateId}/preview`)
  assert.match((await inspect('pdfimages', ['-list'], shown.bytes)).toString(), /\b64 +64\b/)
  assert.ok((await readText(shown.bytes)).includes('Hello there'))
  const { json } = await generate({ guestId: 1005, templateId })
  assert.match((await inspect('pdfimages', ['-list'], await download(json.data.pdfUrl))).toString(), /\b64 +64\b/)
  const renamed = await put(templateId, { name: 'Renamed', source, labels, assets: [{ name: 'logo', sha256: logo?.sha256 }] })
  assert.deepEqual([renamed.json.data.version, renamed.json.data.assets], [2, assets])
  assert.equal((await sql`SELECT FROM template_assets`).length, 1)
})

test('invalid assets are refused, each with the reason', async () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const svg = (inside: string) => base64(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">${inside}</svg>`)
  const cases: [object, RegExp][] = [
    [{ content: base64('<html>') }, /must be a PNG, JPEG/],
    [{ content: await picture(5000) }, /at most 16000000 pixels, not 5000 × 5000/],
    [{ content: svg('<script>1</script>') }, /without scripts/],
    [{ content: svg('<rect onload="x()"/>') }, /without event handlers/],
    [{ content: svg('<image href="https://example.com/x.png"/>') }, /without addresses of other files/],
    [{ sha256: '0'.repeat(64) }, /send its content/],
  ]
  const assets = cases.map(([asset], index) => ({ name: `a${index}`, ...asset }))
  const { status, json } = await call('POST', '/api/templates/preview', { source: design('x'), assets })
  assert.equal(status, 400)
  assert.equal(json.error.details.length, cases.length)
  for (const [index, [, problem]] of cases.entries()) assert.match(json.error.details[index].problem, problem)
})
