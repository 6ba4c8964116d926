import type { RenderAnswer, TrialRequest } from '../contract/render.ts'
import type { Printer } from '../pdf/print.ts'
import { trialPrint } from '../pdf/trial-print.ts'
import { compileContent } from './compile-content.ts'

/**
 * Prints a template for guests that are hard to print for, and tells what is wrong with any of them. `maxFileSize` is in bytes.
 * @throws TemplateInvalidError when it cannot be compiled; whoever asks has checked that.
 * @throws BrowserUnavailableError when Chromium cannot start.
 */
export async function tryTemplate(
  { printer, maxFileSize }: { printer: Printer; maxFileSize: number },
  { source, labels, sample, assets }: TrialRequest,
): Promise<RenderAnswer> {
  const decoded = assets.map((asset) => ({ ...asset, content: Buffer.from(asset.content, 'base64') }))
  const template = compileContent({ source, labels, assets: decoded })
  return { outcome: 'tried', trial: await trialPrint(printer, template, { sample, maxFileSize }) }
}
