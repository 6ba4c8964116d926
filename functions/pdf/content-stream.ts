import { deflateSync, inflateSync } from 'node:zlib'

/** Is one instruction of a PDF content stream: its operator, and its operands as written. */
export interface Instruction {
  operator: string
  operands: string[]
}

/** Reads a content stream (ISO 32000-2, 7.8.2) into its instructions. Inline images, which Chromium does not write, are not understood. */
export function readInstructions(stream: string): Instruction[] {
  const instructions: Instruction[] = []
  let operands: string[] = []
  for (const [token] of stream.matchAll(tokens)) {
    if (isOperator.test(token)) {
      instructions.push({ operator: token, operands })
      operands = []
    } else operands.push(token)
  }
  return instructions
}

/** Decompresses a content stream whose only filter is `FlateDecode` into text of one character a byte. */
export function inflateContent(bytes: Uint8Array): string {
  return inflateSync(bytes, { chunkSize: 65_536 }).toString('latin1')
}

/** Compresses text of one character a byte for the filter `FlateDecode`. */
export function deflateContent(text: string, level: number = compressions.quick): Uint8Array {
  return deflateSync(Buffer.from(text, 'latin1'), { level })
}

/** Lists the levels of compression: `quick` takes a third of the time, and gives a fifth more bytes. */
export const compressions = { quick: 1, small: 6 }

/** Is a transformation of the plane, as PDF writes it: x' = a x + c y + e, y' = b x + d y + f. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

/** Reads six operands as a matrix. */
export function toMatrix(operands: string[]): Matrix {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = operands.map(Number)
  return [a, b, c, d, e, f]
}

/** Applies first `inner`, then `outer`. */
export function multiply([a, b, c, d, e, f]: Matrix, outer: Matrix): Matrix {
  const [p, q, r, s] = outer
  return [a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, ...transform(outer, e, f)]
}

/** Moves a point. */
export function transform([a, b, c, d, e, f]: Matrix, x: number, y: number): [number, number] {
  return [a * x + c * y + e, b * x + d * y + f]
}

const tokens =
  /\((?:\\[\s\S]|[^\\()])*\)|<<|>>|<[0-9A-Fa-f\s]*>|\/[^\s/<>[\](){}%]*|[-+.\d][-+.\deE]*|\[|\]|[A-Za-z'"][A-Za-z0-9*'"]*/g
const isOperator = /^(?!true$|false$|null$)[A-Za-z'"]/
