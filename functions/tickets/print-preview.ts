import { maximumPreviewBytes, type PreviewRequest, type RenderAnswer } from '../contract/render.ts'
import { TicketGenerationError } from '../errors.ts'
import { drawPage } from '../pdf/page-image.ts'
import type { Printer } from '../pdf/print.ts'

/**
 * Prints a filled template to be shown, and draws a page of it if wanted. Nothing is stored.
 * @throws ValidationError when there is no such page, or its picture would be too large.
 * @throws TicketGenerationError with PDF_TOO_LARGE when the result does not fit into an answer.
 * @throws RenderTimeoutError, RenderFailedError when it cannot be printed.
 */
export async function printPreview(
  { printer, deadlineMs }: { printer: Printer; deadlineMs: number },
  { html, title, createdAt, image }: PreviewRequest,
): Promise<RenderAnswer> {
  const [printed] = await printer.print([{ html, title, createdAt: new Date(createdAt) }], deadlineMs)
  if (!printed) throw new Error('The printer answered nothing.')
  const content = image ? await drawPage(printed.pdf, image) : printed.pdf
  if (content.length > maximumPreviewBytes) throw tooLarge(content.length)
  return { outcome: 'shown', pageCount: printed.pages, content: Buffer.from(content).toString('base64') }
}

function tooLarge(bytes: number): TicketGenerationError {
  const problem = `is ${bytes} bytes; a preview is at most ${maximumPreviewBytes}`
  return new TicketGenerationError(`The preview ${problem}.`, 'PDF_TOO_LARGE', [{ path: 'preview', problem }])
}
