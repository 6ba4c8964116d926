/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** How tickets lie on their sheets before they are printed. */
export interface SheetMeasures {
  /**
   * Indices of tickets wider than their page. Chromium prints such a document smaller, so that none may share
   * one with it.
   */
  wide: number[]
  /** Where each ticket ends, in CSS pixels from the top of its first page, if no page were ever full. */
  ends: number[]
}

// The functions below run inside the browser: each may use nothing from outside itself.

/** Measures the sheets of the document, in a window as large as the area of a page. */
export function measureSheets(): SheetMeasures {
  const root: HTMLElement = Reflect.get(Document.prototype, 'documentElement', document)
  const wide: number[] = []
  const ends = Array.from(root.querySelectorAll(':scope > ticket-sheet'), (sheet, index) => {
    if (sheet.scrollWidth > sheet.clientWidth) wide.push(index)
    if (sheet.scrollHeight > window.innerHeight) return sheet.scrollHeight
    const bottom = sheet.lastElementChild?.getBoundingClientRect().bottom ?? 0
    return bottom - sheet.getBoundingClientRect().top
  })
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
