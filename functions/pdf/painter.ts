import { PDFArray, PDFDict, PDFName, PDFRawStream } from '@cantoo/pdf-lib'
import { type Instruction, type Matrix, multiply, readInstructions, toMatrix, transform } from './content-stream.ts'
import {
  filling,
  paintsNothing,
  pathPainters,
  pathPoints,
  resourceOfStyle,
  shorthands,
  stroking,
  styleSetters,
  writing,
} from './painting-operators.ts'
import { decodeStream } from './raw-stream.ts'
import { describeResource } from './resource-signature.ts'

/** Is something painted: two marks look the same when `kind` is equal and `place` (points of 1/72 inch) nearly. */
export interface Mark {
  kind: string
  place: number[]
}

/** Is a rectangle that cuts off what lies outside of it; other shapes count as their bounds. */
export type Clip = readonly [left: number, bottom: number, right: number, top: number]

interface GraphicsState {
  matrix: Matrix
  /** What was set last of colours, lines, fonts and the like, by the name of what it sets. */
  style: Readonly<Record<string, string>>
  clip: Clip
}

/**
 * Follows the instructions of a page or form and lists what they paint. Transformations are worked out, since the same
 * marks can be nested differently; marked content, which paints nothing, is passed over.
 */
export class Painter {
  readonly marks: Mark[] = []
  readonly #resources: PDFDict | undefined
  readonly #saved: GraphicsState[] = []
  #state: GraphicsState
  #textMatrix: Matrix = identity
  #path: { segments: string; points: number[] } = { segments: '', points: [] }
  #clipping = false
  /** Holds the forms that are being painted, each within the one before it. */
  #forms: readonly PDFRawStream[] = []

  /** Begins with the whole page, in points, as the clip. */
  constructor(resources: PDFDict | undefined, clip: Clip) {
    this.#resources = resources
    this.#state = { matrix: identity, style: {}, clip }
  }

  /** Follows `instructions` and adds what they paint to `marks`. */
  paint(instructions: Instruction[]): void {
    for (const { operator, operands } of instructions) {
      if (pathPoints.has(operator)) this.#extendPath(operator, operands.map(Number))
      else if (pathPainters.has(operator)) this.#paintPath(operator)
      else if (styleSetters[operator]) this.#setStyle(operator, styleSetters[operator], operands)
      else if (shorthands[operator]) this.paint(shorthands[operator](operands))
      else this.#follow(operator, operands)
    }
  }

  #follow(operator: string, operands: string[]): void {
    const { matrix } = this.#state
    if (operator === 'q') this.#saved.push(this.#state)
    else if (operator === 'Q') this.#state = this.#saved.pop() ?? this.#state
    else if (operator === 'cm') this.#state = { ...this.#state, matrix: multiply(toMatrix(operands), matrix) }
    else if (operator === 'W' || operator === 'W*') this.#clipping = true
    else if (operator === 'BT') this.#textMatrix = identity
    else if (operator === 'Tm') this.#textMatrix = toMatrix(operands)
    else if (operator === 'Td') this.#moveText(Number(operands[0]), Number(operands[1]))
    else if (operator === 'T*') this.#moveText(0, -Number(this.#state.style.leading ?? 0))
    else if (operator === 'Tj' || operator === 'TJ') this.#paintText(operands.join(''))
    else if (operator === 'Do') this.#paintObject(operands[0])
    else if (operator === 'sh') this.#mark(`shading ${this.#describe('Shading', operands[0])}`, this.#place(unit))
    else if (!paintsNothing.has(operator)) this.#mark(`${operator} ${operands.join(' ')}`, [])
  }

  #mark(kind: string, place: number[], styles: string[] = []): void {
    const style = [...styles, 'state'].map((name) => this.#state.style[name] ?? '').join(' ')
    this.marks.push({ kind: `${kind} ${style}`, place: [...place, ...this.#state.clip] })
  }

  #setStyle(operator: string, name: string, operands: string[]): void {
    const category = resourceOfStyle[name]
    const value = operands
      .map((operand) => (category && operand.startsWith('/') ? this.#describe(category, operand) : operand))
      .join(' ')
    // A colour of its own says its colour space; only `scn` needs the space that was set before.
    const space = operator.startsWith('s') || operator.startsWith('S') ? {} : { [`${name} space`]: '' }
    this.#state = { ...this.#state, style: { ...this.#state.style, ...space, [name]: value } }
  }

  #extendPath(operator: string, numbers: number[]): void {
    const [x = 0, y = 0, width = 0, height = 0] = numbers
    this.#path.segments += operator
    this.#path.points.push(...this.#place(operator === 're' ? cornersOf(x, y, x + width, y + height) : numbers))
  }

  /** Works out where points, given by x and y in turn, lie on the page. */
  #place(numbers: number[]): number[] {
    const placed: number[] = []
    for (let at = 0; at + 1 < numbers.length; at += 2)
      placed.push(...transform(this.#state.matrix, numbers[at] ?? 0, numbers[at + 1] ?? 0))
    return placed
  }

  #paintPath(operator: string): void {
    const { segments, points } = this.#path
    if (operator !== 'n')
      this.#mark(`${operator} ${segments}`, points, /[Ff]/.test(operator) ? filling : [...filling, ...stroking])
    if (this.#clipping) this.#clip(points)
    this.#clipping = false
    this.#path = { segments: '', points: [] }
  }

  #clip(points: number[]): void {
    const xs = points.filter((_, at) => at % 2 === 0)
    const ys = points.filter((_, at) => at % 2 === 1)
    const [left, bottom, right, top] = this.#state.clip
    const clip = [
      Math.max(left, Math.min(...xs)),
      Math.max(bottom, Math.min(...ys)),
      Math.min(right, Math.max(...xs)),
      Math.min(top, Math.max(...ys)),
    ] as const
    this.#state = { ...this.#state, clip }
  }

  #moveText(x: number, y: number): void {
    this.#textMatrix = multiply([1, 0, 0, 1, x, y], this.#textMatrix)
  }

  #paintText(glyphs: string): void {
    const [a, b, c, d, x, y] = multiply(this.#textMatrix, this.#state.matrix)
    this.#mark(`text ${[a, b, c, d].map((value) => value.toFixed(3)).join(' ')} ${glyphs}`, [x, y], [...filling, ...writing])
  }

  #paintObject(name: string | undefined): void {
    const object = this.#lookup('XObject', name)
    if (object instanceof PDFRawStream && object.dict.get(PDFName.of('Subtype')) === PDFName.of('Form')) this.#paintForm(object)
    else this.#mark(`image ${this.#describe('XObject', name)}`, this.#place(unit))
  }

  #paintForm(form: PDFRawStream): void {
    this.#mark(`form ${describeResource(form.dict.context, form.dict.get(PDFName.of('Group')))}`, [])
    // One that paints itself would never end.
    if (!this.#forms.includes(form)) for (const mark of this.#marksOf(form)) this.marks.push(mark)
    this.#mark('end of form', [])
  }

  /** Follows a form, which begins with the state of what paints it (ISO 32000-1, 8.10.1). */
  #marksOf(form: PDFRawStream): Mark[] {
    const { dict } = form
    const painter = new Painter(dict.lookupMaybe(PDFName.of('Resources'), PDFDict) ?? this.#resources, this.#state.clip)
    const matrix = operandsOf(dict, 'Matrix')
    painter.#forms = [...this.#forms, form]
    painter.#state = this.#state
    if (matrix.length > 0) painter.#follow('cm', matrix)
    const [left, bottom, right, top] = operandsOf(dict, 'BBox').map(Number)
    if (top !== undefined) painter.#clip(painter.#place(cornersOf(left, bottom, right, top)))
    painter.paint(readInstructions(decodeStream(form)))
    return painter.marks
  }

  #describe(category: string, name: string | undefined): string {
    const object = this.#lookup(category, name)
    return object && this.#resources ? describeResource(this.#resources.context, object) : String(name)
  }

  #lookup(category: string, name: string | undefined) {
    const resources = this.#resources?.lookupMaybe(PDFName.of(category), PDFDict)
    return name ? resources?.lookup(PDFName.of(name.slice(1))) : undefined
  }
}

function cornersOf(left = 0, bottom = 0, right = 0, top = 0): number[] {
  return [left, bottom, right, bottom, right, top, left, top]
}

/** Reads an array of numbers of a dictionary as an instruction would have them. */
function operandsOf(dictionary: PDFDict, entry: string): string[] {
  const array = dictionary.lookupMaybe(PDFName.of(entry), PDFArray)
  return Array.from({ length: array?.size() ?? 0 }, (_, index) => String(array?.lookup(index)))
}

const identity: Matrix = [1, 0, 0, 1, 0, 0]
/** Are three corners of the square that an image fills: they tell how it is turned. */
const unit = [0, 0, 1, 0, 0, 1]
