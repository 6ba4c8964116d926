import { ticketLinks } from './tickets.ts'

const ticketCode = 'TC-2024-7ZK3M9QX4T2B'
const scanId = '0190f0a2-7c1e-7d3a-9b55-1f2e3d4c5b6a'

/** A code to validate. */
export const validateBody = { code: ticketCode }

/** A good ticket. */
export const validateAnswer = {
  valid: true,
  reason: null,
  ticket: { id: 789, ticketCode, ticketType: 'VIP' },
  guest: { firstName: 'John', lastName: 'Doe' },
  event: { id: 456, title: 'Tech Conference 2024' },
  checkedIn: null,
  entry: null,
}

/** A check-in. */
export const checkInBody = { code: ticketCode, gate: 'North', device: 'scanner 3', scanId }

/** The answer to a check-in. */
export const checkInAnswer = {
  ticketId: 789,
  ticketCode,
  checkedInAt: '2024-06-12T07:04:05.678Z',
  gate: 'North',
  device: 'scanner 3',
  direction: 'in',
  inside: true,
}

/** A revoked ticket. */
export const revokeAnswer = { ticketId: 789, ticketCode, revokedAt: '2024-06-01T12:00:00.000Z' }

/** The ticket that replaces a revoked one. */
export const reissueAnswer = {
  ...ticketLinks(790),
  ticketId: 790,
  ticketCode: 'TC-2024-4Q9R0VJ2M8XE',
  generatedAt: '2024-06-01T12:00:00.000Z',
  supersededTicketId: 789,
}

/** One batch of tickets whose key was retired. */
export const reissueKeyAnswer = {
  kid: 1,
  batchId: 'reissue-1-0190f0a2-7c1e-7d3a-9b55-1f2e3d4c5b6a',
  eventId: 456,
  reissuedCount: 10_000,
  remainingCount: 2_500,
}

/** A revocation list. */
export const revocationsAnswer = {
  eventId: 456,
  after: 0,
  through: 2,
  latest: 2,
  count: 2,
  issuedAt: '2024-06-12T06:00:00.000Z',
  expiresAt: '2024-06-13T06:00:00.000Z',
  list: 'TR1:AQHIAwACAg…',
  event: { title: 'Summer Gala', startsAt: '2024-06-12T18:00:00.000Z', endsAt: null, reentry: 'none' },
}

/** A request for a door pass. */
export const doorBody = { label: 'North gate', guestList: true, locale: 'fr', expiresAt: '2099-06-14T18:00:00Z' }

/** A door. */
export const doorAnswer = {
  doorId: 12,
  eventId: 456,
  label: 'North gate',
  guestList: true,
  locale: 'fr',
  createdAt: '2024-06-12T06:00:00.000Z',
  expiresAt: '2099-06-14T18:00:00.000Z',
  withdrawnAt: null,
}

const pass = '12.456.4084624800.Zm9yIHNob3cgb25seSwgbm90IGEgc2lnbmF0dXJlISE'

/** A new door with its pass. */
export const newDoorAnswer = {
  ...doorAnswer,
  url: `https://tickets.example.com/door#event=456&label=North+gate&expires=2099-06-14T18%3A00%3A00.000Z&locale=fr&guests=1&pass=${pass}`,
  pass,
}

/** The changes of an event's guests. */
export const doorGuestListAnswer = {
  eventId: 456,
  after: 0,
  through: 1718175845678901,
  latest: 1718175845678901,
  count: 2,
  issuedAt: '2024-06-12T07:04:05.678Z',
  list: 'TG1:AQGNjs0K…',
}

/** A guest found by name. */
export const foundGuestsAnswer = {
  tickets: [
    {
      ticketId: 789,
      guestId: 123,
      firstName: 'Amélie',
      lastName: 'Lefèvre',
      ticketType: 'VIP',
      reason: null,
      checkedIn: null,
      inside: false,
      entryCount: 0,
    },
  ],
}

/** An upload of one scan. */
export const scansBody = {
  scans: [{ scanId, scannedAt: '2024-06-12T07:04:05Z', code: ticketCode, gate: 'North', device: 'scanner 3' }],
}

/** The answer for a ticket that has let somebody in before. */
export const scansAnswer = {
  eventId: 456,
  totalCount: 1,
  enteredCount: 0,
  exitedCount: 0,
  doubleEntryCount: 1,
  rejectedCount: 0,
  scans: [
    {
      ...{ scanId, outcome: 'double_entry', reason: 'checked_in', ticketId: 789 },
      ...{ scannedAt: '2024-06-12T07:04:05.000Z', clamped: false, problems: [] },
    },
  ],
  doubleEntries: [
    {
      ticketId: 789,
      ticketCode,
      guest: { firstName: 'John', lastName: 'Doe' },
      entries: [
        { scanId: null, at: '2024-06-12T07:01:00.000Z', gate: 'South', device: 'scanner 1' },
        { scanId, at: '2024-06-12T07:04:05.000Z', gate: 'North', device: 'scanner 3' },
      ],
    },
  ],
}
