import type { PlacedText } from './source-places.ts'

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

/** The kinds of places in markup. */
export type MarkupState = 'text' | 'comment' | 'tagName' | 'tag' | 'attributeName' | 'value' | 'quoted'
