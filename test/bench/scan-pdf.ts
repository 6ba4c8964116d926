import { inspect } from '../fixtures/printing.ts'

/**
 * Reads the QR code of a PDF's first page at 100 dpi with poppler and zbar.
 * @returns The code's text, or why there is none; both programs may be missing on this machine
 */
export async function scanPdf(pdf: Uint8Array): Promise<string> {
  try {
    const png = await inspect('pdftoppm', ['-r', '100', '-png', '-singlefile'], pdf)
    return (await inspect('zbarimg', ['-q', '--raw', '-Sdisable', '-Sqrcode.enable'], png)).toString().trim()
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
  }
}
