/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import * as z from 'zod'

/** Parses the result of `measureSheets`. */
export const sheetMeasures = z.object({ wide: z.array(z.number()), ends: z.array(z.number().nullable()) })

/**
 * Measures of tickets on their sheets, by index. `wide` lists those wider than their page: Chromium scales a
 * document with one down, so none may share it. `ends` holds where each measured ticket ends, in CSS pixels
 * from the top of its first page, as if that page had no end.
 */
export type SheetMeasures = z.output<typeof sheetMeasures>

// The functions below run inside the browser: each may use nothing from outside itself.

/** Measures some sheets, in a window of a page area's size, and hides the others meanwhile. */
export function measureSheets(indices: number[]): SheetMeasures {
  const root: HTMLElement = Reflect.get(Document.prototype, 'documentElement', document)
  const sheets = Array.from(root.querySelectorAll<HTMLElement>(':scope > ticket-sheet'))
  const measured = new Set(indices)
  const others = sheets.flatMap(({ style }, index) => (measured.has(index) ? [] : { style, display: style.display }))
  for (const { style } of others) style.setProperty('display', 'none', 'important')
  const wide: number[] = []
  const ends = sheets.map((sheet, index) => {
    if (!measured.has(index)) return null
    if (sheet.scrollWidth > sheet.clientWidth) wide.push(index)
    if (sheet.scrollHeight > window.innerHeight) return sheet.scrollHeight
    const bottom = sheet.lastElementChild?.getBoundingClientRect().bottom ?? 0
    return bottom - sheet.getBoundingClientRect().top
  })
  for (const { style, display } of others) style.setProperty('display', display, display && 'important')
  return { wide, ends }
}

/** Outlines some sheets: the top and height of each box, in whole pixels, which decide page breaks. */
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
