import { PDFDict, PDFName, PDFRawStream } from '@cantoo/pdf-lib'
import { decodeStream, type Instruction, type Matrix, multiply, readInstructions, toMatrix, transform } from './content-stream.ts'
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

  /** Begins with the whole page, in points, as the clip. */
  constructor(resources: PDFDict | undefined, clip: Clip, matrix: Matrix = identity) {
    this.#resources = resources
    this.#state = { matrix, style: {}, clip }
  }

  /** Follows `instructions` and adds what they paint to `marks`. */
  paint(instructions: Instruction[]): void {
    for (const { operator, operands } of instructions) {
      if (pathPoints.has(operator)) this.#extendPath(operator, operands.map(Number))
      else if (pathPainters.has(operator)) this.#paintPath(operator)
      else if (styleSetters[operator]) this.#setStyle(operator, styleSetters[operator], operands)
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
    else if (operator === 'Td')
      this.#textMatrix = multiply([1, 0, 0, 1, Number(operands[0]), Number(operands[1])], this.#textMatrix)
    else if (operator === 'Tj' || operator === 'TJ') this.#paintText(operands.join(''))
    else if (operator === 'Do') this.#paintObject(operands[0])
    else if (operator === 'sh') this.#mark(`shading ${this.#describe('Shading', operands[0])}`, [])
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
    const corners = operator === 're' ? [x, y, x + width, y, x + width, y + height, x, y + height] : numbers
    this.#path.segments += operator
    for (let at = 0; at + 1 < corners.length; at += 2)
      this.#path.points.push(...transform(this.#state.matrix, corners[at] ?? 0, corners[at + 1] ?? 0))
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

  #paintText(glyphs: string): void {
    const [a, b, c, d, x, y] = multiply(this.#textMatrix, this.#state.matrix)
    this.#mark(`text ${[a, b, c, d].map((value) => value.toFixed(3)).join(' ')} ${glyphs}`, [x, y], [...filling, ...writing])
  }

  #paintObject(name: string | undefined): void {
    const object = this.#lookup('XObject', name)
    const { matrix } = this.#state
    if (object instanceof PDFRawStream && object.dict.get(PDFName.of('Subtype')) === PDFName.of('Form')) this.#paintForm(object)
    else this.#mark(`image ${this.#describe('XObject', name)}`, [...transform(matrix, 0, 0), ...transform(matrix, 1, 1)])
  }

  #paintForm(form: PDFRawStream): void {
    const matrix = describeResource(form.dict.context, form.dict.get(PDFName.of('Matrix')))
      .replace(/[[\]?]/g, '')
      .trim()
    const own = form.dict.lookupMaybe(PDFName.of('Resources'), PDFDict) ?? this.#resources
    const painter = new Painter(
      own,
      this.#state.clip,
      matrix ? multiply(toMatrix(matrix.split(' ')), this.#state.matrix) : this.#state.matrix,
    )
    painter.paint(readInstructions(decodeStream(form)))
    this.#mark(`form ${describeResource(form.dict.context, form.dict.get(PDFName.of('Group')))}`, [])
    this.marks.push(...painter.marks)
    this.#mark('end of form', [])
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

const identity: Matrix = [1, 0, 0, 1, 0, 0]
const pathPoints = new Set(['m', 'l', 'c', 'v', 'y', 're', 'h'])
const pathPainters = new Set(['n', 'f', 'F', 'f*', 'B', 'B*', 'b', 'b*', 'S', 's'])
const paintsNothing = new Set(['ET', 'BDC', 'BMC', 'EMC', 'MP', 'DP'])
const styleSetters: Record<string, string> = {
  ...{ rg: 'fill', g: 'fill', k: 'fill', sc: 'fill', scn: 'fill', cs: 'fill space' },
  ...{ RG: 'stroke', G: 'stroke', K: 'stroke', SC: 'stroke', SCN: 'stroke', CS: 'stroke space' },
  ...{ w: 'width', J: 'cap', j: 'join', M: 'miter', d: 'dash', gs: 'state', i: 'flatness', ri: 'intent' },
  ...{ Tf: 'font', Tr: 'text mode', Tc: 'spacing', Tw: 'word spacing', Tz: 'scaling', TL: 'leading', Ts: 'rise' },
}
const filling = ['fill', 'fill space']
const stroking = ['stroke', 'stroke space', 'width', 'cap', 'join', 'miter', 'dash']
const writing = ['font', 'text mode', 'spacing', 'word spacing', 'scaling', 'rise']
const resourceOfStyle: Record<string, string> = {
  fill: 'Pattern',
  stroke: 'Pattern',
  'fill space': 'ColorSpace',
  'stroke space': 'ColorSpace',
  state: 'ExtGState',
  font: 'Font',
}
