import type { Instruction } from './content-stream.ts'

/** Gives the instructions that one of text stands for (ISO 32000-1, 9.4.2 and 9.4.3). */
export const shorthands: Record<string, (operands: string[]) => Instruction[]> = {
  TD: ([x = '0', y = '0']) => [
    { operator: 'TL', operands: [String(-Number(y))] },
    { operator: 'Td', operands: [x, y] },
  ],
  "'": (operands) => [
    { operator: 'T*', operands: [] },
    { operator: 'Tj', operands },
  ],
  '"': ([wordSpacing = '0', spacing = '0', ...text]) => [
    { operator: 'Tw', operands: [wordSpacing] },
    { operator: 'Tc', operands: [spacing] },
    { operator: "'", operands: text },
  ],
}

/** Names the operators that make a path longer. */
export const pathPoints = new Set(['m', 'l', 'c', 'v', 'y', 're', 'h'])

/** Names the operators that paint a path, or end it. */
export const pathPainters = new Set(['n', 'f', 'F', 'f*', 'B', 'B*', 'b', 'b*', 'S', 's'])

/** Names the operators that neither paint nor change how anything is painted. */
export const paintsNothing = new Set(['ET', 'BDC', 'BMC', 'EMC', 'MP', 'DP'])

/** Gives what an operator sets of colours, lines, fonts and the like. */
export const styleSetters: Record<string, string> = {
  ...{ rg: 'fill', g: 'fill', k: 'fill', sc: 'fill', scn: 'fill', cs: 'fill space' },
  ...{ RG: 'stroke', G: 'stroke', K: 'stroke', SC: 'stroke', SCN: 'stroke', CS: 'stroke space' },
  ...{ w: 'width', J: 'cap', j: 'join', M: 'miter', d: 'dash', gs: 'state', i: 'flatness', ri: 'intent' },
  ...{ Tf: 'font', Tr: 'text mode', Tc: 'spacing', Tw: 'word spacing', Tz: 'scaling', TL: 'leading', Ts: 'rise' },
}

/** Names what of that counts for what is filled. */
export const filling = ['fill', 'fill space']

/** Names what of that counts for a line. */
export const stroking = ['stroke', 'stroke space', 'width', 'cap', 'join', 'miter', 'dash']

/** Names what of that counts for text. */
export const writing = ['font', 'text mode', 'spacing', 'word spacing', 'scaling', 'rise']

/** Gives the resources that the operand of such an operator may name one of. */
export const resourceOfStyle: Record<string, string> = {
  fill: 'Pattern',
  stroke: 'Pattern',
  'fill space': 'ColorSpace',
  'stroke space': 'ColorSpace',
  state: 'ExtGState',
  font: 'Font',
}
