import * as z from 'zod'
import { code, time } from './answers.ts'
import { dataValue, id } from './values.ts'

const data = z.record(z.string(), dataValue)
const text = z.string().nullable()

/** The answer of "export-guest": all rows about a guest. Files are behind `pdfUrl`; logs and notices hold only ids. */
export const guestExport = z.object({
  exportedAt: time,
  guest: z.object({
    eventId: id,
    guestId: id,
    ...{ firstName: text, lastName: text, email: text, ticketType: text, locale: text },
    data,
    createdAt: time,
    updatedAt: time,
  }),
  tickets: z.array(
    z.object({
      ticketId: id,
      ticketCode: code,
      qrPayload: z.string(),
      templateId: id,
      templateVersion: z.int(),
      createdAt: time,
      printedAt: time.nullable(),
      expiresAt: time.nullable(),
      revokedAt: time.nullable(),
      supersededBy: id.nullable(),
      checkedInAt: time.nullable(),
      checkedInGate: text,
      checkedInDevice: text,
      pdfUrl: z.url().nullable(),
    }),
  ),
  prints: z.array(
    z.object({
      jobId: id,
      ticketId: id.nullable(),
      status: z.string(),
      message: text,
      given: data.nullable(),
      createdAt: time,
      updatedAt: time,
    }),
  ),
  entries: z.array(
    z.object({
      ticketId: id,
      direction: z.string(),
      outcome: z.string(),
      ...{ reason: text, gate: text, device: text },
      scanId: z.guid().nullable(),
      scannedAt: time,
      receivedAt: time,
    }),
  ),
  audit: z.array(
    z.object({
      ticketId: id,
      action: z.string(),
      gate: text,
      device: text,
      details: z.record(z.string(), z.unknown()),
      createdAt: time,
    }),
  ),
  wallets: z.array(z.object({ ticketId: id, wallet: z.string(), deviceId: z.string(), createdAt: time })),
})
