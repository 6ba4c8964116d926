import * as z from 'zod'
import { assetName, sheetLayout, templateLabels, templateLimits } from '../template-check.ts'
import { ticketData } from './guests.ts'
import { version } from './requests.ts'
import {
  base64Characters,
  base64Content,
  choice,
  decimal,
  exactlyOne,
  integer,
  notBoth,
  pathId,
  requiredName,
  text,
} from './values.ts'

const { sourceBytes, assets: mostAssets, assetBytes, assetsBytes } = templateLimits
const kilobytes = (bytes: number) => `${bytes / 1024} KB`

/** A picture or font: its content in base64, or the SHA-256 of one stored with an earlier version. */
const asset = exactlyOne(
  z.strictObject({
    name: assetName,
    content: base64Content(assetBytes).optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits')
      .optional(),
  }),
  'content',
  'sha256',
)

const assets = z
  .array(asset)
  .max(mostAssets, `must be at most ${mostAssets} assets`)
  .superRefine((list, context) => {
    const names = list.map(({ name }) => name)
    names.forEach((name, index) => {
      const first = names.indexOf(name)
      if (first < index) context.addIssue({ code: 'custom', path: [index, 'name'], message: `repeats assets[${first}].name` })
    })
    if (list.reduce((sum, { content = '' }) => sum + content.length, 0) > base64Characters(assetsBytes))
      context.addIssue({ code: 'custom', message: `must be at most ${kilobytes(assetsBytes)} together` })
  })
  .meta({
    uniqueItems: true,
    description:
      `Each name once; at most ${kilobytes(assetsBytes)} together. Each content is a picture or a font, each sha256 that of an asset that came with ` +
      'an earlier version.',
  })

const source = text(sourceBytes).min(1, 'must not be empty')

/** The content of a template. Previews show `sample`, whose names are those of a request for a ticket. */
const content = {
  source,
  sample: ticketData.optional(),
  assets: assets.default([]),
  labels: templateLabels.default({}),
  sheet: sheetLayout.optional(),
}

const name = requiredName(100)

/** A new template, or a new version of one. */
export const templateRequest = z.strictObject({ name, ...content })

const draft = { name: name.optional(), ...content }

/** A draft to check; `trial` prints it for the hard guests, within three seconds. */
export const checkRequest = z.strictObject({ ...draft, trial: z.boolean('must be true or false').default(false) })

/** The look of a preview: `data` over the sample, as a PDF, or one page as PNG, by default at 96 dpi. */
const look = {
  data: ticketData.optional(),
  format: choice(['pdf', 'png']).default('pdf'),
  page: integer(1, 100).default(1).describe('The page to show as PNG; the preview must have it.'),
  width: integer(50, 2000, ' pixels').optional(),
  dpi: integer(36, 300).optional(),
}

/** A draft to show, which is not stored. */
export const draftPreviewRequest = notBoth(z.strictObject({ ...draft, ...look }), 'width', 'dpi')

/** A version of a stored template to show, the newest by default. */
export const previewRequest = notBoth(z.strictObject({ version: version.optional(), ...look }), 'width', 'dpi').prefault({})

/** The look of a preview. */
export type PreviewLook = Pick<z.output<typeof draftPreviewRequest>, 'data' | 'format' | 'page' | 'width' | 'dpi'>

/** The first id of templates that are not built in. */
export const firstOwnTemplateId = 1000

/** The version of a template to read, the newest by default. */
export const versionQuery = z.object({ version: decimal(1, 2_147_483_647).optional() })

/** Whether to archive a template, or with `undo` to restore it. The whole body may be absent. */
export const archiveRequest = z.strictObject({ undo: z.boolean('must be true or false').default(false) }).prefault({})

/** A page of the templates: at most 100 after the cursor of the page before. */
export const templatesQuery = z.object({
  status: choice(['active', 'archived', 'all']).default('active'),
  limit: decimal(1, 100).default(50),
  cursor: pathId.meta({ description: 'The nextCursor of the page before.' }).optional(),
})
