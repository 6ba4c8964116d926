import { QuoteType, type TokenizerCallbacks } from 'htmlparser2'
import { isDataBlock } from './loading-attributes.ts'
import { OpenElements } from './open-elements.ts'
import { PlacedText } from './source-places.ts'
import type { MarkupContext, MarkupState, SourceAttribute, SourceTag } from './source-tag.ts'

/** The tags of markup and the context of each offset, collected from the tokens of htmlparser2. */
export class MarkupReader implements TokenizerCallbacks {
  readonly tags: SourceTag[] = []
  readonly styleInstructions: number[] = []
  /** The start of each context, in order. */
  readonly contexts: (MarkupContext & { from: number })[] = []
  readonly bare: string
  readonly #source: string
  readonly #open = new OpenElements()
  #tag: SourceTag | undefined
  #attribute: OpenAttribute | undefined
  #end = 0

  constructor(source: string, bare: string) {
    this.#source = source
    this.bare = bare
  }

  isInForeignContext(): boolean {
    return this.#open.isForeign
  }

  onopentagname(start: number, end: number): void {
    const name = this.bare.slice(start, end).toLowerCase()
    const unknown = { content: undefined, isForeign: false, isHidden: false, drawing: undefined, hasTitle: false }
    this.#tag = { name, attributes: [], named: new Map(), offset: start - 1, ...unknown }
    this.#startContext('tagName', start - 1)
    this.#startContext('tag', end)
  }

  onattribname(start: number, end: number): void {
    const name = this.bare.slice(start, end).toLowerCase()
    this.#attribute = { name, value: '', bare: new PlacedText(), offset: start, nameEnd: end, end }
    this.#startContext('attributeName', start)
  }

  onattribdata(start: number, end: number): void {
    this.#attribute?.bare.add(this.bare.slice(start, end), start)
    if (this.#attribute) this.#attribute.end = end
  }

  onattribentity(codePoint: number): void {
    this.#attribute?.bare.add(String.fromCodePoint(codePoint), this.#attribute.end)
  }

  onattribend(quote: QuoteType, end: number): void {
    const attribute = this.#attribute
    if (!attribute) return
    const isQuoted = quote === QuoteType.Double || quote === QuoteType.Single
    this.#startValue(attribute, quote)
    this.#startContext('tag', isQuoted ? end - 1 : end)
    const start = quote === QuoteType.NoValue ? end : this.#valueStart(attribute)
    attribute.value = this.#source.slice(start, isQuoted ? end - 1 : end)
    this.#tag?.attributes.push(attribute)
    if (!this.#tag?.named.has(attribute.name)) this.#tag?.named.set(attribute.name, attribute)
    this.#attribute = undefined
  }

  onopentagend(end: number): void {
    this.#endTag(end, false)
  }

  onselfclosingtag(end: number): void {
    this.#endTag(end, true)
  }

  onclosetag(start: number, end: number): void {
    this.#open.close(this.bare.slice(start, end).toLowerCase())
    this.#startContext('tagName', start - 2)
    this.#startContext('tag', end)
    const last = this.bare.indexOf('>', end)
    this.#startContext('text', last < 0 ? this.bare.length : last)
  }

  ontext(start: number, end: number): void {
    this.#open.innermost?.content?.add(this.bare.slice(start, end), start)
    this.#end = end
  }

  ontextentity(codePoint: number, end: number): void {
    this.#open.innermost?.content?.add(String.fromCodePoint(codePoint), this.#end)
    this.#end = end
  }

  oncdata(start: number, end: number): void {
    this.ontext(start, end - 2)
  }

  oncomment(start: number, end: number): void {
    if (this.bare.startsWith('?xml-stylesheet', start)) this.styleInstructions.push(start - 1)
    // HTML reads an end tag without a name as a comment.
    this.#startContext(this.bare.startsWith('</', start - 2) ? 'tagName' : 'comment', start - 1)
    this.#startContext('text', end)
  }

  ondeclaration(start: number, end: number): void {
    this.#startContext('tag', start - 1)
    this.#startContext('text', end)
  }

  onprocessinginstruction(start: number, end: number): void {
    this.oncomment(start, end)
  }

  /** Closes the last context; an unterminated tag is not a tag. */
  onend(): void {
    if (this.#attribute) this.#startValue(this.#attribute, QuoteType.Unquoted)
    else if (!this.#tag && this.bare[this.#end] === '<') this.#startContext('tagName', this.#end)
  }

  #endTag(end: number, isSelfClosing: boolean): void {
    const tag = this.#tag
    if (!tag) return
    this.#open.open(tag, isSelfClosing)
    if (tag.name === 'style' || tag.name === 'title') tag.content = new PlacedText()
    if (tag.name === 'title' && tag.drawing) tag.drawing.hasTitle = true
    this.tags.push(tag)
    this.#tag = undefined
    this.#startContext('text', end)
  }

  #startValue(attribute: OpenAttribute, quote: QuoteType): void {
    if (quote === QuoteType.NoValue) return
    this.#startContext('value', attribute.nameEnd)
    const start = this.#valueStart(attribute)
    if (/["']/.test(this.bare[start - 1] ?? '')) this.#startContext('quoted', start - 1)
  }

  /** Finds the start of a value, after its quote if it has one. */
  #valueStart({ nameEnd }: { nameEnd: number }): number {
    let start = nameEnd
    while (/[\s=]/.test(this.bare[start] ?? '')) start++
    return /["']/.test(this.bare[start] ?? '') ? start + 1 : start
  }

  #startContext(state: MarkupState, from: number): void {
    const element = this.#open.innermost
    const isRaw = element && state === 'text' && rawElements.has(element.name)
    const rawElement = isRaw ? (isDataBlock(element) ? 'data block' : element.name) : ''
    const attribute = state === 'value' || state === 'quoted' ? (this.#attribute?.name ?? '') : ''
    this.contexts.push({ from, state, attribute, rawElement })
    this.#end = state === 'text' ? from + 1 : from
  }
}

/** An attribute being read, with the ends of its name and of its value so far. */
interface OpenAttribute extends SourceAttribute {
  nameEnd: number
  end: number
}

const rawElements = new Set(['script', 'style', 'textarea', 'title', 'xmp', 'iframe', 'noembed', 'noframes', 'plaintext'])
