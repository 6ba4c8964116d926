import type { SourceTag } from './source-tag.ts'

/** The stack of open elements at a point of a template's markup. */
export class OpenElements {
  readonly #stack: OpenElement[] = []
  readonly #counts = new Map<string, number>()

  /** Whether tags here are SVG or MathML, where no element has raw text. */
  get isForeign(): boolean {
    return this.#stack.at(-1)?.isForeign ?? false
  }

  /** The innermost element, or undefined. */
  get innermost(): SourceTag | undefined {
    return this.#stack.at(-1)?.tag
  }

  /** Opens an element, describes its context on the tag, and closes the elements that cannot contain it. */
  open(tag: SourceTag, isSelfClosing: boolean): void {
    if (foreignStops.has(tag.name)) while (this.isForeign) this.#pop()
    const sibling = this.#stack.at(-1)?.tag.name
    if (sibling !== undefined && !this.isForeign && isClosedBy(sibling, tag.name)) this.#pop()
    const parent = this.#stack.at(-1)
    tag.isForeign = this.isForeign || tag.name === 'svg' || tag.name === 'math'
    tag.isHidden = parent?.isHidden === true || tag.named.get('aria-hidden')?.value === 'true'
    tag.drawing = parent?.drawing
    if (tag.isForeign ? isSelfClosing : emptyElements.has(tag.name)) return
    this.#counts.set(tag.name, (this.#counts.get(tag.name) ?? 0) + 1)
    this.#stack.push({
      tag,
      isForeign: tag.isForeign && !holdsHtml.has(tag.name),
      isHidden: tag.isHidden || isNamedPicture(tag),
      drawing: parent?.drawing ?? (tag.name === 'svg' ? tag : undefined),
    })
  }

  /** Closes the innermost element of a name and everything open in it; ignores an end tag without a start. */
  close(name: string): void {
    if (!this.#counts.get(name)) return
    while (this.#pop() !== name);
  }

  #pop(): string | undefined {
    const name = this.#stack.pop()?.tag.name
    if (name !== undefined) this.#counts.set(name, (this.#counts.get(name) ?? 0) - 1)
    return name
  }
}

interface OpenElement {
  tag: SourceTag
  isForeign: boolean
  isHidden: boolean
  drawing: SourceTag | undefined
}

/** Checks whether an element is read by its label alone (WAI-ARIA 1.2, "Children Presentational"). */
function isNamedPicture(tag: SourceTag): boolean {
  return tag.named.get('role')?.value === 'img' && Boolean(tag.named.get('aria-label')?.value)
}

/** Checks whether an element's start closes a sibling whose end tag is optional (HTML, "Optional tags"). */
function isClosedBy(sibling: string, name: string): boolean {
  if (sibling === 'p') return endsParagraph.has(name)
  return endedBySiblings.some((siblings) => siblings.includes(sibling) && siblings.includes(name))
}

const words = (text: string): Set<string> => new Set(text.split(' '))

/** HTML, "Void elements". */
const emptyElements = words('area base br col embed hr img input link meta param source track wbr')
const endedBySiblings = [['li'], ['dt', 'dd'], ['tr'], ['td', 'th'], ['option'], ['optgroup']]
const endsParagraph = words(
  'address article aside blockquote details div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr main menu nav ol p pre section table ul',
)
/** HTML, "Parsing tokens in foreign content": start tags that end SVG and MathML. */
const foreignStops = words(
  'b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var',
)
/** HTML, "integration points": elements of SVG and MathML whose content is HTML. */
const holdsHtml = words('foreignobject desc title mi mo mn ms mtext annotation-xml')
