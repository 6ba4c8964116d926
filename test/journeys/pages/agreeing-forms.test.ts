import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { nextEventId } from '../../fixtures/ids.ts'
import { download, inspectPdf, readQrCode } from '../../fixtures/running-service.ts'
import { readPass, service } from '../../fixtures/wallet-service.ts'

const { call } = service
const eventId = nextEventId()
const event = {
  title: 'Nuit du Jazz',
  startsAt: '2036-06-12T18:30:00Z',
  endsAt: '2036-06-12T21:00:00Z',
  timezone: 'Europe/Paris',
  location: 'Grand Palais',
  details: { doorsOpenAt: '2036-06-12T17:15:00Z' },
}
const guest = {
  guestId: 1,
  firstName: 'Zoé',
  lastName: 'Lefèvre',
  email: 'zoe@example.com',
  ticketType: 'Balcon',
  locale: 'en-GB',
  data: { seat: 'K17' },
}

/** Calls the service as Core does. */
async function send(method: string, path: string, body?: object) {
  const answer = await call(method, path, body)
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.bytes}`)
  return answer.json.data
}

const generate = (more: object = {}) => send('POST', '/api/tickets/generate', { eventId, guestId: 1, templateId: 4, ...more })

/** Reads a ticket in all its forms, each as the text that it shows. */
async function readForms(ticketId: number): Promise<Record<string, string>> {
  const ticket = await send('GET', `/api/tickets/${ticketId}`)
  const { pdfUrl, qrPayload, links } = ticket
  const [pdf, picture, page, calendar, pass, saved, verdict] = await Promise.all([
    download(pdfUrl).then(inspectPdf),
    download(links.pngUrl),
    fetch(links.mobileUrl, { headers: { accept: 'text/html' } }).then((answer) => answer.text()),
    fetch(links.calendarUrl).then((answer) => answer.text()),
    fetch(links.appleWalletUrl).then(readPass),
    call('GET', links.googleWalletUrl),
    send('POST', '/api/tickets/validate', { qr: qrPayload }),
  ])
  assert.deepEqual([pdf.qr, await readQrCode(picture)], [qrPayload, qrPayload], 'PDF and picture carry the valid code')
  const { payload } = decodeJwt<{ payload: object }>(saved.headers.get('location')?.split('/').at(-1) ?? '')
  const { qrCodeData: _, ...answer } = ticket
  const forms = {
    ...{ pdf: pdf.text.replaceAll(/\s+/g, ' '), page, calendar: calendar.replaceAll('\r\n ', '') },
    ...{
      apple: JSON.stringify(pass),
      google: JSON.stringify(payload),
      validate: JSON.stringify(verdict),
      answer: JSON.stringify(answer),
    },
  }
  return Object.fromEntries(Object.entries(forms).map(([name, text]) => [name, text.replaceAll(/[\u00A0\u202F\u2009]/g, ' ')]))
}

/** A change of one fact: what each form says of it then. All of it is said by none before. */
interface Change {
  fact: string
  make: () => Promise<unknown>
  said: Record<string, string>
}

const everywhere = (text: string) => ({ pdf: text, page: text, calendar: text, apple: text, google: text })
const putEvent = (facts: object) => send('PUT', `/api/events/${eventId}`, Object.assign(event, facts))
const putGuest = (facts: object) => send('PUT', `/api/events/${eventId}/guests`, { guests: [Object.assign(guest, facts)] })
const putBranding = (branding: object) => send('PUT', `/api/events/${eventId}/branding`, branding)

const changes: Change[] = [
  {
    fact: 'title',
    make: () => putEvent({ title: 'Gala des Lilas' }),
    said: { ...everywhere('Gala des Lilas'), validate: 'Gala des Lilas', answer: 'Gala des Lilas' },
  },
  {
    fact: 'day',
    make: () => putEvent({ startsAt: '2036-07-14T18:30:00Z', endsAt: '2036-07-14T21:00:00Z', details: {} }),
    said: {
      pdf: '14 July 2036',
      page: '14 July 2036',
      calendar: '20360714T183000Z',
      apple: '2036-07-14T18:30',
      google: '2036-07-14T18:30',
    },
  },
  {
    fact: 'doors',
    make: () => putEvent({ details: { doorsOpenAt: '2036-07-14T16:45:00Z' } }),
    said: { page: '18:45', calendar: '18:45', apple: '18:45' },
  },
  {
    fact: 'time zone',
    make: () => putEvent({ timezone: 'Asia/Tokyo' }),
    said: { pdf: '15 July 2036', page: '15 July 2036', apple: '15 July 2036' },
  },
  { fact: 'venue', make: () => putEvent({ location: 'Riverside Stage' }), said: everywhere('Riverside Stage') },
  {
    fact: 'name',
    make: () => putGuest({ lastName: 'Martin' }),
    said: { ...everywhere('Martin'), validate: 'Martin', answer: 'Martin' },
  },
  {
    fact: 'type',
    make: () => putGuest({ ticketType: 'Orchestre' }),
    said: { ...everywhere('Orchestre'), validate: 'Orchestre' },
  },
  { fact: 'seat', make: () => putGuest({ data: { seat: 'B22' } }), said: everywhere('B22') },
  {
    fact: 'organiser',
    make: () => putBranding({ organiser: 'Aurora Festival' }),
    said: { pdf: 'Aurora Festival', page: 'Aurora Festival', apple: 'Aurora Festival', google: 'Aurora Festival' },
  },
  {
    fact: 'colour',
    make: () => putBranding({ organiser: 'Aurora Festival', accent: '#8a1c4a' }),
    said: { page: '#8a1c4a', apple: 'rgb(138, 28, 74)', google: '#8a1c4a' },
  },
  { fact: 'template', make: () => generate({ templateId: 1 }), said: { pdf: 'On paper or on a screen' } },
]

/** Facts that no other of the round hides, changed together: reading all forms takes a second. */
const rounds = [
  ['title', 'name', 'organiser'],
  ['day', 'type', 'colour'],
  ['doors', 'seat', 'venue'],
  ['time zone', 'template'],
].map((facts) => changes.filter(({ fact }) => facts.includes(fact)))

test('after each change of a fact all forms of a ticket agree, through the links that its guest has', async () => {
  await putEvent({})
  await putGuest({})
  const { ticketId } = await generate()
  let forms = await readForms(ticketId)
  assert.equal(rounds.flat().length, changes.length)
  for (const round of rounds) {
    const expected = round.flatMap(({ said }) => Object.entries(said))
    for (const [form, text] of expected) assert.ok(!forms[form]?.includes(text), `${form} says ${text} too early`)
    for (const { fact, make } of round) {
      await make()
      assert.equal((await send('GET', `/api/tickets/${ticketId}`)).outdated, fact !== 'template', fact)
    }
    forms = await readForms(ticketId)
    for (const [form, text] of expected) assert.ok(forms[form]?.includes(text), `${form} does not say ${text}`)
    assert.equal((await send('GET', `/api/tickets/${ticketId}`)).outdated, false)
  }
})
