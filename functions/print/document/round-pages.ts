/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** A size in CSS pixels. */
export interface PageSize {
  width: number
  height: number
}

/**
 * Rounds the document's pages to whole CSS pixels: the sizes of its `@page` rules up and their margins down,
 * by less than a third of a millimetre. Chromium rounds boxes positioned on a page to whole pixels, but not
 * those in the flow; on a sheet that imitates a page, both depend on its size. Knows the sizes of CSS Paged
 * Media Module Level 3; other sizes stay as they are. Runs inside the browser.
 * @returns The paper to trim pages to, and the area inside the margins, in CSS pixels.
 */
export function roundPages(): { paper: PageSize; area: PageSize } {
  const units: Record<string, number> = { px: 1, in: 96, cm: 96 / 2.54, mm: 96 / 25.4, q: 96 / 101.6, pt: 96 / 72, pc: 16 }
  const papers: Record<string, string> = {
    a5: '148mm 210mm',
    a4: '210mm 297mm',
    a3: '297mm 420mm',
    b5: '176mm 250mm',
    b4: '250mm 353mm',
    'jis-b5': '182mm 257mm',
    'jis-b4': '257mm 364mm',
    letter: '8.5in 11in',
    legal: '8.5in 14in',
    ledger: '11in 17in',
  }
  const toPixels = (length: string): number => {
    const [, number = '', unit = ''] = /^(-?[\d.]+)([a-z]+)$/.exec(length) ?? []
    return Number(number) * (units[unit] ?? Number.NaN)
  }
  const readSize = (size: string): [width: number, height: number] => {
    const words = size.toLowerCase().split(' ')
    const turn = words.find((word) => word === 'landscape' || word === 'portrait')
    const lengths = words.filter((word) => word !== turn).flatMap((word) => papers[word]?.split(' ') ?? [word])
    const [width = Number.NaN, height = width] = lengths.map(toPixels)
    const [short, long] = [Math.min(width, height), Math.max(width, height)]
    return turn ? (turn === 'landscape' ? [long, short] : [short, long]) : [width, height]
  }
  const roundUp = (pixels: number): number => Math.ceil(pixels - 0.01)
  let [paper, margins] = [
    { width: 0, height: 0 },
    { top: 0, right: 0, bottom: 0, left: 0 },
  ]
  const round = (rules: CSSRuleList): void => {
    for (const rule of rules) {
      if (rule instanceof CSSGroupingRule && !(rule instanceof CSSPageRule)) round(rule.cssRules)
      if (!(rule instanceof CSSPageRule)) continue
      const { style } = rule
      const [width, height] = readSize(style.getPropertyValue('size'))
      if (width * height > 0) {
        paper = { width, height }
        style.setProperty('size', `${roundUp(width)}px ${roundUp(height)}px`, style.getPropertyPriority('size'))
      }
      for (const side of ['top', 'right', 'bottom', 'left'] as const) {
        const margin = Math.floor(toPixels(style.getPropertyValue(`margin-${side}`)))
        if (Number.isNaN(margin)) continue
        margins = { ...margins, [side]: margin }
        style.setProperty(`margin-${side}`, `${margin}px`, style.getPropertyPriority(`margin-${side}`))
      }
    }
  }
  for (const { cssRules } of document.styleSheets) round(cssRules)
  const area = {
    width: roundUp(paper.width) - margins.left - margins.right,
    height: roundUp(paper.height) - margins.top - margins.bottom,
  }
  return { paper, area }
}
