import assert from 'node:assert/strict'
import { validateAnswer } from '../../../functions/contract/schemas/trust-answers.ts'
import { writeTickets } from '../../../functions/domain/tickets/write-tickets.ts'
import { openClients } from '../../../functions/runtime/clients.ts'
import { service } from './service.ts'

const { call, sql } = service
const event = { title: 'Gala', startsAt: '2026-06-12T09:00:00Z', timezone: 'Europe/Paris', location: 'Here' }
for (const id of [900, 901, 902, 903, 904]) await call('PUT', `/api/events/${id}`, event)
let lastGuest = 0

/** Generates a ticket for a new guest; the payload is what its QR code says. */
export async function makeTicket(options?: object, eventId = 900) {
  const guestId = ++lastGuest
  const data = { firstName: 'Ada', lastName: `Guest ${guestId}`, email: 'ada@example.com', ticketType: 'VIP' }
  const { status, json } = await call('POST', '/api/tickets/generate', { eventId, guestId, data, options })
  assert.equal(status, 201, JSON.stringify(json))
  const read = await call('GET', `/api/tickets/${json.data.ticketId}`)
  return { ...json.data, qrPayload: read.json.data.qrPayload, guestId }
}

/** Makes a ticket that has expired: no request can ask for one, so time is made to have passed. */
export async function makeExpiredTicket(options?: object, eventId = 900) {
  const ticket = await makeTicket(options, eventId)
  const clients = await openClients(['sql', 'signer'])
  const [row] = await sql`SELECT * FROM generated_tickets WHERE id = ${ticket.ticketId}`
  const { job_id: jobId, template_id: templateId, template_version: templateVersion } = row ?? {}
  const order = { jobId, eventId, templateId, templateVersion, expiresAt: new Date('2026-01-01T00:00:00Z') }
  await clients.sql.begin((transaction) => writeTickets({ ...clients, sql: transaction }, order, [ticket.guestId]))
  const read = await call('GET', `/api/tickets/${ticket.ticketId}`)
  return { ...ticket, qrPayload: read.json.data.qrPayload }
}

/** Validates as Core, and checks that the answer has no more fields than the contract. */
export async function validate(body: object) {
  const { status, json } = await call('POST', '/api/tickets/validate', body)
  assert.equal(status, 200, JSON.stringify(json))
  return validateAnswer.strict().parse(json.data)
}

/** Checks a ticket in as Core. */
export const checkIn = (ticketId: number, body?: object) => call('POST', `/api/tickets/${ticketId}/check-in`, body)

/** Lists what the audit says was done to a ticket, in order. */
export async function auditOf(ticketId: number) {
  return (await sql`SELECT action FROM ticket_audit WHERE ticket_id = ${ticketId} ORDER BY id`).map(({ action }) => action)
}
