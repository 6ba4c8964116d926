import * as z from 'zod'
import { errorCodes } from '../errors.ts'
import { ticketsPerChunk } from '../queues.ts'
import { assetName, assetTypes, sheetLayout, templateCheck, templateLabels, templateTrial } from '../template-check.ts'
import { ticketWarning } from '../ticket-warnings.ts'
import { branding } from './branding.ts'
import { dataValue, fieldProblem, id, nameIn } from './values.ts'

const code = nameIn(errorCodes)

/** A chunk: items of one job that are printed together. It is the body of a queue's message. */
export const chunk = z.strictObject({ jobId: id, itemIds: z.array(id).min(1).max(ticketsPerChunk) })

/** A chunk: items of one job that are printed together. */
export type Chunk = z.output<typeof chunk>

/** What the function that prepares batches is asked. */
export const prepareRequest = z.strictObject({ jobId: id })

/** What the function that prepares batches is asked. */
export type PrepareRequest = z.output<typeof prepareRequest>

const data = z.record(z.string(), dataValue)

/** A template; the assets' content is base64. */
const template = z.strictObject({
  source: z.string(),
  sample: data,
  labels: templateLabels,
  sheet: sheetLayout.nullable(),
  assets: z.array(z.strictObject({ name: assetName, type: z.enum(assetTypes), content: z.string() })),
})

/** A template to show with `data`: as a PDF, or as a picture of a page, by `width` in pixels or by `dpi`. */
const preview = template.extend({
  data,
  branding: branding.optional(),
  image: z.strictObject({ page: z.int().min(1), width: z.int().optional(), dpi: z.int().optional() }).optional(),
})

/** A template to check, and with `isPrinted` to print; `sample` fills what the trial's guests lack. */
const trial = template.extend({ isPrinted: z.boolean() })

/** A stored PDF to draw: its first page becomes a picture beside it. */
const picture = z.strictObject({ pdfKey: z.string().regex(/^tickets\/\d+\/\d+\/[0-9a-f]+\.pdf$/), ticketCode: z.string() })

/** A request to the render function of tickets: print items of a job, draw a ticket, or probe the browser. */
export const renderRequest = z.union([chunk, z.strictObject({ probe: z.literal(true) }), z.strictObject({ picture })])

/**
 * Pictures as `data:` URLs, to find out whether the browser can decode them. If all are good, the one at
 * `drawn.index` is drawn as a PNG that fits into some pixels.
 */
const pictures = z.strictObject({
  pictures: z.array(z.strictObject({ type: z.enum(assetTypes), url: z.string() })),
  drawn: z.strictObject({ index: z.int(), width: z.int(), height: z.int() }).optional(),
})

/** Pictures to decode. */
export type PicturesOrder = z.output<typeof pictures>

/** What the render function of templates is asked: show a template, check and try it, or decode pictures. */
export const trialRequest = z.union([z.strictObject({ preview }), z.strictObject({ trial }), pictures])

/** Maximum bytes of a preview: in base64 it fits into an answer of Lambda, 6 MB (AWS Lambda quotas). */
export const maximumPreviewBytes = 4 * 1024 * 1024

/** How one item ended. A failed item is settled as such; the row says the same. */
export const renderedItem = z.discriminatedUnion('status', [
  z.object({ itemId: id, status: z.literal('generated'), warnings: z.array(ticketWarning) }),
  z.object({ itemId: id, status: z.literal('failed'), code, message: z.string(), details: z.array(fieldProblem) }),
])

/**
 * An answer of a render function. `trial` is null where nothing was printed, `shown` holds base64; `refused`
 * is permanent, `unavailable` a transient fault that settled nothing.
 */
export const renderAnswer = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('settled'), items: z.array(renderedItem) }),
  z.object({ outcome: z.literal('shown'), pageCount: z.int(), content: z.string() }),
  z.object({ outcome: z.literal('tried'), check: templateCheck, trial: templateTrial.nullable() }),
  z.object({ outcome: z.literal('drawn'), key: z.string() }),
  z.object({ outcome: z.literal('decoded'), areGood: z.array(z.boolean()), png: z.base64().nullable() }),
  z.object({ outcome: z.literal('refused'), code, message: z.string(), details: z.array(fieldProblem) }),
  z.object({ outcome: z.literal('unavailable'), code, message: z.string() }),
  z.object({ outcome: z.literal('working') }),
])

/** What a render function is asked. */
export type RenderRequest = z.output<typeof renderRequest>

/** How one item ended. */
export type RenderedItem = z.output<typeof renderedItem>

/** What a render function answers. */
export type RenderAnswer = z.output<typeof renderAnswer>

/** A request to the render function of templates. */
export type TrialRequest = z.output<typeof trialRequest>

/** A template as the render function of templates gets it. */
export type SentTemplate = z.output<typeof template>

/** A template to show. */
export type PreviewOrder = z.output<typeof preview>

/** A template to check, and maybe to print on trial. */
export type TrialOrder = z.output<typeof trial>

/** A stored PDF to draw. */
export type PictureRequest = z.output<typeof picture>

/** Returns how many times RENDER_DEADLINE_SECONDS printing so many tickets together may take. */
export function deadlinesOf(ticketCount: number): number {
  return 1 + ticketCount / 25
}
