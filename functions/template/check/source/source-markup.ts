import { Tokenizer } from 'htmlparser2'
import { blotMustaches } from './blot-mustaches.ts'
import { MarkupReader } from './markup-reader.ts'
import { lastUpTo, SourcePlaces } from './source-places.ts'
import type { MarkupContext, SourceTag } from './source-tag.ts'
import type { SourcePlace } from './template-problem.ts'

/** A template's source as markup: its start tags in order, and the context of each offset. */
export interface SourceMarkup {
  tags: SourceTag[]
  /** The offsets of `<?xml-stylesheet …?>`. */
  styleInstructions: number[]
  placeAt(offset: number): SourcePlace
  offsetOf(place: SourcePlace): number
  contextAt(offset: number): MarkupContext
}

/**
 * Reads a template's source as markup, with all branches of its blocks, in linear time. Uses the tokenizer of
 * htmlparser2 and no document parser, since a template is not yet a document: a tag may have the same
 * attribute in two branches, of which a parser keeps one, and every offset needs a context.
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
    // The character before an offset decides its context.
    contextAt: (offset) => reader.contexts[lastUpTo(reader.contexts, offset - 1, ({ from }) => from)] ?? outermost,
  }
}

const outermost: MarkupContext = { state: 'text', attribute: '', rawElement: '' }
