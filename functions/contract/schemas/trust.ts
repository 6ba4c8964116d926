import * as z from 'zod'
import { moment } from './times.ts'
import { choice, decimal, exactlyOne, id, locale, notBoth, requiredName } from './values.ts'

/** The direction of a passage: into the event, or out of it. */
export const direction = choice(['in', 'out'])

const place = requiredName(100).optional()
const uuid = z.uuid('must be a UUID').transform((value) => value.toLowerCase())
const scanPlace = { gate: place, device: place, scanId: uuid.optional() }

/** A typed code. One that is too long is refused here; any other that is no code is answered as malformed. */
const code = z.string().min(1, 'must not be empty').max(64, 'must be at most 64 characters')
/** The text of a QR code: whatever a scanner read. Text that is no payload of ours is answered as malformed. */
const qr = z.string().min(1, 'must not be empty')

/**
 * What is to be validated: a ticket code, or the text of a QR code. The rest says of a door's scan what is kept
 * of it if it is refused.
 */
export const validateRequest = exactlyOne(
  z.strictObject({ code: code.optional(), qr: qr.optional(), direction: direction.default('in'), ...scanPlace }),
  'code',
  'qr',
)

/**
 * A check-in, or with `direction` "out" an exit. Repeating a scan id is the same scan; `undo` takes the newest one
 * in that direction back. The whole body may be absent, unless a door calls: it presents `code` or `qr` of the
 * ticket, if its pass does not cover the list of guests, and undoes only what its own device did, by the same scan id.
 */
export const checkInRequest = notBoth(
  z.strictObject({
    code: code.optional(),
    qr: qr.optional(),
    ...scanPlace,
    direction: direction.default('in'),
    undo: z.boolean('must be true or false').default(false),
  }),
  'code',
  'qr',
).prefault({})

/**
 * A request for a door pass, which by default expires after a day. With `guestList` its holder may look for guests
 * by name, let them in, and keep the list of them on the device; `locale` is the language of its page.
 */
export const doorRequest = z.strictObject({
  label: requiredName(100),
  guestList: z.boolean('must be true or false').default(false),
  locale: locale.optional(),
  expiresAt: moment
    .refine((value) => Date.parse(value) > Date.now(), 'must lie in the future')
    .meta({ description: 'In the future.' })
    .optional(),
})

/** The number of the last revoked code, or change of a guest, that the caller has. */
export const revocationsQuery = z.object({ after: decimal(0, Number.MAX_SAFE_INTEGER).default(0) })

/** What a guest says at the door: names in any order and without accents, an e-mail address, or the start of a code. */
export const guestSearchQuery = z.object({ q: requiredName(100).refine((q) => q.length > 1, 'must be at least 2 characters') })

/** What a device without a label sends for one. */
const offlinePlace = z.preprocess(
  (value) => (value === null || (typeof value === 'string' && !value.trim()) ? undefined : value),
  place,
)

/**
 * A scan made offline. Its code or text is whatever a scanner read; `ticketId` is for a guest who was found on the
 * list, by a pass that covers it.
 */
export const offlineScan = exactlyOne(
  z.object({
    scanId: uuid,
    scannedAt: moment,
    direction: direction.default('in'),
    ticketId: id.optional(),
    code: z.string().optional(),
    qr: z.string().optional(),
    gate: offlinePlace,
    device: offlinePlace,
  }),
  'code',
  'qr',
  'ticketId',
)

const { $schema: _dialect, ...offlineScanShape } = z.toJSONSchema(offlineScan, { io: 'input' })

/**
 * Scans made offline, of guests who were let in or out: 1 to 500. Each is parsed on its own, so that one that is
 * malformed does not hold up the others.
 */
export const scansRequest = z.strictObject({
  scans: z
    .array(z.unknown().meta({ description: 'A scan; any other value is answered as malformed.', anyOf: [offlineScanShape, {}] }))
    .min(1, 'must hold at least one scan')
    .max(500, 'must be at most 500 scans a call'),
})
