import * as z from 'zod'
import { contrast } from '../colours.ts'
import { payloadFormats } from '../qr-payload.ts'
import { generateData, ownData } from './guests.ts'
import { checkPair, moment, momentOf, timezone } from './times.ts'
import { batchId, choice, decimal, exactlyOne, freeData, id, integer, pathId, requiredName, text } from './values.ts'

/** Who may enter again: nobody, guests who left, or everybody. */
export const reentry = choice(['none', 'after_exit', 'unlimited']).default('none')

/** The re-entry policy of an event. */
export type Reentry = z.output<typeof reentry>

/** An event as Core registers it. The body may repeat the `id` of the path. */
export const event = z
  .strictObject({
    id: id.optional(),
    title: requiredName(200),
    startsAt: moment,
    endsAt: moment.optional(),
    timezone,
    location: requiredName(200),
    details: freeData.optional(),
    retentionDays: integer(0, 3650, ' days')
      .meta({ description: 'Days after `endsAt`, or `startsAt` without it, after which all guests of the event are erased.' })
      .optional(),
    entry: z.strictObject({ reentry }).prefault({}),
  })
  .superRefine(checkPair('startsAt', 'endsAt'))
  .meta({ description: 'endsAt must not be before startsAt. id, if it is given, must be that of the path.' })

const colour = z.string().regex(/^#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$/, 'must be a colour like #000000')

/** The original specification's QR options, "Options de génération", and the payload's format. */
export const qrOptions = z.strictObject({
  size: integer(100, 2000, ' pixels').default(200),
  margin: integer(0, 16, ' modules').default(4),
  color: z
    .strictObject({ dark: colour.default('#000000'), light: colour.default('#FFFFFF') })
    .refine(({ dark, light }) => contrast(light, dark) >= 3, 'dark must be clearly darker than light (contrast of 3 or more)')
    .meta({ description: 'dark must be clearly darker than light: a contrast of 3 or more (WCAG 2.2).' })
    .prefault({}),
  errorCorrectionLevel: choice(['L', 'M', 'Q', 'H']).default('Q'),
  format: choice(payloadFormats.map(({ name }) => name)).default('compact'),
})

/** The QR options with every default filled in. `size` is in pixels, `margin` in modules. */
export type QrOptions = z.output<typeof qrOptions>

/** The version of a template. */
export const version = integer(1, 2_147_483_647)

// Without it a printed ticket keeps its version, and others take the newest.
const templateVersion = version.optional()

const validity = momentOf({
  years: '20[0-9]{2}|210[0-5]',
  leapYears: '20(?:[02468][048]|[13579][26])|2104',
  problem: 'must lie between 2000 and 2105, with an offset of at most 14 hours',
})
// The resolution of a QR token, so that token and record expire together.
const wholeSeconds = (value: string) => value.replace(/\.[0-9]+/, '')

/** The period in which a ticket admits. */
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

type Validity = { validFrom?: string | undefined; expiresAt?: string | undefined }

function checkValidity({ validFrom = '', expiresAt = '' }: Validity, context: z.core.$RefinementCtx): void {
  if (Date.parse(expiresAt) <= Date.parse(validFrom))
    context.addIssue({ code: 'custom', path: ['validFrom'], message: 'must be before expiresAt' })
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
    .superRefine(checkValidity)
    .optional(),
})

/** The most guests in the body of a batch. */
export const mostGuests = 50_000

/** Limits of an uploaded guest list, and its media type: JSON lines, each a `batchGuest`. */
export const uploadedList = { mostGuests: 500_000, mostBytes: 100_000_000, type: 'application/jsonl' } as const

/** A guest of a batch. */
export const batchGuest = z.strictObject({ guestId: id, data: ownData.optional() })

const guestsOf = <Guest extends z.ZodType>(guest: Guest) =>
  z.array(guest).min(1, 'must name at least one guest').max(mostGuests, `must be at most ${mostGuests} guests`)

const batchOptions = z
  .strictObject({
    batchId: batchId.optional(),
    priority: choice(['high', 'normal']).default('normal'),
    qr: qrOptions.optional(),
    ...validityOptions,
  })
  .superRefine(checkValidity)
  .prefault({})

/**
 * A request for many tickets, by ids, with data, or by an uploaded list; original specification,
 * "POST /api/tickets/batch".
 */
export const batchRequest = exactlyOne(
  z.strictObject({
    eventId: id,
    templateId: id.default(1),
    templateVersion,
    guestIds: guestsOf(id).optional(),
    guests: guestsOf(batchGuest).optional(),
    guestListId: z.uuid('must be the guestListId of an uploaded list').optional(),
    options: batchOptions,
  }),
  'guestIds',
  'guests',
  'guestListId',
)

/** A request to print the outdated tickets of an event again. */
export const reprintRequest = z.strictObject({ options: batchOptions }).prefault({})

/** A page of a batch's tickets: at most 1,000 after the cursor of the page before. */
export const pageQuery = z.object({
  limit: decimal(1, 1000).default(100),
  cursor: pathId.meta({ description: 'The nextCursor of the page before.' }).optional(),
})

/** The signature and expiry of a guest link, which trust/guest-links.ts checks. */
export const linkQuery = z.object({ expires: text(20).optional(), signature: text(100).optional() })
