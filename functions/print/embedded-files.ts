import { trialDeadlines } from '../contract/retries.ts'
import type { TemplateProblem } from '../contract/template-check.ts'
import { damaged, readAsset } from '../template/check/assets/asset.ts'
import { readDataUrl } from '../template/check/assets/picture-data.ts'
import { placeStyle } from '../template/check/css/style-check.ts'
import { parseTemplate } from '../template/check/handlebars/parse-template.ts'
import { blot } from '../template/check/source/blot-mustaches.ts'
import { loadedBy } from '../template/check/source/loading-attributes.ts'
import { readMarkup, type SourceMarkup } from '../template/check/source/source-markup.ts'
import { findLoads } from '../template/check/source/style-loads.ts'
import { templateProblem } from '../template/check/source/template-problem.ts'
import type { Printer } from './printer.ts'

/**
 * Finds pictures and fonts in a template's source, embedded as `data:` URLs, that cannot be decoded; each
 * once. Expects a source that has passed the static checks.
 * @throws RenderTimeoutError, RenderFailedError, BrowserUnavailableError as printing does.
 */
export async function findDamagedFiles(printer: Pick<Printer, 'use'>, source: string): Promise<TemplateProblem[]> {
  const program = /data[:&]/i.test(source) ? parseTemplate(source) : undefined
  if (!program || 'problems' in program) return []
  const markup = readMarkup(source, program)
  const files = Map.groupBy([...filesOfTags(markup), ...filesOfStyles(markup)], ({ url }) => url)
  const embedded = [...files.values()].flatMap(([first]) => first ?? [])
  const decoded = embedded.length > 0 ? await decodeAssets(printer, embedded) : []
  return embedded
    .filter(({ url }, index) => !decoded[index] || isTruncated(url))
    .map(({ type, offset }) => {
      const message = `the ${type} in a data: URL ${damaged.problem}`
      const advice = 'embed the whole file, or upload it as an asset'
      return templateProblem('DAMAGED_RESOURCE', markup.placeAt(offset), [message, advice])
    })
}

/** A picture or font embedded in a source, and its offset. */
interface EmbeddedFile {
  type: string
  url: string
  offset: number
}

function filesOfTags({ tags }: SourceMarkup): EmbeddedFile[] {
  return tags.flatMap((tag) =>
    tag.attributes.flatMap(({ name, bare, offset }) => loadedBy(tag, name, bare.text).flatMap((url) => fileOf(url, offset))),
  )
}

function filesOfStyles({ tags }: SourceMarkup): EmbeddedFile[] {
  const texts = tags.flatMap(({ name, content, attributes }) => [
    ...(name === 'style' && content ? [content] : []),
    ...attributes.flatMap((each) => (each.name === 'style' ? [each.bare] : [])),
  ])
  return texts
    .map(placeStyle)
    .flatMap(({ style, rules }) =>
      rules.declarations.flatMap(({ value }) =>
        findLoads(style.text, value).flatMap(({ address = '', start }) => fileOf(address, style.offsetOf(start))),
      ),
    )
}

function fileOf(url: string, offset: number): EmbeddedFile[] {
  const [, type] = /^data:((?:image|font)\/[a-z0-9.+-]+|application\/[a-z0-9.-]*font[a-z0-9.-]*)[;,]/i.exec(url) ?? []
  if (type === undefined || url.includes(blot)) return []
  return [{ type: type.toLowerCase().replace(/^application/, 'font'), url, offset }]
}

/** Checks whether a base64 file is truncated, which browsers may tolerate. */
function isTruncated(url: string): boolean {
  if (!/^[^,]*;\s*base64\s*,/i.test(url)) return false
  const reading = readAsset(readDataUrl(url))
  return 'problem' in reading && reading.problem === damaged.problem
}

/** An asset to decode, as a `data:` URL. */
export interface EncodedAsset {
  type: string
  url: string
}

/** Checks which assets the browser can decode for printing. @throws as printing does */
export function decodeAssets(printer: Pick<Printer, 'use'>, assets: EncodedAsset[]): Promise<boolean[]> {
  return printer.use(trialDeadlines.decode, ({ page }) => page.evaluate(decodeInPage, assets))
}

/**
 * Draws a picture from a `data:` URL as a base64 PNG that fits `width` and `height`. @throws as printing does
 */
export function drawPng(printer: Pick<Printer, 'use'>, picture: PictureOrder): Promise<string> {
  return printer.use(trialDeadlines.decode, ({ page }) => page.evaluate(drawInPage, picture))
}

interface PictureOrder {
  url: string
  width: number
  height: number
}

/** Runs in the browser's page. */
async function drawInPage({ url, width, height }: PictureOrder): Promise<string> {
  const image = new Image()
  image.src = url
  await image.decode()
  const scale = Math.min(width / image.naturalWidth, height / image.naturalHeight)
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(image.naturalWidth * scale))
  canvas.height = Math.max(1, Math.round(image.naturalHeight * scale))
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL('image/png').replace(/^[^,]*,/, '')
}

/** Runs in the browser's page. */
async function decodeInPage(assets: EncodedAsset[]): Promise<boolean[]> {
  const decode = async ({ type, url }: EncodedAsset): Promise<unknown> => {
    if (type.startsWith('font/')) return await new FontFace('tried', `url(${url})`).load()
    const image = new Image()
    image.src = url
    await image.decode()
    // Unlike decode(), this rejects truncated pictures.
    return type === 'image/svg+xml' ? undefined : await createImageBitmap(image)
  }
  const results = await Promise.allSettled(assets.map(decode))
  return results.map(({ status }) => status === 'fulfilled')
}
