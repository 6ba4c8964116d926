import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateRequest } from '../../../functions/contract/schemas/requests.ts'
import { generateTicket } from '../../../functions/domain/tickets/generate-ticket.ts'
import { openClients } from '../../../functions/runtime/clients.ts'
import { service } from '../../fixtures/batches.ts'

const { publish, registerGuests, request, sql } = service
const clients = await openClients(['sql', 'signer', 'links', 'renderer'])
const { ask } = clients.renderer
/** Is a renderer that broke down between settling and answering, and was asked once more: it has nothing left to print. */
const renderer: typeof clients.renderer = { ask: async (chunk) => ask(chunk).then(() => ask(chunk)) }
const generate = (eventId: number, templateId: number) =>
  generateTicket({ ...clients, renderer }, generateRequest.parse({ eventId, guestId: 1, templateId }))
const page = (body: string) => `<!doctype html><html><head><title>t</title></head><body>${body}</body></html>`

test('a renderer that settled the ticket and died before its answer has generated it', async () => {
  await registerGuests(6201, 1)
  const { ticketId, generatedAt } = await generate(6201, 900)
  const [row] = await sql`SELECT generated_at FROM generated_tickets WHERE id = ${ticketId}`
  assert.equal(row?.generated_at.toISOString(), generatedAt)
})

test('a renderer that settled the ticket as failed and died before its answer leaves the reason, and no older file is passed off as new', async () => {
  await publish(6202, page(`{{#if repeat}}${'{{repeat}}'.repeat(1100)}{{/if}}`))
  await registerGuests(6202, 1, () => ({ data: { repeat: 'x'.repeat(2000) } }))
  await assert.rejects(generate(6202, 6202), { code: 'TEMPLATE_INVALID', message: /at most \d+ are allowed/ })
  await request('POST', '/api/tickets/generate', { eventId: 6202, guestId: 1, templateId: 900 }, 201)
  await assert.rejects(generate(6202, 6202), { code: 'TEMPLATE_INVALID', message: /at most \d+ are allowed/ })
})
