import { Tokenizer } from 'htmlparser2'
import { isCarried } from './addresses.ts'
import { isEventHandler } from './event-handlers.ts'
import { isPainted, loadedBy, runsScript } from './loading-attributes.ts'
import { MarkupReader } from './markup-reader.ts'
import type { SourceTag } from './source-markup.ts'
import { findLoads } from './style-loads.ts'
import { readStyle, readValue } from './style-rules.ts'

/**
 * Names what an SVG drawing holds that it may not, if anything. None of it would act in an `<img>`, and
 * whoever put it there expects something else.
 */
export function findActing(drawing: string): string | undefined {
  const reader = new MarkupReader(drawing, drawing)
  const tokenizer = new Tokenizer({ xmlMode: true }, reader)
  tokenizer.write(drawing)
  tokenizer.end()
  const tags = reader.tags.map(withoutPrefixes)
  const some = (finds: (tag: SourceTag) => boolean): boolean => tags.some(finds)
  if (some(({ name }) => name === 'script')) return 'scripts'
  if (some(({ named }) => [...named.keys()].some(isEventHandler))) return 'event handlers'
  if (some((tag) => tag.attributes.some(({ name, bare }) => runsScript(tag, name, bare.text)))) return 'javascript: addresses'
  if (some(({ name }) => name === 'foreignobject')) return 'foreignObject'
  if (/<!ENTITY\b/i.test(drawing)) return 'entities'
  return reader.styleInstructions.length > 0 || some(loadsOthers) ? 'addresses of other files' : undefined
}

/** Names a tag and its attributes as SVG does, whatever prefixes a drawing gives its namespaces. */
function withoutPrefixes(tag: SourceTag): SourceTag {
  const attributes = tag.attributes.map((each) => ({ ...each, name: each.name.endsWith(':href') ? 'href' : each.name }))
  return { ...tag, name: tag.name.slice(tag.name.lastIndexOf(':') + 1), isForeign: true, attributes }
}

function loadsOthers(tag: SourceTag): boolean {
  if (tag.name === 'style' && sheetLoads(tag.content?.text ?? '')) return true
  return tag.attributes.some(({ name, bare }) => {
    if (name === 'style') return sheetLoads(bare.text)
    if (isPainted(tag, name) && valueLoads(bare.text)) return true
    return loadedBy(tag, name, bare.text).some((address) => !isCarried(address))
  })
}

function sheetLoads(css: string): boolean {
  const { declarations, atRules } = readStyle(css)
  return (
    atRules.some(({ name }) => name === 'import') ||
    declarations.some(({ value }) => findLoads(css, value).some(({ address = '' }) => !isCarried(address)))
  )
}

function valueLoads(css: string): boolean {
  return findLoads(css, readValue(css)).some(({ address = '' }) => !isCarried(address))
}
