import * as z from 'zod'
import { assetName, sheetLayout, templateLabels, templateLimits } from '../template-check.ts'
import { ticketData } from './guests.ts'
import { version } from './requests.ts'
import { base64Characters, base64Content, decimal, pathId, requiredName, text } from './values.ts'

const { sourceBytes, assets: mostAssets, assetBytes, assetsBytes } = templateLimits
const kilobytes = (bytes: number) => `${bytes / 1024} KB`

/** A picture or font: its content in base64, or the SHA-256 of one stored with an earlier version. */
const asset = z
  .strictObject({
    name: assetName,
    content: base64Content(assetBytes).optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits')
      .optional(),
  })
  .refine((value) => (value.content === undefined) !== (value.sha256 === undefined), {
    path: ['content'],
    message: 'is required, or sha256, and not both',
  })
  .meta({ oneOf: [{ required: ['content'] }, { required: ['sha256'] }] })

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

/** What a template consists of. `sample` is what previews show, named as in a request for a ticket. */
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

/** A draft to check; `trial` prints it for guests who are hard to print for, within three seconds. */
export const checkRequest = z.strictObject({ ...draft, trial: z.boolean('must be true or false').default(false) })

const whole = (least: number, most: number, unit: string) => {
  const problem = `must be an integer from ${least} to ${most}${unit}`
  return z.int(problem).min(least, problem).max(most, problem)
}

/** What a preview shows: `data` over the sample, as a PDF or a page as PNG. 96 dpi is the default. */
const look = {
  data: ticketData.optional(),
  format: z.enum(['pdf', 'png'], 'must be pdf or png').default('pdf'),
  page: whole(1, 100, '').default(1),
  width: whole(50, 2000, ' pixels').optional(),
  dpi: whole(36, 300, '').optional(),
}

const oneSize = {
  check: (value: { width?: number | undefined; dpi?: number | undefined }) =>
    value.width === undefined || value.dpi === undefined,
  problem: { path: ['dpi'], message: 'must be absent where width is given' },
  meta: { not: { required: ['width', 'dpi'] } },
}

/** A draft to show, which is not stored. */
export const draftPreviewRequest = z
  .strictObject({ ...draft, ...look })
  .refine(oneSize.check, oneSize.problem)
  .meta(oneSize.meta)

/** What to show of a stored template: its newest version where none is named. */
export const previewRequest = z
  .strictObject({ version: version.optional(), ...look })
  .refine(oneSize.check, oneSize.problem)
  .meta(oneSize.meta)
  .prefault({})

/** What a preview shows, parsed. */
export type PreviewLook = Pick<z.output<typeof draftPreviewRequest>, 'data' | 'format' | 'page' | 'width' | 'dpi'>

/** The first id of templates that are not built in. */
export const firstOwnTemplateId = 1000

/** Which version of a template to read: the newest where none is named. */
export const versionQuery = z.object({ version: decimal(1, 2_147_483_647).optional() })

/** Whether to archive a template, or with `undo` to restore it. The whole body may be absent. */
export const archiveRequest = z.strictObject({ undo: z.boolean('must be true or false').default(false) }).prefault({})

/** A page of the templates: at most 100 after the cursor of the page before. */
export const templatesQuery = z.object({
  status: z.enum(['active', 'archived', 'all'], 'must be active, archived or all').default('active'),
  limit: decimal(1, 100).default(50),
  cursor: pathId.meta({ description: 'The nextCursor of the page before.' }).optional(),
})
