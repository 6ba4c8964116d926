import assert from 'node:assert/strict'
import { test } from 'node:test'
import { standardVariables } from '../../../functions/contract/template-language.ts'
import { brandedWith, svg } from '../../fixtures/branding.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { download, inspectPdf } from '../../fixtures/running-service.ts'
import { service } from '../../fixtures/service.ts'

const { call, sql } = service
const event = {
  title: 'Jazz Night',
  startsAt: '2030-06-12T09:00:00+02:00',
  endsAt: '2030-06-12T18:00:00+02:00',
  timezone: 'Europe/Paris',
  location: 'Main Hall',
}
const guest = { firstName: 'Ann', lastName: 'Guest', email: 'a@example.com', ticketType: 'VIP', locale: 'en-GB' }
const page = (body: string) =>
  '<!doctype html><html lang="en"><head><title>t</title><style>@page { size: A4; margin: 5mm } p { font-size: 9px; overflow-wrap: anywhere }</style></head><body>' +
  `<h1>{{eventName}}</h1>${body}{{qrCode}}<p>{{ticketCode}}</p></body></html>`

async function addTemplate(body: string): Promise<number> {
  const { status, json } = await call('POST', '/api/templates', { name: 'Facts', source: page(body) })
  assert.equal(status, 201, JSON.stringify(json))
  return json.data.templateId ?? json.data.id
}

async function generate(body: object) {
  const { status, json } = await call('POST', '/api/tickets/generate', body)
  assert.equal(status, 201, JSON.stringify(json))
  const { json: read } = await call('GET', `/api/tickets/${json.data.ticketId}`)
  const pdf = await inspectPdf(await download(json.data.pdfUrl))
  return { ...read.data, text: pdf.text.replaceAll(/[\u00A0\u202F\u2009]/g, ' ') }
}

async function factsOf(ticket: { links: { mobileUrl: string; calendarUrl: string; appleWalletUrl: string } }) {
  const [mobile, calendar, pass] = await Promise.all([
    fetch(ticket.links.mobileUrl, { headers: { accept: 'text/html' } }).then((answer) => answer.text()),
    fetch(ticket.links.calendarUrl).then((answer) => answer.text()),
    download(ticket.links.appleWalletUrl),
  ])
  return { mobile, calendar: calendar.replaceAll('\r\n ', ''), pass: pass.toString('latin1') }
}

test('every documented variable has a value in a real ticket', async () => {
  const eventId = nextEventId()
  await call('PUT', `/api/events/${eventId}`, event)
  assert.equal(
    (await call('PUT', `/api/events/${eventId}/branding`, { ...brandedWith, logo: svg(3, 1), background: svg(3, 2) })).status,
    200,
  )
  const unwritten = ['data', 'qrCode', 'qrCodeUrl', 'brandLogo', 'brandBackground', 'brandSponsors']
  const names = Object.keys(standardVariables).filter((name) => !unwritten.includes(name))
  const templateId = await addTemplate(
    `${names.map((name) => `<p>${name}=[{{${name}}}]</p>`).join('')}<p>data=[{{data.seat}}]</p>`,
  )
  const data = {
    ...guest,
    ...{
      gate: 'North',
      section: '104',
      row: '12',
      seat: '4',
      order: 'A-1',
      price: 49.9,
      currency: 'EUR',
      company: 'ACME',
      jobTitle: 'CTO',
    },
    ...{ entryStartsAt: '2030-06-12T10:00:00+02:00', entryEndsAt: '2030-06-12T10:30:00+02:00' },
  }
  const { text } = await generate({ eventId, guestId: 1, templateId, data })
  for (const name of names) assert.match(text, new RegExp(`${name}=\\s*\\[[^\\]]`), `${name} is empty: ${text}`)
  for (const said of [
    'timezone=[Europe/Paris]',
    'startsAt=[2030-06-12T07:00:00.000Z]',
    'eventEndDate=[Wednesday, 12 June 2030 at 18:00]',
  ])
    assert.ok(text.includes(said), text)
  assert.match(text, /entryTime=\[Wednesday,? 12 June 2030(,| at) 10:00 ?– ?10:30\]/)
  assert.ok(text.includes('data=[4]'))
})

test('an event at nine in Paris begins at nine on its tickets', async () => {
  const eventId = nextEventId()
  await call('PUT', `/api/events/${eventId}`, event)
  const templateId = await addTemplate('<p>{{eventDate}}</p><p>begins {{date startsAt "full"}}, {{time startsAt}}</p>')
  const { text } = await generate({ eventId, guestId: 1, templateId, data: guest })
  assert.ok(text.includes('Wednesday, 12 June 2030 at 09:00'), text)
  assert.ok(text.includes('begins Wednesday, 12 June 2030, 09:00') || text.includes('begins Wednesday 12 June 2030, 09:00'), text)
})

const ownWords = {
  data: 'a word',
  ...{ title: 'Dr.', eventName: 'Other Gala', eventDate: 'yesterday', eventEndDate: 'tomorrow', location: 'Berlin office' },
  ...{ timezone: 'Asia/Tokyo', startsAt: '2031-01-01T00:00:00Z', endsAt: '2031-01-02T00:00:00Z' },
}

test("a guest's data never changes the event in any form of the ticket", async () => {
  const eventId = nextEventId()
  await call('PUT', `/api/events/${eventId}`, event)
  const templateId = await addTemplate(
    '<p>{{eventDate}} until {{eventEndDate}}, {{time startsAt}}, {{location}}, {{timezone}}</p><p>own {{title}} {{data.location}} {{data.eventName}}</p>',
  )
  const { data: _, ...person } = { ...guest, data: {} }
  await call('PUT', `/api/events/${eventId}/guests`, { guests: [{ guestId: 1, ...person, data: ownWords }] })
  const tickets = [
    await generate({ eventId, guestId: 1, templateId }),
    await generate({ eventId, guestId: 2, templateId, data: { ...guest, ...ownWords } }),
  ]
  for (const ticket of tickets) {
    assert.equal(ticket.event.title, 'Jazz Night')
    const line = 'Wednesday, 12 June 2030 at 09:00 until Wednesday, 12 June 2030 at 18:00, 09:00, Main Hall, Europe/Paris'
    assert.ok(ticket.text.replaceAll(/\s+/g, ' ').includes(line), ticket.text)
    assert.ok(ticket.text.includes('own Dr. Berlin office Other Gala'), ticket.text)
    const { mobile, calendar, pass } = await factsOf(ticket)
    for (const said of ['Jazz Night', 'Wednesday, 12 June 2030 at 09:00', 'Wednesday, 12 June 2030 at 18:00', 'Main Hall'])
      assert.ok(mobile.replaceAll(/[\u00A0\u202F]/g, ' ').includes(said), said)
    for (const said of ['SUMMARY:Jazz Night', 'DTSTART:20300612T070000Z', 'DTEND:20300612T160000Z', 'LOCATION:Main Hall'])
      assert.ok(calendar.includes(`${said}\r\n`), calendar)
    for (const word of ['Other Gala', 'Berlin office', 'yesterday', '2031'])
      assert.ok(!(mobile + calendar + pass).includes(word), word)
  }
  const [row] = await sql`SELECT title, location, revision FROM events WHERE id = ${eventId}`
  assert.deepEqual({ ...row }, { title: 'Jazz Night', location: 'Main Hall', revision: 0 })
})

test('invalid event columns of a guest list are kept as data for a registered event, and refused for an unknown one', async () => {
  const eventId = nextEventId()
  const otherEventId = nextEventId()
  await call('PUT', `/api/events/${eventId}`, event)
  const own = {
    ...{ timezone: 'Nowhere', startsAt: 'whenever', endsAt: 7, location: ' ', title: [], eventName: null },
    ...{ eventDate: true, eventEndDate: '' },
  }
  const { id, event: printed } = await generate({ eventId, guestId: 1, data: { ...guest, ...own } })
  assert.equal(printed.title, 'Jazz Night')
  const [row] = await sql`SELECT data FROM guests WHERE id = 1 AND event_id = ${eventId}`
  assert.deepEqual(row?.data, own)
  assert.ok(id)
  const data = { ...guest, ...own, title: 'Gala' }
  const { status, json } = await call('POST', '/api/tickets/generate', { eventId: otherEventId, guestId: 1, data })
  const paths = json.error.details.map(({ path }: { path: string }) => path).sort()
  const facts = ['endsAt', 'eventDate', 'eventEndDate', 'eventName', 'location', 'startsAt', 'timezone']
  assert.deepEqual([status, paths], [400, facts.map((name) => `data.${name}`)])
  assert.equal((await sql`SELECT FROM events WHERE id = ${otherEventId}`).length, 0)
})

test("a guest's entry times from two requests must be in order too", async () => {
  const eventId = nextEventId()
  await call('PUT', `/api/events/${eventId}`, event)
  const [before, noon, after] = ['2030-06-12T11:00:00+02:00', '2030-06-12T12:00:00+02:00', '2030-06-12T13:00:00+02:00']
  await generate({ eventId, guestId: 1, data: { ...guest, entryStartsAt: noon } })
  const { status, json } = await call('POST', '/api/tickets/generate', {
    eventId,
    guestId: 1,
    data: { entryEndsAt: before },
  })
  const problem = { path: 'data.entryEndsAt', problem: 'must not be before entryStartsAt' }
  assert.deepEqual([status, json.error.details], [400, [problem]])
  const guests = [{ guestId: 1, data: { entryEndsAt: before } }]
  const { json: batch } = await call('POST', '/api/tickets/batch', { eventId, guests })
  const { json: ended } = await call('GET', `/api/batches/${batch.data.batchId}/status`)
  assert.equal(ended.data.tickets[0].error.code, 'VALIDATION_FAILED')
  const { links } = await generate({ eventId, guestId: 1, data: { entryEndsAt: after } })
  const page = await (await fetch(links.mobileUrl, { headers: { accept: 'text/html' } })).text()
  assert.match(
    page.replaceAll(/[\u2009\u202F\u00A0]/g, ' '),
    /<div class="entry"><dt>Entry time<\/dt><dd><bdi>Wednesday,? 12 June 2030(,| at) 12:00 ?– ?13:00<\/bdi>/,
  )
})

test('seat 0 is shown on the PDF, the page and in the calendar, and invisible text is not', async () => {
  const eventId = nextEventId()
  await call('PUT', `/api/events/${eventId}`, event)
  const ticket = await generate({
    eventId,
    guestId: 1,
    data: { ...guest, seat: 0, row: '0', gate: false, section: [], order: ' \u200B' },
  })
  assert.match(ticket.text, /Seat/)
  assert.match(ticket.text, /Row/)
  assert.doesNotMatch(ticket.text, /Gate/)
  const { mobile, calendar } = await factsOf(ticket)
  assert.match(mobile, /<div class="seat">.*?<bdi>0<\/bdi>/)
  assert.match(mobile, /<div class="row">.*?<bdi>0<\/bdi>/)
  assert.doesNotMatch(mobile, /class="(gate|section|order)"/)
  assert.doesNotMatch(ticket.text, /Order/)
  assert.ok(calendar.includes('Row: 0\\nSeat: 0'), calendar)
})

test("a direction override in a guest's text does not reorder the text beside it", async () => {
  const eventId = nextEventId()
  await call('PUT', `/api/events/${eventId}`, event)
  const templateId = await addTemplate('<p>[{{seat}}] neighbour</p>')
  const { text } = await generate({ eventId, guestId: 1, templateId, data: { ...guest, seat: 'A\u202E12' } })
  assert.ok(text.includes('neighbour'), text)
  assert.ok(!text.includes('ruobhgien'), text)
})

test('an object in place of text fails the ticket with the name of the variable', async () => {
  const eventId = nextEventId()
  await call('PUT', `/api/events/${eventId}`, event)
  const templateId = await addTemplate('<p>{{address}}</p>')
  const { status, json } = await call('POST', '/api/tickets/generate', {
    ...{ eventId, guestId: 1, templateId },
    data: { ...guest, address: { city: 'Paris' } },
  })
  assert.deepEqual([status, json.error.code], [422, 'TEMPLATE_INVALID'])
  assert.match(json.error.message, /address is an object, not text/)
})

test('a calendar entry keeps its UID when the event changes and the ticket is reissued, and counts the changes of the event alone', async () => {
  const eventId = nextEventId()
  await call('PUT', `/api/events/${eventId}`, event)
  const ticket = await generate({ eventId, guestId: 1, data: guest })
  const read = async (link: string) => {
    const answer = await fetch(link)
    const text = (await answer.text()).replaceAll('\r\n ', '')
    const line = (name: string) => new RegExp(`^${name}[;:].*$`, 'm').exec(text)?.[0]?.trim()
    assert.match(answer.headers.get('content-type') ?? '', /; method=PUBLISH$/)
    assert.equal(line('METHOD'), 'METHOD:PUBLISH')
    assert.match(line('ORGANIZER') ?? '', /^ORGANIZER;CN="?Jazz Night.*:mailto:/)
    return { uid: line('UID'), sequence: line('SEQUENCE'), modified: line('LAST-MODIFIED'), stamp: line('DTSTAMP') }
  }
  const first = await read(ticket.links.calendarUrl)
  assert.equal(first.sequence, 'SEQUENCE:0')
  assert.ok(first.modified && first.stamp)
  await call('PUT', `/api/events/${eventId}`, { ...event, startsAt: '2030-06-12T07:00:00Z', details: {} })
  await call('PUT', `/api/events/${eventId}/guests`, { guests: [{ guestId: 1, firstName: 'Ann', lastName: 'Guest' }] })
  assert.deepEqual(await read(ticket.links.calendarUrl), first)
  await sql`UPDATE events SET updated_at = updated_at - INTERVAL '1 hour' WHERE id = ${eventId}`
  await call('PUT', `/api/events/${eventId}`, { ...event, location: 'Small Hall' })
  const changed = await read(ticket.links.calendarUrl)
  assert.deepEqual([changed.uid, changed.sequence], [first.uid, 'SEQUENCE:1'])
  const { json } = await call('POST', `/api/tickets/${ticket.id}/reissue`)
  const { json: again } = await call('GET', `/api/tickets/${json.data.ticketId}`)
  assert.deepEqual((await read(again.data.links.calendarUrl)).uid, first.uid)
})
