import type { StructureElement, StructureKid } from './structure-element.ts'

/** An element's description, besides its role and kids. */
type About = Partial<Pick<StructureElement, 'alt' | 'language' | 'attributes'>>

/**
 * Makes an element with a role of PDF 1.7 and arranges its kids as PDF/UA-1 requires: list items have a label
 * and a body, tables only rows and cells. Without a role, or as a figure that is not a picture, it becomes a
 * `NonStruct`, which `asBlocks` dissolves.
 */
export function arrange(role: string, kids: StructureKid[], about: About = {}): StructureElement {
  if (role === 'Link' && !kids.some((kid) => 'annotation' in kid)) return makeElement('Span', asText(kids), about)
  if (role === 'LI') return makeElement(role, arrangeItem(kids), about)
  if (rowLike.has(role)) return makeElement(role, asText(kids).filter(isElement), about)
  if (textLike.has(role)) return makeElement(role, asText(kids), about)
  const isGroup = role === 'Figure' && about.alt === undefined && kids.some(isElement)
  if (!isGroup && blockLike.has(role)) return makeElement(role, kids.every(isInline) ? asText(kids) : asBlocks(kids), about)
  return makeElement(nonStruct, kids, about)
}

/** Dissolves `NonStruct` elements into blocks: text outside of a block becomes a paragraph. */
export function asBlocks(kids: StructureKid[]): StructureElement[] {
  const blocks: StructureElement[] = []
  let run: StructureKid[] = []
  const flush = (): void => {
    if (run.length > 0) blocks.push(makeElement('P', asText(run)))
    run = []
  }
  for (const kid of kids) {
    if (isElement(kid) && kid.role === nonStruct) {
      flush()
      const isParagraph = kid.kids.every(isInline) && kid.kids.some((each) => !isElement(each) || each.role !== nonStruct)
      blocks.push(...(isParagraph ? [makeElement('P', asText(kid.kids), { language: kid.language })] : asBlocks(kid.kids)))
    } else if (isInline(kid)) run.push(kid)
    else {
      flush()
      if (isElement(kid)) blocks.push(kid)
    }
  }
  flush()
  return blocks
}

/** Distinguishes elements from leaves. */
export function isElement(kid: StructureKid): kid is StructureElement {
  return 'role' in kid
}

/**
 * Checks a structure against PDF/UA-1: pictures are described, and headings begin at level 1 and skip none
 * (ISO 14289-1, 7.3 and 7.4.2).
 */
export function isAccessible(elements: StructureElement[]): boolean {
  let level = 0
  const check = (element: StructureElement): boolean => {
    if (element.role === 'Figure' && !element.alt) return false
    const heading = Number(/^H([1-6])$/.exec(element.role)?.[1] ?? 0)
    if (heading > level + 1) return false
    if (heading > 0) level = heading
    return element.kids.filter(isElement).every(check)
  }
  return elements.every(check)
}

/** Makes an element that spans the pages of its kids. */
export function makeElement(role: string, kids: StructureKid[], about: About = {}): StructureElement {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const kid of kids) {
    first = Math.min(first, kid.first)
    last = Math.max(last, kid.last)
  }
  const { alt, language, attributes = [] } = about
  return { alt, language, attributes, role, kids, first, last }
}

const nonStruct = 'NonStruct'
const rowLike = new Set(['L', 'Table', 'THead', 'TBody', 'TFoot', 'TR'])
const inlineLike = new Set(['Link', 'Strong', 'Em', 'Span', 'Code', 'Quote', 'Lbl'])
const textLike = new Set(['P', 'H1', 'H2', 'H3', 'H4', 'H5', 'H6', ...inlineLike])
const blockLike = new Set(['TH', 'TD', 'Caption', 'Figure', 'BlockQuote', 'LBody'])

function arrangeItem(kids: StructureKid[]): StructureKid[] {
  const labels = kids.filter((kid) => isElement(kid) && kid.role === 'Lbl')
  const body = kids.filter((kid) => !labels.includes(kid))
  return body.length > 0 ? [...labels, arrange('LBody', body)] : labels
}

/** Dissolves `NonStruct` elements; one with a language becomes a span. */
function asText(kids: StructureKid[]): StructureKid[] {
  const text: StructureKid[] = []
  for (const kid of kids) {
    if (!isElement(kid) || kid.role !== nonStruct) text.push(kid)
    else if (kid.language) text.push(makeElement('Span', asText(kid.kids), { language: kid.language }))
    else text.push(...asText(kid.kids))
  }
  return text
}

function isInline(kid: StructureKid): boolean {
  if (!isElement(kid) || inlineLike.has(kid.role)) return true
  return kid.role === nonStruct && kid.kids.every(isInline)
}
