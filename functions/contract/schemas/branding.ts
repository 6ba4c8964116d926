import * as z from 'zod'
import { base64Content, id, locale, requiredName, text } from './values.ts'

/** The limits of an event's pictures: bytes before base64, and pixels. Together they leave room in a filled ticket. */
export const brandPictures = {
  logo: { bytes: 128 * 1024, pixels: 1_000_000 },
  background: { bytes: 384 * 1024, pixels: 4_000_000 },
  sponsors: { bytes: 64 * 1024, pixels: 1_000_000 },
} as const

const mostSponsors = 6

/** The types of an event's pictures, which are recognised by their content. */
export const brandPictureTypes = ['image/png', 'image/jpeg', 'image/svg+xml'] as const

const picture = ({ bytes, pixels }: { bytes: number; pixels: number }) =>
  base64Content(bytes).meta({ description: `A PNG, JPEG or SVG picture in base64, of at most ${pixels} pixels.` })

const colour = z
  .string()
  .regex(/^#[0-9A-Fa-f]{6}$/, 'must be a colour like #0a58a8')
  .toLowerCase()

/** A request to replace an event's branding. An empty one removes it. */
export const brandingRequest = z
  .strictObject({
    logo: picture(brandPictures.logo).optional(),
    background: picture(brandPictures.background).optional(),
    accent: colour.optional(),
    ink: colour.optional(),
    organiser: requiredName(100).optional(),
    website: z
      .string()
      .max(200, 'must be at most 200 characters')
      .regex(/^https:\/\/[\w.-]+(?::\d+)?(?:\/[\w\-.~:/?#@!$&'()*+,;=%]*)?$/, 'must be a web address like https://example.com')
      .optional(),
    terms: text(500).min(1, 'must not be empty').optional(),
    sponsors: z.array(picture(brandPictures.sponsors)).max(mostSponsors, `must be at most ${mostSponsors} pictures`).optional(),
  })
  .meta({ description: 'ink is text on white and the ground of white text: a pale one is stored darker.' })

/**
 * An event's branding as it is stored; pictures are `data:` URLs. Absent fields are not set. `passLogo` is the logo
 * as a PNG, the only type that Apple Wallet takes.
 */
export const branding = brandingRequest.extend({
  logo: z.string().optional(),
  passLogo: z.string().optional(),
  background: z.string().optional(),
  sponsors: z.array(z.string()).optional(),
})

/** An event's branding as it is stored. */
export type Branding = z.output<typeof branding>

const storedPicture = z.object({ type: z.enum(brandPictureTypes), width: z.int(), height: z.int(), bytes: z.int() })

const mendedColour = z.object({ field: z.enum(['ink', 'onAccent']), given: z.string(), used: z.string(), problem: z.string() })

/**
 * The answer of "replace-branding": what is stored, null for what is not. `onAccent` is the colour of text on the
 * accent. `mended` lists the colours that were changed, since text in them would be hard to read.
 */
export const brandingAnswer = z.object({
  eventId: id,
  logo: storedPicture.nullable(),
  background: storedPicture.nullable(),
  accent: z.string().nullable(),
  onAccent: z.string().nullable(),
  ink: z.string().nullable(),
  organiser: z.string().nullable(),
  website: z.string().nullable(),
  terms: z.string().nullable(),
  sponsors: z.array(storedPicture),
  mended: z.array(mendedColour),
  outdatedTickets: z.int(),
})

/** A request to preview an event, with a branding to try instead of the stored one. */
export const eventPreviewRequest = z
  .strictObject({ branding: brandingRequest.optional(), locale: locale.optional() })
  .meta({ description: 'branding is tried instead of the stored one, and not stored.' })
  .prefault({})

/** The answer of "preview-event": every form of a sample ticket, pictures in base64. */
export const eventPreviewAnswer = z.object({
  eventId: id,
  forms: z.array(
    z.discriminatedUnion('type', [
      z.object({ form: z.string(), templateId: id, type: z.literal('image/png'), content: z.base64() }),
      z.object({
        form: z.enum(['mobile page', 'Apple Wallet', 'Google Wallet', 'failed link']),
        type: z.literal('text/html'),
        content: z.string(),
      }),
    ]),
  ),
  mended: z.array(mendedColour),
})
