import type { MarkedSection } from './marked-content.ts'
import type { PaintedThing } from './painted-things.ts'
import { haveSameLetters, lettersOf } from './shown-letters.ts'

/** Is something that a page paints, and the letters of what is text. */
export interface LetteredThing extends PaintedThing {
  letters?: string | undefined
}

/** Is a mark that the structure refers to: its number in the content stream, and its tag. */
type TagMark = Pick<MarkedSection, 'number' | 'tag'>

/**
 * Is what a page paints next, and the mark it belongs to, if to any: one of the ticket's texts, by its index; letters that are none of them; or what
 * another operator paints. A text may be painted in any number of pieces.
 */
export type TagStep = { mark?: TagMark | undefined } & Painted

/** Is which of a page's things belong to a mark: `from` to before `to`. */
export interface MarkedThings {
  mark: TagMark
  from: number
  to: number
}

type Painted = { text: number } | { letters: string } | { operator: string }

/** Says which sections of a page are read aloud, in their order, and the numbers of those that are pictures. */
export interface ReadSections {
  sections: MarkedSection[]
  pictures: ReadonlySet<number>
}

/**
 * Writes down, as steps, what a page paints and what of it is read aloud. Nothing when that cannot be said of another ticket: a picture shows text,
 * or a section paints nothing.
 */
export function writeSteps(
  things: LetteredThing[],
  { sections, pictures }: ReadSections,
  texts: string[],
): TagStep[] | undefined {
  const steps: TagStep[] = []
  const finder = new TextFinder(texts)
  let next = 0
  const passTo = (end: number, mark?: TagMark): void => {
    for (; next < end; next++) steps.push({ ...finder.describe(things.slice(next, next + 1)), mark })
  }
  for (const { start, end, number, tag } of sections) {
    const isWithin = ({ at }: LetteredThing): boolean => at > start && at < end
    const [from, to] = [things.findIndex(isWithin), things.findLastIndex(isWithin) + 1]
    const written = things.flatMap(({ letters }, index) => (index >= from && index < to && letters !== undefined ? [index] : []))
    const [first, last = 0] = [written[0], written.at(-1)]
    if (from < next || (first !== undefined && pictures.has(number))) return undefined
    passTo(from)
    const mark = { number, tag }
    if (first !== undefined) {
      // A line under a text belongs to its mark.
      passTo(first, mark)
      steps.push({ ...finder.describe(things.slice(first, last + 1)), mark })
      next = last + 1
    }
    passTo(to, mark)
  }
  passTo(things.length)
  return steps
}

/**
 * Finds what belongs to which mark on a page, by the steps that are known of a ticket of the same markup, and by the texts of this one.
 * Nothing when the page does not paint exactly what the steps say: all of each text, letter by letter, and all else one by one.
 */
export function followSteps(things: LetteredThing[], steps: TagStep[], texts: string[]): MarkedThings[] | undefined {
  const marked: MarkedThings[] = []
  let from = 0
  for (const [index, step] of steps.entries()) {
    const to = passStep(things, from, { step, next: steps[index + 1], texts })
    if (to === undefined) return undefined
    const last = marked.at(-1)
    if (step.mark && last?.mark.number === step.mark.number) last.to = to
    else if (step.mark) marked.push({ mark: step.mark, from, to })
    from = to
  }
  return from === things.length ? marked : undefined
}

/** Tells which thing comes after what a step says; nothing when something else is painted. */
function passStep(things: LetteredThing[], from: number, { step, next, texts }: StepInTicket): number | undefined {
  const first = things[from]
  if ('operator' in step) return first?.operator === step.operator ? from + 1 : undefined
  if (first?.letters === undefined) return undefined
  const wanted = 'text' in step ? lettersOf(texts[step.text] ?? '') : step.letters
  let { letters } = first
  let to = from + 1
  for (; letters.length < wanted.length && to < things.length; to++) letters += things[to]?.letters ?? ''
  // Spaces at its end belong to it, unless they are known to be a text of their own.
  if (!isEmpty(next)) while (things[to]?.letters === '') to++
  return haveSameLetters(letters, wanted) ? to : undefined
}

interface StepInTicket {
  step: TagStep
  next: TagStep | undefined
  texts: string[]
}

function isEmpty(step: TagStep | undefined): boolean {
  return step !== undefined && 'letters' in step && step.letters === ''
}

/** Finds out which of a ticket's texts is painted: the first with the same letters that was not found before. */
class TextFinder {
  readonly #texts: string[]
  readonly #found = new Set<number>()

  constructor(texts: string[]) {
    this.#texts = texts.map(lettersOf)
  }

  describe(things: LetteredThing[]): Painted {
    const [first] = things
    if (first?.letters === undefined) return { operator: first?.operator ?? '' }
    const letters = things.map((thing) => thing.letters ?? '').join('')
    const text = this.#texts.findIndex((each, index) => !this.#found.has(index) && haveSameLetters(each, letters))
    if (text < 0 || letters === '') return { letters }
    this.#found.add(text)
    return { text }
  }
}
