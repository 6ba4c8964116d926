import demo from './demo-event.json' with { type: 'json' }

/** Is the id of the event that the original specification's examples speak of. */
export const demoEventId = demo.eventId

/**
 * Registers the demo event and its guests through the service's own API, so that every example of the specification works.
 * Idempotent.
 * @throws Error with the answer when the service does not take them.
 */
export async function registerDemoEvent(url: string): Promise<void> {
  const path = `/api/events/${demo.eventId}`
  await put(`${url}${path}`, demo.event)
  await put(`${url}${path}/guests`, { guests: demo.guests })
}

async function put(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`The demo event was not taken: ${response.status} ${await response.text()}`)
}
