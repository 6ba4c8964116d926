import { trialDeadlines } from '../contract/retries.ts'
import type { Printer } from './printer.ts'

/** An asset to decode, as a `data:` URL. */
export interface EncodedAsset {
  type: string
  url: string
}

/**
 * Decodes pictures and loads fonts in the browser, as it would to print them.
 * @returns Whether each asset could be decoded.
 * @throws RenderTimeoutError, RenderFailedError, BrowserUnavailableError as printing does.
 */
export function decodeAssets(printer: Pick<Printer, 'use'>, assets: EncodedAsset[]): Promise<boolean[]> {
  return printer.use(trialDeadlines.decode, ({ page }) => page.evaluate(decodeInPage, assets))
}

/** Runs in the browser's page. */
async function decodeInPage(assets: EncodedAsset[]): Promise<boolean[]> {
  const decode = async ({ type, url }: EncodedAsset): Promise<unknown> => {
    if (type.startsWith('font/')) return await new FontFace('tried', `url(${url})`).load()
    const image = new Image()
    image.src = url
    await image.decode()
    // Unlike decode(), it rejects truncated pictures.
    return type === 'image/svg+xml' ? undefined : await createImageBitmap(image)
  }
  const results = await Promise.allSettled(assets.map(decode))
  return results.map(({ status }) => status === 'fulfilled')
}
