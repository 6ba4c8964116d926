import { contentTokens } from './content-tokens.ts'

/** An operation by which a content stream paints something. */
export interface PaintOperation {
  /** The operator that paints; `BT` for a text object. */
  operator: string
  /** The offset of the operator. */
  at: number
  /** The whole text object, for `BT`. */
  textObject?: string
}

/** Lists paint operations as Chromium writes them: operators end their line, text objects hold only text. */
export function readPaintOperations(text: string): PaintOperation[] {
  const operations: PaintOperation[] = []
  for (const { 0: painted, 1: path, 2: object, index: at } of text.matchAll(contentTokens.painters)) {
    const operator = path ?? object
    operations.push(operator === undefined ? { operator: 'BT', at, textObject: painted } : { operator, at })
  }
  return operations
}

/** Finds where an operation begins, as Chromium's marked content does: a path with its first point. */
export function startOfOperation(text: string, { operator, at }: PaintOperation): number {
  let start = at
  if (!pathPainter.test(operator)) return start
  for (
    let line = startOfLineBefore(text, start);
    line < start && pathLine.test(text.slice(line, start));
    line = startOfLineBefore(text, start)
  )
    start = line
  return start
}

const pathPainter = /^[fFSsbB]\*?$/
const pathLine = /^(?:[-+.\d ]+ (?:[mlcvy]|re)|h)\n$/

function startOfLineBefore(text: string, at: number): number {
  return at < 2 ? 0 : text.lastIndexOf('\n', at - 2) + 1
}
