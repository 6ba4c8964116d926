import type { PrintFile, PrintPage } from './print-file.ts'
import { type Entries, readItems, readReference, readText } from './syntax.ts'

/** A link annotation: its object number, its page, and its URI, if it has one. */
export interface Link {
  number: number
  page: number
  entries: Entries
  target: string | undefined
}

/** Lists the links of a print, page by page. */
export function readLinks(print: PrintFile, pages: PrintPage[]): Link[] {
  return pages.flatMap(({ entries }, page) =>
    readItems(print.resolve(entries.get('/Annots'))).flatMap((annotation) => {
      const number = readReference(annotation)
      return number === undefined ? [] : [readLink(print, number, page)]
    }),
  )
}

function readLink(print: PrintFile, number: number, page: number): Link {
  const entries = print.entriesOf(number)
  const target = readText(print.resolve(print.entries(entries.get('/A')).get('/URI')))
  return { number, page, entries, target }
}
