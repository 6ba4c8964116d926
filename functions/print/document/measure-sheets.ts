/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import * as z from 'zod'

/** Shapes what `measureSheets` answers. */
export const sheetMeasures = z.object({ wide: z.array(z.number()), ends: z.array(z.number().nullable()) })

/**
 * How tickets lie on their sheets, by their indices. `wide` lists those wider than their page: Chromium prints
 * such a document smaller, so that none may share one with it. `ends` says where each that was measured ends,
 * in CSS pixels from the top of its first page, if no page were ever full.
 */
export type SheetMeasures = z.output<typeof sheetMeasures>

// The functions below run inside the browser: each may use nothing from outside itself.

/** Measures some sheets of the document, in a window as large as the area of a page, and hides the others meanwhile. */
export function measureSheets(indices: number[]): SheetMeasures {
  const root: HTMLElement = Reflect.get(Document.prototype, 'documentElement', document)
  const sheets = Array.from(root.children).filter((child) => child instanceof HTMLElement && child.localName === 'ticket-sheet')
  const displays = sheets.map((sheet) => (sheet instanceof HTMLElement ? sheet.style.display : ''))
  const hide = (sheet: Element, display: string): void => {
    if (sheet instanceof HTMLElement) sheet.style.setProperty('display', display, display && 'important')
  }
  const measured = new Set(indices)
  for (const [index, sheet] of sheets.entries()) if (!measured.has(index)) hide(sheet, 'none')
  const wide: number[] = []
  const ends = sheets.map((sheet, index) => {
    if (!measured.has(index)) return null
    if (sheet.scrollWidth > sheet.clientWidth) wide.push(index)
    if (sheet.scrollHeight > window.innerHeight) return sheet.scrollHeight
    const bottom = sheet.lastElementChild?.getBoundingClientRect().bottom ?? 0
    return bottom - sheet.getBoundingClientRect().top
  })
  for (const [index, sheet] of sheets.entries()) if (!measured.has(index)) hide(sheet, displays[index] ?? '')
  return { wide, ends }
}

/**
 * Lists for some sheets of the document where each of their boxes begins and ends, in whole CSS pixels: what
 * decides how a page is filled.
 */
export function outlineSheets(indices: number[]): string[] {
  const root: HTMLElement = Reflect.get(Document.prototype, 'documentElement', document)
  const sheets = root.querySelectorAll(':scope > ticket-sheet')
  return indices.map((index) => {
    const sheet = sheets[index]
    const top = sheet?.getBoundingClientRect().top ?? 0
    return Array.from(sheet?.querySelectorAll('*') ?? [], (element) => {
      const box = element.getBoundingClientRect()
      return `${Math.round(box.top - top)} ${Math.round(box.height)}`
    }).join()
  })
}
