import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as answers from '../../../functions/contract/schemas/trust-answers.ts'
import { importKeys, parseToken, readRevocations, verifyTicket } from '../../../functions/trust/offline-verify.ts'
import { auditOf, checkIn, eventId, makeExpiredTicket, makeTicket, validate } from '../../fixtures/door-calls.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { registerEvent, service } from '../../fixtures/service.ts'

const { call, sql } = service

test('a good ticket validates by code and by QR text, and shows the door no more than it needs', async () => {
  const ticket = await makeTicket()
  const verdict = await validate({ code: ticket.ticketCode })
  assert.deepEqual(verdict, {
    valid: true,
    reason: null,
    ticket: { id: ticket.ticketId, ticketCode: ticket.ticketCode, ticketType: 'VIP' },
    guest: { firstName: 'Ada', lastName: `Guest ${ticket.guestId}` },
    event: { id: eventId, title: 'Gala' },
    checkedIn: null,
    entry: null,
  })
  assert.deepEqual(await validate({ qr: ticket.qrPayload }), verdict)
  assert.deepEqual(await auditOf(ticket.ticketId), [])
})

test('a ticket with the original JSON payload validates by it', async () => {
  const ticket = await makeTicket({ qr: { format: 'json' } })
  assert.match(ticket.qrPayload, /^\{/)
  assert.equal((await validate({ qr: ticket.qrPayload })).ticket?.id, ticket.ticketId)
})

test('a typed code may have any case and look-alike letters, but no U', async () => {
  const { ticketCode } = await makeTicket()
  const sloppy = ` ${ticketCode.slice(3).toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l')} `.replace(/^ /, ' tc-')
  assert.equal((await validate({ code: sloppy })).valid, true)
  assert.equal((await validate({ code: `${ticketCode.slice(0, -1)}U` })).reason, 'malformed')
})

test('what a hand scanner adds to a code does no harm', async () => {
  const { ticketCode, qrPayload } = await makeTicket()
  for (const body of [
    { qr: `${qrPayload}\r\n` },
    { qr: `]Q1${qrPayload}` },
    { qr: qrPayload.toLowerCase() },
    { qr: `]C0${ticketCode}` },
    { code: ticketCode.replaceAll('-', 'ß').replaceAll(/[YZ]/g, (letter: string) => (letter === 'Y' ? 'Z' : 'Y')) },
  ])
    assert.equal((await validate(body)).valid, true, JSON.stringify(body))
})

test('every reason of the contract is reported', async () => {
  const good = await makeTicket()
  const expired = await makeExpiredTicket()
  const expiredJson = await makeExpiredTicket({ qr: { format: 'json' } })
  const revoked = await makeTicket()
  const superseded = await makeTicket()
  const entered = await makeTicket()
  await call('POST', `/api/tickets/${revoked.ticketId}/revoke`)
  await call('POST', `/api/tickets/${superseded.ticketId}/reissue`)
  await checkIn(entered.ticketId, { gate: 'North', device: 'scanner 3' })
  const badSignature = `${good.qrPayload.slice(0, -9)}${good.qrPayload.at(-9) === 'A' ? 'B' : 'A'}${good.qrPayload.slice(-8)}`
  // The key id is bits 8 to 15: the third character of the base32 holds its middle, the fourth its last bit.
  const otherKey = `TK1:AE${'Z'}${good.qrPayload.slice(7)}`
  const json = (await makeTicket({ qr: { format: 'json' } })).qrPayload
  const otherJson = json.replace(/"signature":"(.)/, (_: string, digit: string) => `"signature":"${digit === '0' ? '1' : '0'}`)
  const cases: [object, string][] = [
    [{ code: 'TC-2026-ZZZZZZZZZZZZ' }, 'unknown'],
    [{ code: 'TC-2026-7ZK3' }, 'malformed'],
    [{ qr: 'hello' }, 'malformed'],
    [{ qr: `${good.qrPayload}A` }, 'malformed'],
    [{ qr: `${good.qrPayload}\u0000` }, 'malformed'],
    [{ qr: 'x'.repeat(1025) }, 'malformed'],
    [{ qr: `TK1:${'A'.repeat(100_000)}` }, 'malformed'],
    [{ qr: '\ud800' }, 'malformed'],
    [{ qr: badSignature }, 'bad_signature'],
    [{ qr: otherJson }, 'bad_signature'],
    [{ qr: json.replace(',', ', ') }, 'malformed'],
    [{ qr: otherKey }, 'unknown_key'],
    [{ code: expired.ticketCode }, 'expired'],
    [{ qr: expired.qrPayload }, 'expired'],
    [{ qr: expiredJson.qrPayload }, 'expired'],
    [{ code: revoked.ticketCode }, 'revoked'],
    [{ qr: revoked.qrPayload }, 'revoked'],
    [{ code: superseded.ticketCode }, 'superseded'],
    [{ qr: superseded.qrPayload }, 'superseded'],
    [{ code: entered.ticketCode }, 'checked_in'],
    [{ qr: entered.qrPayload }, 'checked_in'],
  ]
  for (const [body, reason] of cases) {
    const verdict = await validate(body)
    assert.deepEqual([verdict.valid, verdict.reason], [false, reason], JSON.stringify(body))
    assert.deepEqual([verdict.guest, verdict.event], [null, null], reason)
  }
  const { ticket, checkedIn } = await validate({ qr: entered.qrPayload })
  assert.equal(ticket?.id, entered.ticketId)
  assert.deepEqual([checkedIn?.gate, checkedIn?.device], ['North', 'scanner 3'])
})

test('a request needs either a code or a QR text, not both', async () => {
  for (const body of [{}, { code: 'TC-2026-7ZK3M9QX4T2B', qr: 'TK1:' }, { code: 1 }, { code: '' }, { qr: '' }, { token: 'x' }])
    assert.equal(
      (await call('POST', '/api/tickets/validate', body)).json.error.code,
      'VALIDATION_FAILED',
      JSON.stringify(body).slice(0, 40),
    )
})

test('a revoked ticket stays revoked, its guest links are gone, and revoking it again returns the same answer', async () => {
  const ticket = await makeTicket()
  const first = await call('POST', `/api/tickets/${ticket.ticketId}/revoke`)
  assert.equal(first.status, 200)
  assert.equal(answers.revokeAnswer.strict().parse(first.json.data).ticketCode, ticket.ticketCode)
  assert.deepEqual((await call('POST', `/api/tickets/${ticket.ticketId}/revoke`)).json.data, first.json.data)
  assert.equal((await call('GET', ticket.pdfUrl)).status, 410)
  assert.equal((await call('GET', ticket.qrCodeUrl)).status, 410)
  assert.deepEqual(await auditOf(ticket.ticketId), ['revoke'])
  assert.equal((await call('POST', `/api/tickets/${ticket.ticketId}/reissue`)).json.error.code, 'TICKET_REVOKED')
  assert.equal((await call('POST', '/api/tickets/99999999/revoke')).json.error.code, 'TICKET_NOT_FOUND')
})

test('revoking a superseded ticket names the valid one, until that is revoked too', async () => {
  const { ticketId } = await makeTicket()
  const reissue = async (id: number) => (await call('POST', `/api/tickets/${id}/reissue`)).json.data.ticketId
  const second = await reissue(ticketId)
  const third = await reissue(second)
  for (const id of [ticketId, second]) {
    const { status, json } = await call('POST', `/api/tickets/${id}/revoke`)
    assert.deepEqual([status, json.error.code], [409, 'TICKET_REVOKED'])
    assert.match(json.error.message, new RegExp(`replaced by ticket ${third}, which is valid`))
  }
  assert.equal((await call('POST', `/api/tickets/${third}/revoke`)).status, 200)
  const { status, json } = await call('POST', `/api/tickets/${ticketId}/revoke`)
  assert.deepEqual([status, json.data.ticketId], [200, ticketId])
})

test('a reissued ticket has a new code, is printed, and takes over the check-in; repeating the call returns the same one', async () => {
  const old = await makeTicket({ qr: { format: 'json', size: 300 } })
  await checkIn(old.ticketId, { gate: 'North' })
  const { status, json } = await call('POST', `/api/tickets/${old.ticketId}/reissue`)
  assert.equal(status, 201, JSON.stringify(json))
  const made = answers.reissueAnswer.strict().parse(json.data)
  assert.equal(made.supersededTicketId, old.ticketId)
  assert.notEqual(made.ticketCode, old.ticketCode)
  assert.equal((await fetch(made.pdfUrl)).status, 200)
  assert.equal((await call('GET', old.pdfUrl)).status, 410)
  assert.equal((await validate({ qr: old.qrPayload })).reason, 'superseded')
  assert.deepEqual((await validate({ code: made.ticketCode })).checkedIn?.gate, 'North')
  assert.match((await call('GET', `/api/tickets/${made.ticketId}`)).json.data.qrPayload, /^\{/)
  const again = await Promise.all([1, 2].map(() => call('POST', `/api/tickets/${old.ticketId}/reissue`)))
  for (const { json: repeated } of again) assert.equal(repeated.data.ticketCode, made.ticketCode)
  const generated = await call('POST', '/api/tickets/generate', { eventId, guestId: old.guestId })
  assert.equal(generated.json.data.ticketCode, made.ticketCode)
  assert.deepEqual(await auditOf(old.ticketId), ['check_in', 'reissue'])
})

test('offline doors learn revoked codes from signed, numbered lists', async () => {
  const eventId = await registerEvent()
  const [good, revoked, superseded] = await Promise.all([1, 2, 3].map(() => makeTicket({}, eventId)))
  const list = async (after?: number) => {
    const { json } = await call('GET', `/api/events/${eventId}/revocations${after === undefined ? '' : `?after=${after}`}`)
    return answers.revocationsAnswer.strict().parse(json.data)
  }
  assert.equal((await list()).count, 0)
  await call('POST', `/api/tickets/${revoked.ticketId}/revoke`)
  const first = await list()
  await call('POST', `/api/tickets/${superseded.ticketId}/reissue`)
  const second = await list(first.through)
  assert.deepEqual([first.count, first.through, second.after, second.count, second.latest], [1, 1, 1, 1, 2])
  const { json: jwks } = await call('GET', '/.well-known/ticket-keys.json')
  const keys = await importKeys(jwks)
  const revocations = await readRevocations([first.list, second.list], keys, eventId)
  const verify = async (token: string) => (await verifyTicket(token, { keys, revocations, eventId, now: new Date() })).reason
  assert.equal(await verify(good.qrPayload), null)
  assert.equal(await verify(revoked.qrPayload), 'revoked')
  assert.equal(await verify(superseded.qrPayload), 'superseded')
  await assert.rejects(readRevocations([second.list], keys, eventId), /Codes number 1 to 1 are missing/)
  assert.equal((await call('GET', `/api/events/${nextEventId()}/revocations`)).json.error.code, 'EVENT_NOT_FOUND')
  assert.deepEqual((await call('GET', `/api/events/${eventId}/revocations?after=-1`)).json.error.details, [
    { path: 'after', problem: 'must be an integer from 0 to 9007199254740991, without leading zeros' },
  ])
})

/** Accepts a batch for many guests of an event, and returns its tickets. */
async function writeTickets(eventId: number, guestCount: number, options: object = {}) {
  const guests = Array.from({ length: guestCount }, (_, at) => ({ guestId: 1000 + at, firstName: 'Al', lastName: `Ko ${at}` }))
  await call('PUT', `/api/events/${eventId}/guests`, { guests })
  const guestIds = guests.map(({ guestId }) => guestId)
  await call('POST', '/api/tickets/batch', { eventId, guestIds, options })
  return sql<{ id: number; ticket_code: string }[]>`
    SELECT id, ticket_code FROM generated_tickets WHERE event_id = ${eventId} AND guest_id >= 1000`
}

test('a door that reads lists while codes are revoked misses none', async () => {
  const eventId = await registerEvent()
  const tickets = await writeTickets(eventId, 40)
  const { json: jwks } = await call('GET', '/.well-known/ticket-keys.json')
  const lists: string[] = []
  let through = 0
  const read = async () => {
    const { json } = await call('GET', `/api/events/${eventId}/revocations?after=${through}`)
    lists.push(json.data.list)
    through = json.data.through
  }
  let left = tickets.length
  const revoking = tickets.map(async ({ id }) => {
    await call('POST', `/api/tickets/${id}/revoke`)
    left--
  })
  while (left > 0) await read()
  await Promise.all(revoking)
  await read()
  const { retired } = await readRevocations(lists, await importKeys(jwks), eventId)
  assert.equal(retired.size, tickets.length)
})

test('concurrent reissues of one ticket create one new code', async () => {
  const { ticketId } = await makeTicket()
  const answered = await Promise.all([1, 2, 3].map(() => call('POST', `/api/tickets/${ticketId}/reissue`)))
  assert.deepEqual(
    answered.map(({ status }) => status),
    [201, 201, 201],
  )
  assert.equal(new Set(answered.map(({ json }) => json.data.ticketCode)).size, 1)
  assert.deepEqual(await auditOf(ticketId), ['reissue'])
})

test('tickets of a batch are good until the time that the batch names', async () => {
  const expiresAt = '2099-01-01T00:00:00.000Z'
  const eventId = await registerEvent()
  const [ticket] = await writeTickets(eventId, 1, { expiresAt })
  const [row] = await sql`SELECT expires_at FROM generated_tickets WHERE id = ${ticket?.id ?? 0}`
  assert.equal(row?.expires_at.toISOString(), expiresAt)
  const past = { guestIds: [1], eventId, options: { expiresAt: '2026-01-01T00:00:00Z' } }
  for (const [target, body] of [
    ['batch', past],
    ['generate', { ...past, guestIds: undefined, guestId: 1 }],
  ] as const) {
    const { json } = await call('POST', `/api/tickets/${target}`, body)
    assert.deepEqual(json.error.details, [{ path: 'options.expiresAt', problem: 'must lie in the future' }])
  }
})

test('a time with a fraction of a second counts as its whole second in token and record', async () => {
  const { ticketId } = await makeTicket({ expiresAt: '2099-01-01T00:00:00.987654321+01:00' })
  const { expiresAt, qrPayload } = (await call('GET', `/api/tickets/${ticketId}`)).json.data
  assert.equal(expiresAt, '2098-12-31T23:00:00.000Z')
  assert.deepEqual(parseToken(qrPayload)?.facts.expiresAt, new Date(expiresAt))
})

test('generating a ticket again with another time changes the time and not the code', async () => {
  const before = await makeExpiredTicket()
  const options = { expiresAt: '2099-01-01T00:00:00Z' }
  const after = await call('POST', '/api/tickets/generate', { eventId, guestId: before.guestId, options })
  assert.equal(after.json.data.ticketCode, before.ticketCode)
  assert.equal((await validate({ code: before.ticketCode })).valid, true)
  assert.equal((await validate({ qr: before.qrPayload })).reason, 'expired')
})
