import { haveSameLetters, lettersOf } from '../../pdf/extract-text.ts'
import type { MarkedSurface } from '../../pdf/marked-surfaces.ts'
import { startOfOperation } from '../../pdf/paint-operations.ts'
import type { StructureElement, StructureKid } from '../../pdf/structure-element.ts'
import { isElement, makeElement } from '../../pdf/structure-roles.ts'
import type { ParsedMarkup } from '../document/markup-fingerprint.ts'
import { type DecodedOperation, followSteps, type MarkedRange, type PaintStep, writeSteps } from './paint-steps.ts'

/** A page by its index in the print, and its content stream. */
export interface PageContent {
  page: number
  text: string
}

/** Lists what a page paints, in order. */
export type PaintReader = (page: PageContent) => DecodedOperation[]

/** A ticket's tags: its structure, and each page's surface with the marks that the structure refers to. */
export interface TicketTags {
  elements: StructureElement[]
  surfaces: MarkedSurface[]
}

/** What each page paints, by steps, and the structure that refers to it; `weight` counts the steps. */
export interface TagPattern {
  steps: PaintStep[][]
  elements: KnownElement[]
  weight: number
}

/** A structure element of any ticket with this pattern. */
export type KnownElement = Omit<StructureElement, 'kids' | 'first' | 'last'> & { kids: (KnownElement | KnownMark)[] }

/** A mark by the index of its page among the ticket's, and its number on that page. */
export interface KnownMark {
  page: number
  number: number
}

/**
 * Makes a pattern from a ticket that Chromium has tagged. Returns undefined if it may not hold for others:
 * the ticket refers to a form or a link, describes a picture by what may be one of its texts, or is very
 * long.
 */
export function makePattern({ tags, texts }: ParsedMarkup, ticket: TicketTags, readPaint: PaintReader): TagPattern | undefined {
  const { elements, surfaces } = ticket
  const first = surfaces[0]?.page ?? 0
  const known = elements.map((element) => describeElement(element, { first, count: surfaces.length, tags, texts }))
  if (dependsOnMore.test(tags) || !isComplete(known)) return undefined
  const operations = surfaces.map(({ page, content: { text } }) => readPaint({ page, text }))
  const steps = surfaces.map(({ content: { sections }, real }, index) => {
    const read = sections.filter(({ number }) => real.has(number))
    return writeSteps(operations[index] ?? [], { sections: read, pictures: picturesOn(index, known) }, texts)
  })
  // A pattern that does not fit its own ticket fits none.
  if (!isComplete(steps) || !followAll(operations, steps, texts)) return undefined
  const weight = steps.flat().length
  // A copy, since slices of a print's text would keep the whole text in memory.
  return weight > maxWeight ? undefined : structuredClone({ steps, elements: known, weight })
}

/** Applies the tags of a pattern to a ticket; undefined when its pages do not paint what the pattern says. */
export function followPattern(
  pattern: TagPattern,
  texts: string[],
  pages: { content: PageContent; operations: DecodedOperation[] }[],
): TicketTags | undefined {
  const marked = followAll(
    pages.map(({ operations }) => operations),
    pattern.steps,
    texts,
  )
  if (!marked) return undefined
  const surfaces = pages.map(({ content, operations }, index) => placeMarks(content, operations, marked[index] ?? []))
  return { surfaces, elements: pattern.elements.map((element) => placeElement(element, surfaces)) }
}

const maxWeight = 1_000
/** Matches tags that refer to texts, draw twice, or style by attributes that parsed markup leaves out. */
const dependsOnMore = /aria-labelledby|<use\b|<textpath\b|marker|\[ *(?:d|points|src)\b/i

function followAll(operations: DecodedOperation[][], steps: PaintStep[][], texts: string[]): MarkedRange[][] | undefined {
  if (operations.length !== steps.length) return undefined
  const marked = steps.map((own, index) => followSteps(operations[index] ?? [], own, texts))
  return isComplete(marked) ? marked : undefined
}

function placeMarks({ page, text }: PageContent, operations: DecodedOperation[], marked: MarkedRange[]): MarkedSurface {
  const startOf = (index: number): number => {
    const operation = operations[index]
    return operation ? startOfOperation(text, operation) : text.length
  }
  const sections = marked.map(({ mark, from, to }) => {
    const [start, end] = [startOf(from), startOf(to)]
    return { ...mark, start, end, content: text.slice(start, end) }
  })
  const real = new Set(sections.map(({ number }) => number))
  return { page, content: { text, sections, calls: [] }, markedForms: new Set(), texts: new Set(), real }
}

/** The ticket that a pattern is made from: its pages by index, its markup and its texts. */
interface Origin {
  first: number
  count: number
  tags: string
  texts: string[]
}

/**
 * Describes an element in a way that holds for other tickets. Returns undefined if it refers to a form, a
 * link or another ticket's page, or has a description that is not in the tags, so that it may be one of the
 * texts.
 */
function describeElement({ kids, attributes, role, alt, language }: StructureElement, origin: Origin): KnownElement | undefined {
  const described = kids.map((kid) => (isElement(kid) ? describeElement(kid, origin) : describeMark(kid, origin)))
  const isOwn = alt === undefined || isFromTags(alt, origin)
  if (!isComplete(described) || !isOwn || attributes.some((each) => / R\b/.test(each))) return undefined
  return { role, alt, language, attributes, kids: described }
}

function isFromTags(alt: string, { tags, texts }: Origin): boolean {
  const letters = lettersOf(alt)
  return (
    (tags.includes(`="${alt}"`) || tags.includes(`<title>${alt}</title`)) &&
    !texts.some((text) => haveSameLetters(lettersOf(text), letters))
  )
}

function describeMark(kid: Exclude<StructureKid, StructureElement>, { first, count }: Origin): KnownMark | undefined {
  const page = kid.first - first
  if ('annotation' in kid || kid.surface.form !== undefined || page < 0 || page >= count) return undefined
  return { page, number: kid.number }
}

function placeElement({ role, kids, ...about }: KnownElement, surfaces: MarkedSurface[]): StructureElement {
  const placed = kids.flatMap((kid): StructureKid[] => {
    if ('role' in kid) return [placeElement(kid, surfaces)]
    const surface = surfaces[kid.page]
    return surface ? [{ surface, number: kid.number, first: surface.page, last: surface.page }] : []
  })
  return makeElement(role, placed, about)
}

/** Lists the numbers of the marks on a page that belong to pictures. */
function picturesOn(page: number, elements: KnownElement[]): Set<number> {
  const numbersIn = ({ role, kids }: KnownElement): number[] =>
    kids.flatMap((kid) => {
      if ('role' in kid) return numbersIn(kid)
      return role === 'Figure' && kid.page === page ? [kid.number] : []
    })
  return new Set(elements.flatMap(numbersIn))
}

function isComplete<T>(list: (T | undefined)[]): list is T[] {
  return !list.includes(undefined)
}
