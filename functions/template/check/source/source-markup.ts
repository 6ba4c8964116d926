import { Tokenizer } from 'htmlparser2'
import { blotMustaches } from './blot-mustaches.ts'
import { MarkupReader } from './markup-reader.ts'
import { lastUpTo, SourcePlaces } from './source-places.ts'
import type { MarkupContext, SourceTag } from './source-tag.ts'
import type { SourcePlace } from './template-problem.ts'

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
