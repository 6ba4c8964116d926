import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { qrDataUrl, qrSvg } from '../../../functions/codes/qr-code.ts'
import { compileTemplate, trustedMarkup } from '../../../functions/template/compile.ts'
import type { BenchTicket } from './tickets.ts'

/**
 * Names the templates that the engines which take HTML can be compared on, and their files: the original specification's, with the QR code
 * drawn inline for all of them, and the built-in "classic".
 */
export const templateFiles = {
  original: fileURLToPath(new URL('original-ticket.hbs', import.meta.url)),
  classic: fileURLToPath(new URL('../../../templates/classic/ticket.hbs', import.meta.url)),
}

/** Loads a template as a function from a ticket to its complete HTML. */
export async function loadTemplate(file: string): Promise<(ticket: BenchTicket) => string> {
  const template = compileTemplate(await readFile(file, 'utf8'))
  return ({ qrPayload, ...variables }) => template.fill({ ...variables, ...drawQrCode(template.variables, qrPayload) })
}

/** Draws what a template shows of the QR code: an image's address, or inline SVG. */
function drawQrCode(variables: string[], payload: string): Record<string, unknown> {
  return variables.includes('qrCodeUrl') ? { qrCodeUrl: qrDataUrl(payload) } : { qrCode: trustedMarkup(qrSvg(payload)) }
}
