import type { PlacedText } from './source-places.ts'

/** An attribute: `value` as written, `bare` with entities decoded and placeholders; `offset` of its name. */
export interface SourceAttribute {
  name: string
  value: string
  bare: PlacedText
  offset: number
}

/** A start tag in a template's source; of `style` and `title` also the text inside. */
export interface SourceTag {
  name: string
  attributes: SourceAttribute[]
  /** The first attribute of each name, which is the one that counts. */
  named: Map<string, SourceAttribute>
  offset: number
  content: PlacedText | undefined
  /** Whether it is SVG or MathML. */
  isForeign: boolean
  /** Whether it is hidden from screen readers, itself or by an element around it. */
  isHidden: boolean
  /** The outermost `svg` around it. */
  drawing: SourceTag | undefined
  /** For a drawing, whether it contains a `title`. */
  hasTitle: boolean
}

/** The context of a mustache: its place, and the attribute and raw text element around it, or ''. */
export interface MarkupContext {
  state: MarkupState
  attribute: string
  rawElement: string
}

/** The kinds of places in markup. */
export type MarkupState = 'text' | 'comment' | 'tagName' | 'tag' | 'attributeName' | 'value' | 'quoted'
