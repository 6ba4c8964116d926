import * as z from 'zod'
import { decimal, moment, requiredName } from './values.ts'

const place = requiredName(100).optional()
const uuid = z.uuid('must be a UUID').transform((value) => value.toLowerCase())

/** A typed code. One that is too long is refused here; any other that is no code is answered as malformed. */
const code = z.string().min(1, 'must not be empty').max(64, 'must be at most 64 characters')
/** The text of a QR code: whatever a scanner read. Text that is no payload of ours is answered as malformed. */
const qr = z.string().min(1, 'must not be empty')

const eitherForm = {
  check: (value: { code?: string | undefined; qr?: string | undefined }) =>
    (value.code === undefined) !== (value.qr === undefined),
  problem: { path: ['code'], message: 'is required, or qr, and not both' },
  meta: { oneOf: [{ required: ['code'] }, { required: ['qr'] }] },
}

/** What is to be validated: a ticket code, or the text of a QR code. */
export const validateRequest = z
  .strictObject({ code: code.optional(), qr: qr.optional() })
  .refine(eitherForm.check, eitherForm.problem)
  .meta(eitherForm.meta)

/**
 * A check-in. Repeating a scan id is the same scan; `undo` takes it back. The whole body may be absent, unless
 * a door calls: it presents `code` or `qr` of the ticket, and undoes only what its own device checked in, by
 * the same scan id.
 */
export const checkInRequest = z
  .strictObject({
    ...{ code: code.optional(), qr: qr.optional(), gate: place, device: place, scanId: uuid.optional() },
    undo: z.boolean('must be true or false').default(false),
  })
  .refine(({ code, qr }) => code === undefined || qr === undefined, { path: ['code'], message: 'must not be given with qr' })
  .meta({ not: { required: ['code', 'qr'] } })
  .prefault({})

/** A request for a door pass, which by default expires after a day. */
export const doorRequest = z.strictObject({
  label: requiredName(100),
  expiresAt: moment
    .refine((value) => Date.parse(value) > Date.now(), 'must lie in the future')
    .meta({ description: 'In the future.' })
    .optional(),
})

/** The number of the last revoked code that the caller has. */
export const revocationsQuery = z.object({ after: decimal(0, Number.MAX_SAFE_INTEGER).default(0) })

/** Scans made offline, of guests who were admitted: 1 to 500, each with its own id. */
export const scansRequest = z.strictObject({
  scans: z
    .array(
      z
        .strictObject({ scanId: uuid, scannedAt: moment, code: code.optional(), qr: qr.optional(), gate: place, device: place })
        .refine(eitherForm.check, eitherForm.problem)
        .meta(eitherForm.meta),
    )
    .min(1, 'must hold at least one scan')
    .max(500, 'must be at most 500 scans a call')
    .refine((scans) => new Set(scans.map(({ scanId }) => scanId)).size === scans.length, 'must name each scanId once')
    .meta({ description: 'Each scanId once.' }),
})
