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

/** A request to the function that prepares batches. */
export const prepareRequest = z.strictObject({ jobId: id })

/** A request to the function that prepares batches. */
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

/** A stored PDF whose first page to draw as a picture beside it. */
const picture = z.strictObject({ pdfKey: z.string().regex(/^tickets\/\d+\/\d+\/[0-9a-f]+\.pdf$/), ticketCode: z.string() })

/** A request to the render function of tickets: print items of a job, draw a ticket, or probe the browser. */
export const renderRequest = z.union([chunk, z.strictObject({ probe: z.literal(true) }), z.strictObject({ picture })])

/**
 * Pictures as `data:` URLs, to check that the browser can decode them. If all are good, the one at `drawn.index` is
 * drawn as a PNG that fits into `width` and `height`.
 */
const pictures = z.strictObject({
  pictures: z.array(z.strictObject({ type: z.enum(assetTypes), url: z.string() })),
  drawn: z.strictObject({ index: z.int(), width: z.int(), height: z.int() }).optional(),
})

/** Pictures to decode. */
export type PicturesOrder = z.output<typeof pictures>

/** A request to the render function of templates: show a template, check and try it, or decode pictures. */
export const trialRequest = z.union([z.strictObject({ preview }), z.strictObject({ trial }), pictures])

/** Maximum bytes of a preview: in base64 it fits into an answer of Lambda, 6 MB (AWS Lambda quotas). */
export const maximumPreviewBytes = 4 * 1024 * 1024

/** The outcome of one item; its row says the same. */
export const renderedItem = z.discriminatedUnion('status', [
  z.object({ itemId: id, status: z.literal('generated'), warnings: z.array(ticketWarning) }),
  z.object({ itemId: id, status: z.literal('failed'), code, message: z.string(), details: z.array(fieldProblem) }),
])

/**
 * An answer of a render function. `trial` is null if nothing was printed; the content of `shown` is base64. `refused` is
 * permanent, `unavailable` a transient fault that settled nothing.
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

/** A request to the render function of tickets. */
export type RenderRequest = z.output<typeof renderRequest>

/** The outcome of one item. */
export type RenderedItem = z.output<typeof renderedItem>

/** An answer of a render function. */
export type RenderAnswer = z.output<typeof renderAnswer>

/** A request to the render function of templates. */
export type TrialRequest = z.output<typeof trialRequest>

/** A template as it is sent to the render function of templates. */
export type SentTemplate = z.output<typeof template>

/** A template to show. */
export type PreviewOrder = z.output<typeof preview>

/** A template to check, and maybe to print on trial. */
export type TrialOrder = z.output<typeof trial>

/** A stored PDF to draw. */
export type PictureRequest = z.output<typeof picture>

/** Returns the multiple of RENDER_DEADLINE_SECONDS that a shared print of so many tickets may take. */
export function deadlinesOf(ticketCount: number): number {
  return 1 + ticketCount / 25
}
