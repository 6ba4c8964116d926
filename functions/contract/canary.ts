/** The ids that the canary's one ticket belongs to: the largest there are, so that they are never Core's. */
export const canaryTicket = { eventId: Number.MAX_SAFE_INTEGER, guestId: Number.MAX_SAFE_INTEGER } as const

/** What the canary calls as Core does. */
export const canaryCalls = {
  register: { method: 'PUT', path: `/api/events/${canaryTicket.eventId}` },
  generate: { method: 'POST', path: '/api/tickets/generate' },
  validate: { method: 'POST', path: '/api/tickets/validate' },
} as const
