import * as z from 'zod'
import { moment } from './times.ts'
import { choice, decimal, exactlyOne, id, locale, notBoth, requiredName } from './values.ts'

/** The direction of a passage: into the event, or out of it. */
export const direction = choice(['in', 'out'])

const place = requiredName(100).optional()
const uuid = z.uuid('must be a UUID').transform((value) => value.toLowerCase())
const scanPlace = { gate: place, device: place, scanId: uuid.optional() }

/** A typed code. Only one that is too long is refused here; any other malformed code gets a verdict. */
const code = z.string().min(1, 'must not be empty').max(64, 'must be at most 64 characters')
/** The text of a QR code: whatever a scanner read. Foreign text gets the verdict malformed. */
const qr = z.string().min(1, 'must not be empty')

/** A ticket code or the text of a QR code to validate. The other fields are recorded if a door's scan is refused. */
export const validateRequest = exactlyOne(
  z.strictObject({ code: code.optional(), qr: qr.optional(), direction: direction.default('in'), ...scanPlace }),
  'code',
  'qr',
)

/**
 * A check-in, or with `direction` "out" an exit. A repeated scan id is the same scan; `undo` reverts the newest one in
 * that direction. Core may omit the whole body. A door whose pass does not cover the guest list presents `code` or `qr`
 * of the ticket; any door undoes only what its own device did, by the same scan id.
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
 * A request for a door pass, which by default expires after a day. With `guestList` its holder may find guests by name,
 * admit them, and keep the guest list on the device; `locale` is the language of the door page.
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

/** The number of the last revoked code, or changed guest, that the caller knows. */
export const revocationsQuery = z.object({ after: decimal(0, Number.MAX_SAFE_INTEGER).default(0) })

/** A search at the door: names in any order and without accents, an e-mail address, or the start of a code. */
export const guestSearchQuery = z.object({ q: requiredName(100).refine((q) => q.length > 1, 'must be at least 2 characters') })

/** A place; devices without a label send null or blanks instead. */
const offlinePlace = z.preprocess(
  (value) => (value === null || (typeof value === 'string' && !value.trim()) ? undefined : value),
  place,
)

/**
 * An offline scan. Its code or text is whatever a scanner read; `ticketId` is for a guest found on the guest list, with a
 * pass that covers it.
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

/** 1 to 500 offline scans. Each is parsed on its own, so that a malformed one does not hold up the others. */
export const scansRequest = z.strictObject({
  scans: z
    .array(z.unknown().meta({ description: 'A scan; any other value is answered as malformed.', anyOf: [offlineScanShape, {}] }))
    .min(1, 'must hold at least one scan')
    .max(500, 'must be at most 500 scans a call'),
})
