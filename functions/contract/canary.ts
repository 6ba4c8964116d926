/** The event and guest of the canary's one ticket: the largest ids, which Core never uses. */
export const canaryTicket = { eventId: Number.MAX_SAFE_INTEGER, guestId: Number.MAX_SAFE_INTEGER } as const

/** The calls that the canary makes as Core does. */
export const canaryCalls = {
  register: { method: 'PUT', path: `/api/events/${canaryTicket.eventId}` },
  generate: { method: 'POST', path: '/api/tickets/generate' },
  validate: { method: 'POST', path: '/api/tickets/validate' },
} as const
