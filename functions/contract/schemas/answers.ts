import * as z from 'zod'
import { ticketWarning } from '../ticket-warnings.ts'
import { reentry } from './requests.ts'
import { dataValue, fieldProblem, id } from './values.ts'

/** A moment, in UTC. */
export const time = z.iso.datetime()

/** A ticket code. */
export const code = z.string().regex(/^TC-\d{4}-[0-9A-HJKMNP-TV-Z]{12}$/)

/** The answer of "register-event": the stored event, and how many tickets were printed from other facts. */
export const eventAnswer = z.object({
  id,
  title: z.string(),
  startsAt: time.nullable(),
  endsAt: time.nullable(),
  timezone: z.string(),
  location: z.string().nullable(),
  details: z.record(z.string(), dataValue),
  retentionDays: z.int().nullable(),
  entry: z.object({ reentry }),
  outdatedTickets: z.int(),
})

/** The answer of "register-guests"; with `onInvalid=skip`, `skipped` lists the first 100 skipped guests. */
export const guestCounts = z.object({
  eventId: id,
  totalCount: z.int(),
  createdCount: z.int(),
  updatedCount: z.int(),
  skippedCount: z.int().optional(),
  skipped: z.array(z.object({ index: z.int(), guestId: id.nullable(), problems: z.array(fieldProblem) })).optional(),
})

/** The answer of "generate-ticket"; original specification, "POST /api/tickets/generate". */
export const generateAnswer = z.object({
  ticketId: id,
  ticketCode: code,
  qrCodeUrl: z.url(),
  pdfUrl: z.url(),
  generatedAt: time,
})

/**
 * The answer of "get-ticket"; original specification, "GET /api/tickets/:ticketId". `qrCodeData` is a PNG in
 * base64, `qrPayload` its text; `pdfUrl` and `generatedAt` are null until the ticket is printed.
 * `outdated` says that facts changed since the print, or that its file was deleted; a guest's link then prints it
 * again.
 */
export const ticketAnswer = z.object({
  id,
  ticketCode: code,
  status: z.enum(['pending', 'generated', 'failed', 'revoked']),
  qrCodeData: z.base64(),
  qrPayload: z.string(),
  qrCodeUrl: z.url(),
  pdfUrl: z.url().nullable(),
  links: z.object({
    mobileUrl: z.url(),
    pngUrl: z.url().nullable(),
    calendarUrl: z.url().nullable(),
    appleWalletUrl: z.url().nullable(),
    googleWalletUrl: z.url().nullable(),
  }),
  guest: z.object({ id, firstName: z.string(), lastName: z.string() }),
  event: z.object({ id, title: z.string() }),
  templateId: id,
  generatedAt: time.nullable(),
  printedAt: time.nullable(),
  outdated: z.boolean(),
  validFrom: time.nullable(),
  expiresAt: time.nullable(),
  checkedInAt: time.nullable(),
  inside: z.boolean(),
  revokedAt: time.nullable(),
  warnings: z.array(ticketWarning),
})

/** The answer of "create-guest-list": the URL to PUT the list to until `expiresAt`, with these headers. */
export const guestListAnswer = z.object({
  guestListId: z.uuid(),
  uploadUrl: z.url(),
  headers: z.record(z.string(), z.string()),
  expiresAt: time,
  maximumBytes: z.int(),
})

const batchState = z.enum(['processing', 'completed', 'cancelled'])

/** The answer of "create-batch"; original specification, "POST /api/tickets/batch". */
export const batchAnswer = z.object({
  batchId: z.string(),
  jobId: id,
  totalCount: z.int(),
  status: batchState,
  estimatedCompletion: time,
})

/**
 * The answer of "get-batch-status"; original specification, "GET /api/batches/:batchId/status". A reissued
 * ticket appears as its successor; `pdfUrl` is null until the ticket is printed, and once it is revoked.
 */
export const batchStatusAnswer = z.object({
  batchId: z.string(),
  jobId: id,
  eventId: id,
  status: batchState,
  totalCount: z.int(),
  processedCount: z.int(),
  generatedCount: z.int(),
  failedCount: z.int(),
  cancelledCount: z.int(),
  startedAt: time,
  completedAt: time.nullable(),
  estimatedCompletion: time.nullable(),
  tickets: z.array(
    z.object({
      ticketId: id.nullable(),
      ticketCode: code.nullable(),
      guestId: id,
      firstName: z.string().nullable(),
      lastName: z.string().nullable(),
      status: z.enum(['pending', 'generated', 'failed', 'cancelled']),
      revokedAt: time.nullable(),
      pdfUrl: z.url().nullable(),
      outdated: z.boolean(),
      error: z.object({ code: z.string(), message: z.string(), details: z.array(fieldProblem) }).nullable(),
      warnings: z.array(ticketWarning),
    }),
  ),
  nextCursor: z.string().nullable(),
})

/** The answer of "cancel-batch" and "retry-batch": how many items the call cancelled or queued again. */
export const batchChange = z.object({ batchId: z.string(), status: batchState, changedCount: z.int() })

/** The public keys: a JWK set (RFC 7517) of Ed25519 keys (RFC 8037); `kid` is a token's key id in decimal. */
export const jwkSet = z.object({
  keys: z.array(
    z.object({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      x: z.base64url(),
      kid: z.string(),
      use: z.literal('sig'),
      alg: z.literal('EdDSA'),
    }),
  ),
})

/** The liveness answer; original specification, "Health checks". `uptime` is in seconds. */
export const health = z.object({
  status: z.literal('healthy'),
  service: z.literal('ticket-generator'),
  version: z.string(),
  uptime: z.number(),
})

const depth = z.object({ waiting: z.int(), active: z.int() })

/** The answer for ops; original specification, "Health checks". Depths are null when SQS is unavailable. */
export const detailedHealth = health.extend({
  status: z.enum(['healthy', 'unhealthy']),
  dependencies: z.object({ database: z.boolean(), storage: z.boolean(), queues: z.boolean(), renderer: z.boolean() }),
  problems: z.array(
    z.object({
      part: z.enum(['database', 'storage', 'queues', 'renderer', 'clock']).describe('What does not work.'),
      code: z.string().describe('The code of what it answers now.'),
      message: z.string(),
    }),
  ),
  queues: z.object({ 'ticket-generation': depth.nullable(), 'ticket-generation-high': depth.nullable() }),
})

/** The answer of "get-openapi". */
export const openApiAnswer = z.looseObject({ openapi: z.literal('3.1.0') })
