import assert from 'node:assert/strict'
import { after } from 'node:test'
import demo from '../../../bin/local/demo-event.json' with { type: 'json' }
import { startService } from '../running-service.ts'

/** Is the service that all tests of calls in this process share; each file makes tickets of events of its own. */
export const service = await startService({ renderers: 1 })
after(() => service.stop())

/** Registers an event with the guests of the demo event. */
export async function registerDemoGuests(eventId: number): Promise<void> {
  assert.equal((await service.call('PUT', `/api/events/${eventId}`, demo.event)).status, 200)
  assert.equal((await service.call('PUT', `/api/events/${eventId}/guests`, { guests: demo.guests })).status, 200)
}
