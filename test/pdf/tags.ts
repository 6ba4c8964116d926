import assert from 'node:assert/strict'
import { readInstructions } from '../../functions/pdf/content-stream.ts'
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
