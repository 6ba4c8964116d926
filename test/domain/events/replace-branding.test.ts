import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { brandingAnswer } from '../../../functions/contract/schemas/branding.ts'
import { service } from '../../fixtures/batches.ts'
import { brandedWith, jpeg, logo, svg } from '../../fixtures/branding.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { picture } from '../../fixtures/plain-picture.ts'
import { download } from '../../fixtures/running-service.ts'

const { accept, call, ended, registerGuests, request } = service
const put = (eventId: number, body: object) => call('PUT', `/api/events/${eventId}/branding`, body)

/** Registers an event of its own. */
async function registerEvent(): Promise<number> {
  const eventId = nextEventId()
  const event = { title: 'Gala', startsAt: '2030-01-01T10:00:00Z', timezone: 'UTC', location: 'Paris' }
  await request('PUT', `/api/events/${eventId}`, event)
  return eventId
}

test('branding is stored with its pictures typed and measured, and outdates the tickets until they are printed again', async () => {
  const eventId = nextEventId()
  const guestIds = await registerGuests(eventId, 2)
  const done = await ended((await accept({ eventId, guestIds, templateId: 1 })).batchId)
  const branding = { ...brandedWith, logo: svg(200, 80), background: jpeg, sponsors: [await picture(64), svg(90, 30)] }
  const answer = brandingAnswer.strict().parse((await put(eventId, branding)).json.data)
  assert.deepEqual(answer.logo, {
    type: 'image/svg+xml',
    width: 200,
    height: 80,
    bytes: Buffer.from(branding.logo, 'base64').length,
  })
  assert.deepEqual(
    [answer.background?.type, ...answer.sponsors.map(({ type }) => type)],
    ['image/jpeg', 'image/png', 'image/svg+xml'],
  )
  assert.deepEqual([answer.organiser, answer.outdatedTickets, answer.mended], [brandedWith.organiser, 2, []])
  const ticket = await request<{ outdated: boolean }>('GET', `/api/tickets/${done.tickets[0]?.ticketId}`)
  assert.equal(ticket.outdated, true)
  await request('POST', `/api/events/${eventId}/reprint`, { options: { batchId: `again-${eventId}` } }, 202)
  await ended(`again-${eventId}`)
  assert.equal((await put(eventId, branding)).json.data.outdatedTickets, 0, 'equal branding changes nothing')
  const { json } = await put(eventId, {})
  const nothing = {
    logo: null,
    background: null,
    accent: null,
    onAccent: null,
    ink: null,
    organiser: null,
    website: null,
    terms: null,
  }
  assert.deepEqual(json.data, { eventId, ...nothing, sponsors: [], mended: [], outdatedTickets: 2 })
})

test('hard-to-read colours are adjusted, and the answer lists them', async () => {
  const eventId = await registerEvent()
  const { json } = await put(eventId, { accent: '#FFB800', ink: '#ffcc00' })
  const { accent, onAccent, ink, mended } = json.data
  assert.deepEqual([accent, onAccent], ['#ffb800', '#14172b'])
  assert.deepEqual(
    mended.map(({ field, given, used }: Record<string, string>) => [field, given, used]),
    [
      ['ink', '#ffcc00', ink],
      ['onAccent', '#ffffff', '#14172b'],
    ],
  )
  assert.notEqual(ink, '#ffcc00')
  assert.match(mended[0].problem, /contrast of 1\.5; at least 4\.5/)
})

test('every field that is not valid is named with what is allowed', async () => {
  const eventId = await registerEvent()
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const script = base64('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script>1</script></svg>')
  const gif = 'R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw=='
  const pictures = await put(eventId, { logo: gif, background: await picture(2001, 2000), sponsors: [script, base64('<html>')] })
  assert.equal(pictures.status, 400)
  assert.deepEqual(
    pictures.json.error.details.map(({ path, problem }: Record<string, string>) => `${path} ${problem}`),
    [
      'logo must be a PNG, JPEG or SVG picture',
      'background must be at most 4000000 pixels, not 2001 × 2000',
      'sponsors[0] must be a drawing without scripts (<script>)',
      'sponsors[1] must be a PNG, JPEG or SVG picture',
    ],
  )
  const fields = await put(eventId, {
    ...{ accent: 'red', ink: '#fff', website: 'http://example.com', logo: 'A'.repeat(180_000), organiser: ' ' },
    sponsors: Array.from({ length: 7 }, () => gif),
  })
  assert.deepEqual(fields.json.error.details.map(({ path }: { path: string }) => path).sort(), [
    'accent',
    'ink',
    'logo',
    'organiser',
    'sponsors',
    'website',
  ])
  assert.match(
    JSON.stringify(fields.json.error.details),
    /must be at most 128 KB.*must be a colour like #0a58a8|must be at most 128 KB/,
  )
  const unknown = await put(nextEventId(), {})
  assert.deepEqual([unknown.status, unknown.json.error.code], [404, 'EVENT_NOT_FOUND'])
})

test('a picture that only begins well is refused', async () => {
  const eventId = await registerEvent()
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, sum])
  }
  const head = Buffer.from('00000040000000400802000000', 'hex')
  const parts = [chunk('IHDR', head), chunk('IDAT', Buffer.alloc(99, 'garbage')), chunk('IEND', Buffer.alloc(0))]
  const broken = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...parts])
  const { status, json } = await put(eventId, { background: broken.toString('base64') })
  assert.equal(status, 400)
  assert.deepEqual(json.error.details, [{ path: 'background', problem: 'is damaged or incomplete: it cannot be decoded' }])
})

test('the page for phones, the passes and the page of a revoked ticket show the branding', async () => {
  const eventId = nextEventId()
  const guestIds = await registerGuests(eventId, 1)
  assert.equal((await put(eventId, { ...brandedWith, logo })).status, 200)
  const done = await ended((await accept({ eventId, guestIds, templateId: 2 })).batchId)
  const id = done.tickets[0]?.ticketId
  const { links } = await request<{ links: Record<string, string> }>('GET', `/api/tickets/${id}`)
  const open = (link = '') => fetch(link, { headers: { accept: 'text/html' }, redirect: 'manual' })
  const read = async () => {
    const page = await open(links.mobileUrl)
    const html = await page.text()
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(html) ?? []
    const hash = createHash('sha256').update(style).digest('base64')
    assert.ok(page.headers.get('content-security-policy')?.includes(hash), 'the browser takes the style')
    return html
  }
  const mobile = await read()
  for (const shown of [
    '--brand:#8a1c4a',
    `src="data:image/png;base64,${logo.replace('=', '')}`,
    brandedWith.organiser,
    brandedWith.terms,
  ])
    assert.ok(mobile.includes(shown), shown)
  const pass = await download(links.appleWalletUrl ?? '')
  const told = ['"backgroundColor":"rgb(138, 28, 74)"', `"organizationName":"${brandedWith.organiser}"`, brandedWith.terms]
  for (const shown of told) assert.ok(pass.includes(shown), shown)
  const picture = Buffer.from(logo, 'base64')
  assert.ok(pass.includes(picture))
  assert.ok(pass.includes(`"logo@2x.png":"${createHash('sha1').update(picture).digest('hex')}"`))
  assert.equal((await put(eventId, { ...brandedWith, logo: svg(240, 80) })).status, 200)
  const drawn = await download(links.appleWalletUrl ?? '')
  const start = drawn.indexOf('PNG', drawn.indexOf('logo@3x.png') + 12)
  const size = [15, 19].map((offset) => drawn.readUInt32BE(start + offset))
  assert.deepEqual(size, [450, 150], 'Apple takes no SVG')
  await request('POST', `/api/tickets/${id}/revoke`, {}, 200)
  const gone = await read()
  assert.match(gone, /This ticket is no longer valid|no longer/)
  for (const shown of ['--brand:#8a1c4a', brandedWith.organiser, 'aurora.example.com']) assert.ok(gone.includes(shown), shown)
})
