import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateRequest } from '../../../functions/contract/schemas/requests.ts'
import { generateTicket } from '../../../functions/domain/tickets/generate-ticket.ts'
import { openClients } from '../../../functions/runtime/clients.ts'
import { service } from '../../fixtures/batches.ts'
import { nextEventId } from '../../fixtures/ids.ts'

const { plainTemplate, publish, registerGuests, request, sql } = service
const clients = await openClients(['sql', 'signer', 'links', 'renderer'])
const { ask } = clients.renderer
/** A renderer that broke down between settling and answering, and was asked once more: it has nothing left to print. */
const renderer: typeof clients.renderer = { ask: async (chunk) => ask(chunk).then(() => ask(chunk)) }
const generate = (eventId: number, templateId: number) =>
  generateTicket({ ...clients, renderer }, generateRequest.parse({ eventId, guestId: 1, templateId }))
const page = (body: string) => `<!doctype html><html><head><title>t</title></head><body>${body}</body></html>`

test('a ticket is generated although its renderer died after settling it', async () => {
  const eventId = nextEventId()
  await registerGuests(eventId, 1)
  const { ticketId, generatedAt } = await generate(eventId, plainTemplate)
  const [row] = await sql`SELECT generated_at FROM generated_tickets WHERE id = ${ticketId}`
  assert.equal(row?.generated_at.toISOString(), generatedAt)
})

test('a failure settled by a renderer that died is reported, and no older file is returned', async () => {
  const eventId = nextEventId()
  const templateId = await publish(page(`{{#if repeat}}${'{{repeat}}'.repeat(1100)}{{/if}}`))
  await registerGuests(eventId, 1, () => ({ data: { repeat: 'x'.repeat(2000) } }))
  await assert.rejects(generate(eventId, templateId), { code: 'TEMPLATE_INVALID', message: /at most \d+ are allowed/ })
  await request('POST', '/api/tickets/generate', { eventId, guestId: 1, templateId: plainTemplate }, 201)
  await assert.rejects(generate(eventId, templateId), { code: 'TEMPLATE_INVALID', message: /at most \d+ are allowed/ })
})
