import { guestList } from '../../functions/contract/schemas/guests.ts'
import { event } from '../../functions/contract/schemas/requests.ts'
import type { Sql } from '../../functions/database/client.ts'
import { findEvent } from '../../functions/database/events.ts'
import { registerEvent } from '../../functions/domain/events/register-event.ts'
import { registerGuests } from '../../functions/domain/guests/register-guests.ts'
import demo from './demo-event.json' with { type: 'json' }

/**
 * Registers the demo event and its guests unless the event exists, so that every example of the specification
 * works and later changes to it are kept.
 */
export async function registerDemoEvent(sql: Sql): Promise<void> {
  if (await findEvent(sql, demo.eventId)) return
  await registerEvent({ sql }, demo.eventId, event.parse(demo.event))
  await registerGuests({ sql }, demo.eventId, guestList.parse({ guests: demo.guests }))
}
