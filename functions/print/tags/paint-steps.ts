import { hash } from 'node:crypto'
import { haveSameLetters, isReordered, lettersOf } from '../../pdf/extract-text.ts'
import type { MarkedSection } from '../../pdf/marked-content.ts'
import type { PaintOperation } from '../../pdf/paint-operations.ts'

/** A paint operation, with its letters decoded if it shows text. */
export interface DecodedOperation extends PaintOperation {
  letters?: string | undefined
}

/** A mark that the structure refers to: its number in the content stream, and its tag. */
type TagMark = Pick<MarkedSection, 'number' | 'tag'>

/** A paint operation and its mark: a text by index, other letters by hash (personal data), or an operator. */
export type PaintStep = { mark?: TagMark | undefined } & (TextStep | { operator: string })

/** A text in any number of pieces; `isDecorated` with lines in between, `isSpaced` with spaces at its end. */
type TextStep = ({ text: number } | { length: number; hash: string }) & { isDecorated: boolean; isSpaced: boolean }

/** The paint operations that belong to a mark: `from` to before `to`. */
export interface MarkedRange {
  mark: TagMark
  from: number
  to: number
}

/** The sections of a page that are read aloud, in order, and the numbers of those that are pictures. */
export interface ReadSections {
  sections: MarkedSection[]
  pictures: ReadonlySet<number>
}

/** Writes what a page paints as steps; undefined if a picture shows text, or a section paints nothing. */
export function writeSteps(
  operations: DecodedOperation[],
  { sections, pictures }: ReadSections,
  texts: string[],
): PaintStep[] | undefined {
  const steps: PaintStep[] = []
  const finder = new TextFinder(texts)
  let next = 0
  const passTo = (end: number, mark?: TagMark): void => {
    for (; next < end; next++) steps.push({ ...finder.describe(operations.slice(next, next + 1)), mark })
  }
  for (const { start, end, number, tag } of sections) {
    const isWithin = ({ at }: DecodedOperation): boolean => at > start && at < end
    const [from, to] = [operations.findIndex(isWithin), operations.findLastIndex(isWithin) + 1]
    const written = operations.flatMap(({ letters }, index) =>
      index >= from && index < to && letters !== undefined ? [index] : [],
    )
    const [first, last = 0] = [written[0], written.at(-1)]
    if (from < next || (first !== undefined && pictures.has(number))) return undefined
    passTo(from)
    const mark = { number, tag }
    if (first !== undefined) {
      // A line under a text belongs to its mark.
      passTo(first, mark)
      steps.push({ ...finder.describe(operations.slice(first, last + 1)), mark })
      next = last + 1
    }
    passTo(to, mark)
  }
  passTo(operations.length)
  return steps
}

/**
 * Follows the steps of a ticket with the same markup on another ticket's page, and finds what belongs to
 * which mark. Returns undefined when the page does not paint what the steps say: all letters of each text,
 * and nothing unknown.
 */
export function followSteps(operations: DecodedOperation[], steps: PaintStep[], texts: string[]): MarkedRange[] | undefined {
  const marked: MarkedRange[] = []
  let from = 0
  for (const step of steps) {
    const to = passStep(operations, from, { step, texts })
    if (to === undefined) return undefined
    const last = marked.at(-1)
    if (step.mark && last?.mark.number === step.mark.number) last.to = to
    else if (step.mark) marked.push({ mark: step.mark, from, to })
    from = to
  }
  return from === operations.length ? marked : undefined
}

/** Returns the index after the operations that a step covers, or undefined when something else is painted. */
function passStep(
  operations: DecodedOperation[],
  from: number,
  { step, texts }: { step: PaintStep; texts: string[] },
): number | undefined {
  const first = operations[from]
  if ('operator' in step) return first?.operator === step.operator ? from + 1 : undefined
  if (first?.letters === undefined) return undefined
  const wanted = 'text' in step ? lettersOf(texts[step.text] ?? '') : ''
  const length = 'text' in step ? wanted.length : step.length
  let { letters } = first
  let to = from + 1
  for (; letters.length < length && to < operations.length; to++) {
    const piece = operations[to]?.letters
    if (piece === undefined && !step.isDecorated) return undefined
    letters += piece ?? ''
  }
  if (step.isSpaced) while (operations[to]?.letters === '') to++
  const isExpected = 'text' in step ? isText(letters, wanted, texts) : hash('sha1', letters) === step.hash
  return isExpected ? to : undefined
}

/** Checks whether letters are those of a text; in another order, they must not fit another text as well. */
function isText(letters: string, wanted: string, texts: string[]): boolean {
  if (letters === wanted) return true
  return (
    isReordered(letters, wanted) && !texts.some((text) => lettersOf(text) !== wanted && haveSameLetters(lettersOf(text), wanted))
  )
}

/** Identifies the text that is painted: the first with the same letters that was not found before. */
class TextFinder {
  readonly #texts: string[]
  readonly #found = new Set<number>()

  constructor(texts: string[]) {
    this.#texts = texts.map(lettersOf)
  }

  describe(operations: DecodedOperation[]): TextStep | { operator: string } {
    const [first] = operations
    if (first?.letters === undefined) return { operator: first?.operator ?? '' }
    const letters = operations.map((operation) => operation.letters ?? '').join('')
    const isDecorated = operations.some((operation) => operation.letters === undefined)
    const how = { isDecorated, isSpaced: letters !== '' && operations.at(-1)?.letters === '' }
    const text = this.#texts.findIndex(
      (each, index) => !this.#found.has(index) && (each === letters || isReordered(letters, each)),
    )
    if (text < 0 || letters === '') return { length: letters.length, hash: hash('sha1', letters), ...how }
    this.#found.add(text)
    return { text, ...how }
  }
}
