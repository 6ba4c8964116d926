import { Tokenizer } from 'htmlparser2'
import type { TemplateProblemCode } from '../../../contract/template-check.ts'
import { isCarried, short } from '../source/addresses.ts'
import { isEventHandler, isPainted, loadedBy, runsScript } from '../source/loading-attributes.ts'
import { MarkupReader } from '../source/markup-reader.ts'
import type { SourceTag } from '../source/source-tag.ts'
import { findLoads } from '../source/style-loads.ts'
import { readStyle, readValue } from '../source/style-rules.ts'
import { readDataUrl } from './picture-data.ts'

/** A forbidden part of an SVG drawing, in words, and the code of its problem in a template. */
export interface ActingPart {
  what: string
  /** Absent if it is forbidden only in assets. */
  code?: TemplateProblemCode
}

/** Finds the first forbidden part of an SVG drawing. `depth` counts the drawings around it. */
export function findActing(drawing: string, depth = 0): ActingPart | undefined {
  const reader = new MarkupReader(drawing, drawing)
  const tokenizer = new Tokenizer({ xmlMode: true }, reader)
  tokenizer.write(drawing)
  tokenizer.end()
  const tags = reader.tags.map(withoutPrefixes)
  for (const tag of tags) {
    const acting = actingPart(tag)
    if (acting) return acting
  }
  if (/<!ENTITY\b/i.test(drawing)) return { code: 'EXTERNAL_RESOURCE', what: 'entities (<!ENTITY …>)' }
  const instructions = reader.styleInstructions.length > 0 ? ['<?xml-stylesheet> loads a style sheet'] : []
  const [loaded] = [...instructions, ...tags.flatMap((tag) => loadsOf(tag, depth))]
  return loaded === undefined ? undefined : { code: 'EXTERNAL_RESOURCE', what: `addresses of other files (${loaded})` }
}

/** Finds the first forbidden part of the drawing in a `data:` URL; undefined for any other address. */
export function findActingIn(address: string, depth = 0): ActingPart | undefined {
  if (!/^data:image\/svg\+xml[^,]*,/i.test(address)) return undefined
  if (depth >= deepestDrawing) return { code: 'EXTERNAL_RESOURCE', what: 'drawings nested too deep' }
  return findActing(readDataUrl(address).toString(), depth + 1)
}

const deepestDrawing = 3

function actingPart(tag: SourceTag): ActingPart | undefined {
  const { name, attributes } = tag
  if (name === 'script') return { code: 'SCRIPT', what: 'scripts (<script>)' }
  if (name === 'foreignobject') return { what: 'foreignObject' }
  const handler = attributes.find((each) => isEventHandler(each.name))
  if (handler) return { code: 'EVENT_HANDLER', what: `event handlers (${handler.name} of <${name}>)` }
  const link = attributes.find((each) => runsScript(tag, each.name, each.bare.text))
  return link && { code: 'SCRIPT_LINK', what: `javascript: addresses (${link.name} of <${name}>)` }
}

/** Removes namespace prefixes from the names of a tag and its `href`. */
function withoutPrefixes(tag: SourceTag): SourceTag {
  const attributes = tag.attributes.map((each) => ({ ...each, name: each.name.endsWith(':href') ? 'href' : each.name }))
  return { ...tag, name: tag.name.slice(tag.name.lastIndexOf(':') + 1), isForeign: true, attributes }
}

/** Lists what an element loads from outside its drawing. */
function loadsOf(tag: SourceTag, depth: number): string[] {
  const outside = (where: string, addresses: string[]) =>
    addresses
      .filter((address) => !isCarried(address) || findActingIn(address, depth))
      .map((address) => `${where} loads ${short(address)}`)
  const ofSheet = tag.name === 'style' ? outside('<style>', addressesOfSheet(tag.content?.text ?? '')) : []
  const ofAttributes = tag.attributes.flatMap(({ name, bare: { text } }) => {
    const where = `${name} of <${tag.name}>`
    if (name === 'style') return outside(where, addressesOfSheet(text))
    const painted = isPainted(tag, name) ? addressesOf(text) : []
    return outside(where, [...painted, ...loadedBy(tag, name, text)])
  })
  return [...ofSheet, ...ofAttributes]
}

function addressesOfSheet(css: string): string[] {
  const { declarations, atRules } = readStyle(css)
  const imported = atRules.filter(({ name }) => name === 'import').map(() => '@import')
  return [...imported, ...declarations.flatMap(({ value }) => addressesOf(css, value))]
}

function addressesOf(css: string, value = readValue(css)): string[] {
  return findLoads(css, value).map(({ address = '' }) => address)
}
