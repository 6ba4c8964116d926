import * as z from 'zod'
import { batchAnswer, batchStatusAnswer, generateAnswer, guestCounts } from '../../functions/contract/schemas/answers.ts'

/** How a batch stands. */
export type BatchStatus = z.output<typeof batchStatusAnswer>

const title = 'Tech Conference 2024'
const event = { title, startsAt: '2024-06-12T09:00:00+02:00', timezone: 'Europe/Paris', location: 'Palais des Congrès, Paris' }

/** Calls the service as Core does; every answer is checked against the contract, and anything but success throws. */
export class ServiceClient {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  /** Registers an event with guests 1 to `guestCount`. */
  async registerGuests(eventId: number, guestCount: number): Promise<void> {
    await this.#call('PUT', `/api/events/${eventId}`, event)
    for (let first = 1; first <= guestCount; first += 10_000) {
      const count = Math.min(10_000, guestCount - first + 1)
      const guests = Array.from({ length: count }, (_, index) => ({ guestId: first + index, ...person(first + index) }))
      guestCounts.parse(await this.#call('PUT', `/api/events/${eventId}/guests`, { guests }))
    }
  }

  /** Generates a ticket for a guest who is described in the request, as in the original specification. */
  async generate(eventId: number, guestId: number): Promise<z.output<typeof generateAnswer>> {
    const body = { eventId, guestId, templateId: 1, data: person(guestId) }
    return generateAnswer.parse(await this.#call('POST', '/api/tickets/generate', body))
  }

  /** Asks for the tickets of guests `first` to `last`; returns the batch's id. */
  async createBatch(eventId: number, [first, last]: [number, number], priority: 'high' | 'normal'): Promise<string> {
    const guestIds = Array.from({ length: last - first + 1 }, (_, index) => first + index)
    const body = { eventId, guestIds, templateId: 1, options: { priority } }
    return batchAnswer.parse(await this.#call('POST', '/api/tickets/batch', body)).batchId
  }

  /** Asks how a batch stands, with its first `limit` tickets. */
  async batchStatus(batchId: string, limit: number): Promise<BatchStatus> {
    return batchStatusAnswer.parse(await this.#call('GET', `/api/batches/${batchId}/status?limit=${limit}`))
  }

  /** Cancels what has not been printed of a batch. */
  async cancelBatch(batchId: string): Promise<void> {
    await this.#call('POST', `/api/batches/${batchId}/cancel`)
  }

  /** Downloads a file by a guest link. */
  async download(link: string): Promise<Uint8Array> {
    const response = await fetch(link)
    if (!response.ok) throw new Error(`${link}: ${response.status} ${await response.text()}`)
    return new Uint8Array(await response.arrayBuffer())
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    const content = body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}
    const response = await fetch(`${this.#url}${path}`, { method, ...content })
    const answer = envelope.parse(await response.json())
    if (!answer.success) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer.error)}`)
    return answer.data
  }
}

const envelope = z.discriminatedUnion('success', [
  z.object({ success: z.literal(true), data: z.unknown() }),
  z.object({ success: z.literal(false), error: z.unknown() }),
])

function person(guestId: number) {
  return {
    firstName: ['Amélie', 'John', 'Søren'][guestId % 3] ?? '',
    lastName: `Guest ${guestId}`,
    email: `guest${guestId}@example.com`,
    ticketType: guestId % 5 ? 'Standard' : 'VIP',
  }
}
