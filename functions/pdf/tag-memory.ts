import type { MarkedSurface } from './marked-surfaces.ts'
import type { MarkupShape } from './markup-shape.ts'
import { startOfPainting } from './painted-things.ts'
import { isElement, makeElement } from './structure-roles.ts'
import type { StructureElement, StructureKid } from './structure-tree.ts'
import { followSteps, type LetteredThing, type MarkedThings, type TagStep, writeSteps } from './tag-steps.ts'

/** Is a page by its index in the print, and its content stream. */
export interface PageContent {
  page: number
  text: string
}

/** Tells what a page paints, in its order. */
export type PaintReader = (page: PageContent) => LetteredThing[]

/** Is what a ticket's tags are: its structure, and the surface of each of its pages with the marks that the structure refers to. */
export interface TicketTags {
  elements: StructureElement[]
  surfaces: MarkedSurface[]
}

/**
 * Remembers the tags of tickets that Chromium has tagged, so that others of the same markup can be printed without, which spares it a fifth of its
 * time. Nothing is guessed: a ticket is given the tags of another only when its markup differs in texts and pictures alone, and its pages paint
 * the same in the same order, each text where it belongs.
 */
export class TagMemory {
  readonly #known = new Map<string, KnownTags>()

  /** Tells whether tickets of such markup can be expected to get their tags from here. */
  knows(shape: MarkupShape | undefined): boolean {
    const known = shape && this.#known.get(shape.key)
    return known !== undefined && known.patterns.length > 0 && known.missed <= toleratedMisses + known.recalled / tolerableShare
  }

  /** Tells whether there is something to learn from a ticket of such markup. */
  isCurious(shape: MarkupShape): boolean {
    const known = this.#known.get(shape.key)
    if (!known) return true
    const count = known.patterns.length
    return known.refused < mostRefusals && count < mostPatterns && (count === 0 || known.missed >= count)
  }

  /** Learns from a ticket that Chromium has tagged; those without `tags` hold what cannot be said of others, and soon are not asked for again. */
  learn(shape: MarkupShape, tags: TicketTags | undefined, paint: PaintReader): void {
    const known = this.#known.get(shape.key) ?? { patterns: [], recalled: 0, missed: 0, refused: 0 }
    const pattern = tags && makePattern(shape, tags, paint)
    if (pattern) known.patterns.push(pattern)
    else known.refused++
    const [oldest] = this.#known.keys()
    if (oldest !== undefined && this.#known.size >= mostShapes && !this.#known.has(shape.key)) this.#known.delete(oldest)
    this.#known.set(shape.key, known)
  }

  /** Gives a ticket that was printed without tags its own; nothing when it is not like those known. */
  recall(shape: MarkupShape, pages: PageContent[], paint: PaintReader): TicketTags | undefined {
    const known = this.#known.get(shape.key)
    if (!known) return undefined
    const things = pages.map(paint)
    for (const { steps, elements } of known.patterns) {
      const marked = followAll(things, steps, shape.texts)
      if (!marked) continue
      known.recalled++
      const surfaces = pages.map((page, index) => placeMarks(page, things[index] ?? [], marked[index] ?? []))
      return { surfaces, elements: elements.map((element) => placeElement(element, surfaces)) }
    }
    known.missed++
    return undefined
  }
}

const toleratedMisses = 8
const tolerableShare = 8
const mostPatterns = 4
const mostRefusals = 4
const mostShapes = 256

/** Is what is known of tickets of one shape, and how often it was of use. */
interface KnownTags {
  patterns: TagPattern[]
  recalled: number
  missed: number
  refused: number
}

/** Is what each page of a ticket paints, step by step, and the structure that refers to it. */
interface TagPattern {
  steps: TagStep[][]
  elements: KnownElement[]
}

/** Is an element of any such ticket. */
type KnownElement = Omit<StructureElement, 'kids' | 'first' | 'last'> & { kids: (KnownElement | KnownMark)[] }

/** Is a mark by the index of its page among the ticket's, and its number on that. */
interface KnownMark {
  page: number
  number: number
}

function makePattern(
  { tags, texts }: MarkupShape,
  { elements, surfaces }: TicketTags,
  paint: PaintReader,
): TagPattern | undefined {
  const first = surfaces[0]?.page ?? 0
  const known = elements.map((element) => describeElement(element, { first, count: surfaces.length, tags }))
  if (!isComplete(known)) return undefined
  const things = surfaces.map(({ page, content: { text } }) => paint({ page, text }))
  const steps = surfaces.map(({ content: { sections }, real }, index) => {
    const read = sections.filter(({ number }) => real.has(number))
    return writeSteps(things[index] ?? [], { sections: read, pictures: picturesOn(index, known) }, texts)
  })
  // What does not hold for the ticket itself holds for none.
  if (!isComplete(steps) || !followAll(things, steps, texts)) return undefined
  // A copy: what is cut out of a print's text would keep all of that in memory.
  return structuredClone({ steps, elements: known })
}

function followAll(things: LetteredThing[][], steps: TagStep[][], texts: string[]): MarkedThings[][] | undefined {
  if (things.length !== steps.length) return undefined
  const marked = steps.map((own, index) => followSteps(things[index] ?? [], own, texts))
  return isComplete(marked) ? marked : undefined
}

function placeMarks({ page, text }: PageContent, things: LetteredThing[], marked: MarkedThings[]): MarkedSurface {
  const startOf = (index: number): number => {
    const thing = things[index]
    return thing ? startOfPainting(text, thing) : text.length
  }
  const sections = marked.map(({ mark, from, to }) => {
    const [start, end] = [startOf(from), startOf(to)]
    return { ...mark, start, end, content: text.slice(start, end) }
  })
  const real = new Set(sections.map(({ number }) => number))
  return { page, content: { text, sections, calls: [] }, markedForms: new Set(), texts: new Set(), real }
}

/** Is where what holds for other tickets comes from: the pages of this one, by their index, and its tags. */
interface Origin {
  first: number
  count: number
  tags: string
}

/**
 * Describes an element in a way that holds for other tickets. Nothing where it refers to what is not on the ticket's pages, a form or a link, or is
 * described by words that do not stand in its tags: they may be those of a text.
 */
function describeElement({ kids, attributes, role, alt, language }: StructureElement, origin: Origin): KnownElement | undefined {
  const described = kids.map((kid) => (isElement(kid) ? describeElement(kid, origin) : describeMark(kid, origin)))
  const isOwn = alt === undefined || origin.tags.includes(`="${alt}"`) || origin.tags.includes(`<title>${alt}`)
  if (!isComplete(described) || !isOwn || attributes.some((each) => / R\b/.test(each))) return undefined
  return { role, alt, language, attributes, kids: described }
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

/** Lists the numbers of marks on a page that belong to pictures. */
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
