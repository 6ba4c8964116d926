import assert from 'node:assert/strict'
import { inspect } from './printing.ts'

/** Reads the elements of a file's structure and their text, in order, by poppler. */
export async function readStructure(pdf: Uint8Array = new Uint8Array()): Promise<string> {
  const tree = (await inspect('pdfinfo', ['-struct-text'], pdf)).toString()
  const elements = tree.split('\n').filter((line) => line && !line.includes('/'))
  return elements
    .map((line) =>
      line
        .replace(/ \((block|inline)\)|:$| \d+ 0$/g, '')
        .replace(/:$/, '')
        .trimStart(),
    )
    .join(' ')
}

/** Asserts that nothing is painted outside of marks, and answers the numbers of those that are not artifacts. */
export function checkMarks(text: string): number[] {
  const numbers: number[] = []
  const open: string[] = []
  for (const { operator, operands } of readInstructions(text)) {
    if (operator === 'BDC' || operator === 'BMC') {
      if (operator === 'BDC' && open.length === 0) numbers.push(Number(operands[operands.indexOf('/MCID') + 1]))
      assert(open.length === 0 || /^\/(Span|ReversedChars)$/.test(String(operands[0])), 'marks stand in marks')
      open.push(String(operands[0]))
    } else if (operator === 'EMC') assert(open.pop())
    else if (/^([fFBbS]\*?|s|sh|T[jJ])$/.test(operator)) assert.notEqual(open.length, 0, `${operator} stands outside of marks`)
  }
  assert.deepEqual(open, [])
  return numbers
}

/** An instruction of a PDF content stream: its operator, and its operands as written. */
interface Instruction {
  operator: string
  operands: string[]
}

/** Reads a content stream (ISO 32000-2, 7.8.2) into its instructions. Inline images, which Chromium does not write, are not understood. */
function readInstructions(stream: string): Instruction[] {
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

const tokens =
  /\((?:\\[\s\S]|[^\\()])*\)|<<|>>|<[0-9A-Fa-f\s]*>|\/[^\s/<>[\](){}%]*|[-+.\d][-+.\deE]*|\[|\]|[A-Za-z'"][A-Za-z0-9*'"]*/g
const isOperator = /^(?!true$|false$|null$)[A-Za-z'"]/
