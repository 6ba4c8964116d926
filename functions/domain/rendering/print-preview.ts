import { maximumPreviewBytes, type PreviewOrder, type RenderAnswer } from '../../contract/schemas/render.ts'
import { RenderTimeoutError, TemplateInvalidError, TicketGenerationError } from '../../errors.ts'
import { drawPage } from '../../images/page-image.ts'
import type { Printer } from '../../print/printer.ts'
import { listSlowParts, slowAdvice } from '../../print/slow-parts.ts'
import { compileContent } from '../templates/compile-content.ts'
import { decodeTemplate } from '../templates/template-content.ts'
import { fillTicket } from './fill-ticket.ts'
import { sampleItem } from './sample-item.ts'

/**
 * Prints a preview of a template with sample data, as a PDF or as an image of one page. Nothing is stored.
 * @throws TemplateInvalidError when it cannot be filled, or prints too slowly, and other errors of the family
 * when the page does not exist, cannot be printed, or is too large.
 */
export async function printPreview(
  { printer, deadlineMs }: { printer: Printer; deadlineMs: number },
  { data, image, branding, ...sent }: PreviewOrder,
): Promise<RenderAnswer> {
  const template = compileContent(decodeTemplate(sent))
  const document = await fillTicket({ template }, sampleItem(template, sent.sample, data), branding ?? null)
  const [printed] = await printer.print([document], deadlineMs).catch((error) => {
    throw error instanceof RenderTimeoutError ? tooSlow(error, document.html) : error
  })
  if (!printed) throw new Error('The printer returned no ticket.')
  const content = image ? await drawPage(printed.pdf, image) : printed.pdf
  if (content.length > maximumPreviewBytes) throw tooLarge(content.length)
  return { outcome: 'shown', pageCount: printed.pages, content: Buffer.from(content).toString('base64') }
}

function tooSlow(cause: RenderTimeoutError, html: string): TemplateInvalidError {
  const problem = `takes too long to print: ${cause.message} It has ${listSlowParts(html)}; ${slowAdvice}`
  return new TemplateInvalidError(`The template ${problem}`, [{ path: 'template', problem }], { cause })
}

function tooLarge(bytes: number): TicketGenerationError {
  const problem = `is ${bytes} bytes; a preview is at most ${maximumPreviewBytes}`
  return new TicketGenerationError(`The preview ${problem}.`, 'PDF_TOO_LARGE', [{ path: 'preview', problem }])
}
