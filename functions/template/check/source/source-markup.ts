import { Tokenizer } from 'htmlparser2'
import { blotMustaches } from './blot-mustaches.ts'
import { MarkupReader, type MarkupState } from './markup-reader.ts'
import { lastUpTo, type PlacedText, SourcePlaces } from './source-places.ts'
import type { SourcePlace } from './template-problem.ts'

/**
 * An attribute of a tag in a template's source: `value` as written, with its mustaches; `bare` as the browser reads it, entities decoded and
 * mustaches blotted out. `offset` is where its name begins.
 */
export interface SourceAttribute {
  name: string
  value: string
  bare: PlacedText
  offset: number
}

/** An opening tag in a template's source, and of `style` and `title` the text inside. */
export interface SourceTag {
  name: string
  attributes: SourceAttribute[]
  /** The first attribute of each name, which is the one that counts. */
  named: Map<string, SourceAttribute>
  offset: number
  content: PlacedText | undefined
  /** Whether it is of SVG or MathML. */
  isForeign: boolean
  /** Whether it, or an element around it, is hidden from those who cannot see. */
  isHidden: boolean
  /** The outermost `svg` around it. */
  drawing: SourceTag | undefined
  /** Whether a `title` stands in it, if it is a drawing. */
  hasTitle: boolean
}

/** What kind of place a mustache stands in, with the attribute and the element of raw text around it, if any. */
export interface MarkupContext {
  state: MarkupState
  attribute: string
  rawElement: string
}

/** A template's source as markup: its opening tags in order, and where a character stands. */
export interface SourceMarkup {
  tags: SourceTag[]
  /** The offsets of `<?xml-stylesheet …?>`. */
  styleInstructions: number[]
  placeAt(offset: number): SourcePlace
  offsetOf(place: SourcePlace): number
  contextAt(offset: number): MarkupContext
}

/**
 * Reads a template's source as markup, with all branches of its blocks at once, in time that grows as the source does. HTML's own tokens are
 * htmlparser2's; its parser is not used, since a template is no document yet: a tag may have an attribute in two branches.
 */
export function readMarkup(source: string, program: hbs.AST.Program): SourceMarkup {
  const places = new SourcePlaces(source)
  const reader = new MarkupReader(source, blotMustaches(source, program, places))
  const tokenizer = new Tokenizer({}, reader)
  tokenizer.write(reader.bare)
  tokenizer.end()
  return {
    tags: reader.tags,
    styleInstructions: reader.styleInstructions,
    placeAt: (offset) => places.placeAt(offset),
    offsetOf: (place) => places.offsetOf(place),
    // What counts is where the character before it led to.
    contextAt: (offset) => reader.contexts[lastUpTo(reader.contexts, offset - 1, ({ from }) => from)] ?? outermost,
  }
}

const outermost: MarkupContext = { state: 'text', attribute: '', rawElement: '' }
