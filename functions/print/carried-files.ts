import { unescape as unescapePercent } from 'node:querystring'
import type { TemplateProblem } from '../contract/template-check.ts'
import { damaged, readAsset } from '../template/check/assets/asset.ts'
import { placeStyle } from '../template/check/css/style-check.ts'
import { parseTemplate } from '../template/check/handlebars/parse-template.ts'
import { blot } from '../template/check/source/blot-mustaches.ts'
import { loadedBy } from '../template/check/source/loading-attributes.ts'
import { readMarkup, type SourceMarkup } from '../template/check/source/source-markup.ts'
import { findLoads } from '../template/check/source/style-loads.ts'
import { templateProblem } from '../template/check/source/template-problem.ts'
import { decodeAssets } from './decode-assets.ts'
import type { Printer } from './printer.ts'

/**
 * Tells which pictures and fonts that stand in a template's source as `data:` URLs cannot be decoded, each
 * once. Takes a source that has been checked.
 * @throws RenderTimeoutError, RenderFailedError, BrowserUnavailableError as printing does.
 */
export async function findDamagedFiles(printer: Pick<Printer, 'use'>, source: string): Promise<TemplateProblem[]> {
  const program = /data[:&]/i.test(source) ? parseTemplate(source) : undefined
  if (!program || 'problem' in program) return []
  const markup = readMarkup(source, program)
  const files = Map.groupBy([...filesOfTags(markup), ...filesOfStyles(markup)], ({ url }) => url)
  const carried = [...files.values()].flatMap(([first]) => first ?? [])
  const decoded = carried.length > 0 ? await decodeAssets(printer, carried) : []
  return carried
    .filter(({ url }, index) => !decoded[index] || breaksOff(url))
    .map(({ type, offset }) => {
      const message = `the ${type} in a data: URL ${damaged.problem}`
      return templateProblem('DAMAGED_RESOURCE', markup.placeAt(offset), [
        message,
        'put the whole file there, or upload it as an asset',
      ])
    })
}

/** A picture or font that stands in a source, and where. */
interface CarriedFile {
  type: string
  url: string
  offset: number
}

function filesOfTags({ tags }: SourceMarkup): CarriedFile[] {
  return tags.flatMap((tag) =>
    tag.attributes.flatMap(({ name, bare, offset }) => loadedBy(tag, name, bare.text).flatMap((url) => fileOf(url, offset))),
  )
}

function filesOfStyles({ tags }: SourceMarkup): CarriedFile[] {
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

function fileOf(url: string, offset: number): CarriedFile[] {
  const [, type] = /^data:((?:image|font)\/[a-z0-9.+-]+|application\/[a-z0-9.-]*font[a-z0-9.-]*)[;,]/i.exec(url) ?? []
  if (type === undefined || url.includes(blot)) return []
  return [{ type: type.toLowerCase().replace(/^application/, 'font'), url, offset }]
}

/** Tells whether a file in base64 begins as it should and does not end so, which a browser may make up for. */
function breaksOff(url: string): boolean {
  const comma = url.indexOf(',')
  if (!/;\s*base64\s*$/i.test(url.slice(0, comma))) return false
  const reading = readAsset(Buffer.from(unescapePercent(url.slice(comma + 1)), 'base64'))
  return 'problem' in reading && reading.problem === damaged.problem
}
