import * as z from 'zod'
import { contrast } from '../colours.ts'
import { payloadFormats } from '../qr-payload.ts'
import { generateData, ownData } from './guests.ts'
import { batchId, checkPair, decimal, freeData, id, moment, momentOf, pathId, requiredName, text, timezone } from './values.ts'

/** Who may enter again: nobody, who has left, or everybody. */
export const reentry = z.enum(['none', 'after_exit', 'unlimited'], 'must be none, after_exit or unlimited').default('none')

/** The re-entry policy of an event. */
export type Reentry = z.output<typeof reentry>

/** An event as Core registers it. `id` may stand in the body too, if it is the one in the path. */
export const event = z
  .strictObject({
    id: id.optional(),
    title: requiredName(200),
    startsAt: moment,
    endsAt: moment.optional(),
    timezone,
    location: requiredName(200),
    details: freeData.optional(),
    retentionDays: z
      .int('must be an integer from 0 to 3650')
      .min(0, 'must be at least 0 days')
      .max(3650, 'must be at most 3650 days')
      .meta({ description: 'Days after `endsAt`, or `startsAt` without it, after which all guests of the event are erased.' })
      .optional(),
    entry: z.strictObject({ reentry }).prefault({}),
  })
  .superRefine(checkPair('startsAt', 'endsAt'))
  .meta({ description: 'endsAt must not be before startsAt. id, if it is given, must be that of the path.' })

const colour = z.string().regex(/^#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$/, 'must be a colour like #000000')

const formatNames = payloadFormats.map(({ name }) => name)

/** The original specification's QR options, "Options de génération", and the payload's format. */
export const qrOptions = z.strictObject({
  size: z.int().min(100, 'must be 100 to 2000 pixels').max(2000, 'must be 100 to 2000 pixels').default(200),
  margin: z.int().min(0, 'must be 0 to 16 modules').max(16, 'must be 0 to 16 modules').default(4),
  color: z
    .strictObject({ dark: colour.default('#000000'), light: colour.default('#FFFFFF') })
    .refine(({ dark, light }) => contrast(light, dark) >= 3, 'dark must be clearly darker than light (contrast of 3 or more)')
    .meta({ description: 'dark must be clearly darker than light: a contrast of 3 or more (WCAG 2.2).' })
    .prefault({}),
  errorCorrectionLevel: z.enum(['L', 'M', 'Q', 'H'], 'must be L, M, Q or H').default('Q'),
  format: z.enum(formatNames, `must be ${formatNames.join(' or ')}`).default('compact'),
})

/** The QR options with every default filled in. `size` is in pixels, `margin` in modules. */
export type QrOptions = z.output<typeof qrOptions>

/** The version of a template. */
export const version = z.int('must be an integer from 1').min(1, 'must be an integer from 1').max(2_147_483_647, 'is no version')

// Without it a ticket that was printed keeps its own, and others take the newest.
const templateVersion = version.optional()

const validity = momentOf({
  years: '20[0-9]{2}|210[0-5]',
  leapYears: '20(?:[02468][048]|[13579][26])|2104',
  problem: 'must lie between 2000 and 2105, with an offset of at most 14 hours',
})
// The resolution of a QR token, so that token and record expire together.
const wholeSeconds = (value: string) => value.replace(/\.[0-9]+/, '')

/** From when to when a ticket admits. */
const validityOptions = {
  validFrom: validity
    .overwrite(wholeSeconds)
    .meta({ description: 'Before expiresAt. Counts to the second: a fraction is dropped.' })
    .optional(),
  expiresAt: validity
    .refine((value) => Date.parse(value) > Date.now(), 'must lie in the future')
    .overwrite(wholeSeconds)
    .meta({ description: 'In the future. Counts to the second: a fraction is dropped.' })
    .optional(),
}

const checkValidity = {
  check: ({ validFrom = '', expiresAt = '' }: { validFrom?: string | undefined; expiresAt?: string | undefined }) =>
    !(Date.parse(expiresAt) <= Date.parse(validFrom)),
  problem: { path: ['validFrom'], message: 'must be before expiresAt' },
}

/** A request for one ticket; original specification, "POST /api/tickets/generate". */
export const generateRequest = z.strictObject({
  guestId: id,
  eventId: id,
  templateId: id.default(1),
  templateVersion,
  data: generateData.optional(),
  options: z
    .strictObject({ qr: qrOptions.optional(), ...validityOptions })
    .refine(checkValidity.check, checkValidity.problem)
    .optional(),
})

/** The most guests in the body of a batch. */
export const mostGuests = 50_000

/** Limits of an uploaded guest list, and its media type: JSON lines, each a `batchGuest`. */
export const uploadedList = { mostGuests: 500_000, mostBytes: 100_000_000, type: 'application/jsonl' } as const

/** A guest of a batch. */
export const batchGuest = z.strictObject({ guestId: id, data: ownData.optional() })

const batchOptions = z
  .strictObject({
    batchId: batchId.optional(),
    priority: z.enum(['high', 'normal'], 'must be high or normal').default('normal'),
    qr: qrOptions.optional(),
    ...validityOptions,
  })
  .refine(checkValidity.check, checkValidity.problem)
  .prefault({})

/**
 * A request for many tickets, by ids, with data, or by an uploaded list; original specification,
 * "POST /api/tickets/batch".
 */
export const batchRequest = z
  .strictObject({
    eventId: id,
    templateId: id.default(1),
    templateVersion,
    guestIds: z
      .array(id)
      .min(1, 'must name at least one guest')
      .max(mostGuests, `must be at most ${mostGuests} guests`)
      .optional(),
    guests: z
      .array(batchGuest)
      .min(1, 'must name at least one guest')
      .max(mostGuests, `must be at most ${mostGuests} guests`)
      .optional(),
    guestListId: z.uuid('must be the guestListId of an uploaded list').optional(),
    options: batchOptions,
  })
  .refine(({ guestIds, guests, guestListId }) => [guestIds, guests, guestListId].filter(Boolean).length === 1, {
    path: ['guestIds'],
    message: 'is required, or guests, or guestListId, and only one of them',
  })
  .meta({ oneOf: [{ required: ['guestIds'] }, { required: ['guests'] }, { required: ['guestListId'] }] })

/** A request to print the outdated tickets of an event again. */
export const reprintRequest = z.strictObject({ options: batchOptions }).prefault({})

/** A page of a batch's tickets: at most 1,000 after the cursor of the page before. */
export const pageQuery = z.object({
  limit: decimal(1, 1000).default(100),
  cursor: pathId.meta({ description: 'The nextCursor of the page before.' }).optional(),
})

/** The signature and expiry of a guest link; both are checked by the link's own rules, not here. */
export const linkQuery = z.object({ expires: text(20).optional(), signature: text(100).optional() })
