/** Is something that a content stream paints. */
export interface PaintedThing {
  /** Is the operator that paints it; of text, `BT`. */
  operator: string
  /** Is where that stands. */
  at: number
  /** Is the text object, if it is one. */
  textObject?: string
}

/** Lists what a content stream paints, as Chromium writes it: an operator ends its line, and text objects hold nothing but text. */
export function readPaintedThings(text: string): PaintedThing[] {
  const things: PaintedThing[] = []
  for (const { 0: painted, 1: path, 2: object, index: at } of text.matchAll(painters)) {
    const operator = path ?? object
    things.push(operator === undefined ? { operator: 'BT', at, textObject: painted } : { operator, at })
  }
  return things
}

/** Finds where the painting of a thing begins: that of a path with its first point. There Chromium begins what it marks, and ends what is before. */
export function startOfPainting(text: string, { operator, at }: PaintedThing): number {
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

const painters = /^(?:BT\n[\s\S]*?^ET|([fFSsbB]\*?)|\/\S+ (Do|sh))$/gm
const pathPainter = /^[fFSsbB]\*?$/
const pathLine = /^(?:[-+.\d ]+ (?:[mlcvy]|re)|h)\n$/

function startOfLineBefore(text: string, at: number): number {
  return at < 2 ? 0 : text.lastIndexOf('\n', at - 2) + 1
}
