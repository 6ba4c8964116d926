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
      if (number === undefined) return []
      const link = print.entriesOf(number)
      return { number, page, entries: link, target: readText(print.resolve(print.entries(link.get('/A')).get('/URI'))) }
    }),
  )
}
