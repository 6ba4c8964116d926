/** The answer to erasing a guest. */
export const guestErased = { eventId: 456, guestId: 123, erasedAt: '2024-07-01T08:00:00.000Z' }

/** The answer to erasing an event. */
export const eventErasure = { eventId: 456, requestedAt: '2024-07-01T08:00:00.000Z' }

const at = '2024-06-01T10:00:00.000Z'

/** All that is held about a guest. */
export const guestExport = {
  exportedAt: '2024-06-15T09:00:00.000Z',
  guest: {
    eventId: 456,
    guestId: 123,
    firstName: 'John',
    lastName: 'Doe',
    email: 'john.doe@example.com',
    ticketType: 'VIP',
    locale: 'en',
    data: { seat: 'B 12' },
    createdAt: at,
    updatedAt: at,
  },
  tickets: [
    {
      ticketId: 789,
      ticketCode: 'TC-2024-7ZK3M9QX4T2B',
      qrPayload: 'TK1:AEA…',
      templateId: 1,
      templateVersion: 1,
      createdAt: at,
      printedAt: at,
      expiresAt: null,
      revokedAt: null,
      supersededBy: null,
      checkedInAt: '2024-06-12T06:40:00.000Z',
      checkedInGate: 'North',
      checkedInDevice: 'Scanner 3',
      pdfUrl: 'https://tickets.example.com/pdf/789?expires=1749200000&signature=c2lnbmF0dXJl',
    },
  ],
  prints: [
    { jobId: 31, ticketId: 789, status: 'generated', message: 'Ticket generated', given: null, createdAt: at, updatedAt: at },
  ],
  entries: [
    {
      ...{ ticketId: 789, direction: 'in', outcome: 'admitted', reason: null, gate: 'North', device: 'Scanner 3', scanId: null },
      ...{ scannedAt: '2024-06-12T06:40:00.000Z', receivedAt: '2024-06-12T06:40:00.000Z' },
    },
  ],
  audit: [
    {
      ticketId: 789,
      action: 'check_in',
      gate: 'North',
      device: 'Scanner 3',
      details: {},
      createdAt: '2024-06-12T06:40:00.000Z',
    },
  ],
  wallets: [{ ticketId: 789, wallet: 'google', deviceId: '', createdAt: at }],
}
