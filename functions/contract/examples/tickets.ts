/** An event as Core registers it. */
export const eventBody = {
  title: 'Tech Conference 2024',
  startsAt: '2024-06-12T09:00:00+02:00',
  endsAt: '2024-06-14T18:00:00+02:00',
  timezone: 'Europe/Paris',
  location: 'Palais des Congrès, Paris',
  retentionDays: 90,
}

/** The event as it is stored. */
export const eventAnswer = {
  id: 456,
  ...eventBody,
  startsAt: '2024-06-12T07:00:00.000Z',
  endsAt: '2024-06-14T16:00:00.000Z',
  details: {},
  entry: { reentry: 'none' },
  outdatedTickets: 0,
}

/** The branding of an event. */
export const brandingBody = {
  accent: '#ffb800',
  ink: '#12355b',
  organiser: 'Tech Conference e. V.',
  website: 'https://techconference.example.com',
  terms: 'Personal and not transferable. No re-entry.',
}

/** The branding as it is stored. */
export const brandingAnswer = {
  eventId: 456,
  logo: null,
  background: null,
  ...brandingBody,
  onAccent: '#14172b',
  sponsors: [],
  mended: [
    {
      field: 'onAccent',
      given: '#ffffff',
      used: '#14172b',
      problem: 'white text on the accent has a contrast of 1.7; at least 4.5 is readable',
    },
  ],
  outdatedTickets: 0,
}

/** A branding to try, in the language of a guest. */
export const eventPreviewBody = { branding: { accent: '#12355b' }, locale: 'fr' }

/** The forms of a sample ticket, in part. */
export const eventPreviewAnswer = {
  eventId: 456,
  forms: [
    { form: 'classic', templateId: 1, type: 'image/png', content: 'iVBORw0KGgo=' },
    { form: 'mobile page', type: 'text/html', content: '<!doctype html>…' },
  ],
  mended: [],
}

/** A guest list. */
export const guestsBody = {
  guests: [
    { guestId: 123, firstName: 'John', lastName: 'Doe', email: 'john.doe@example.com', ticketType: 'VIP', locale: 'en' },
    { guestId: 124, firstName: 'Amélie', lastName: 'Lefèvre', email: 'amelie@example.com', data: { seat: 'B 12' } },
    { guestId: 125, firstName: 'Grace', lastName: 'Hopper' },
  ],
}

/** The answer to registering that guest list. */
export const guestCounts = { eventId: 456, totalCount: 3, createdCount: 3, updatedCount: 0 }

/** The original specification's request for one ticket. */
export const generateBody = {
  guestId: 123,
  eventId: 456,
  templateId: 1,
  data: { firstName: 'John', lastName: 'Doe', email: 'john.doe@example.com', ticketType: 'VIP' },
}

const ticketCode = 'TC-2024-7ZK3M9QX4T2B'
const link = (path: string, query = '') =>
  `https://tickets.example.com/${path}?${query}expires=1767225600&signature=Zm9yIHNob3cgb25seQ`

/** Makes the links to a ticket's QR code and PDF. */
export const ticketLinks = (id: number) => ({ qrCodeUrl: link(`qr/${id}`), pdfUrl: link(`pdf/${id}`) })
const links = ticketLinks(789)

/** The ticket that was generated. */
export const generateAnswer = { ticketId: 789, ticketCode, ...links, generatedAt: '2024-01-01T12:00:00.000Z' }

/** A ticket. */
export const ticketAnswer = {
  id: 789,
  ticketCode,
  status: 'generated',
  qrCodeData: 'iVBORw0KGgo=',
  qrPayload: 'TK1:AEAX…',
  ...links,
  links: {
    mobileUrl: link('t/789'),
    pngUrl: link('png/789'),
    calendarUrl: link('calendar/789'),
    appleWalletUrl: link('wallet/789', 'type=apple&'),
    googleWalletUrl: null,
  },
  guest: { id: 123, firstName: 'John', lastName: 'Doe' },
  event: { id: 456, title: 'Tech Conference 2024' },
  templateId: 1,
  generatedAt: '2024-01-01T12:00:00.000Z',
  printedAt: '2024-01-01T12:00:01.000Z',
  outdated: false,
  validFrom: null,
  expiresAt: null,
  checkedInAt: null,
  inside: false,
  revokedAt: null,
  warnings: [{ code: 'MISSING_GLYPHS', count: 2 }],
}

/** The public keys. */
export const jwkSet = {
  keys: [{ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', kid: '1', use: 'sig', alg: 'EdDSA' }],
}

/** The liveness answer. */
export const health = { status: 'healthy', service: 'ticket-generator', version: '1.0.0', uptime: 3600 }

/** The detailed health. */
export const detailedHealth = {
  ...health,
  dependencies: { database: true, storage: true, queues: true, renderer: true },
  problems: [],
  queues: { 'ticket-generation': { waiting: 5, active: 2 }, 'ticket-generation-high': { waiting: 0, active: 0 } },
}
