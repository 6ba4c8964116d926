import { readContent } from './content-stream.ts'
import { type MarkedContent, readMarkedContent, showsText } from './marked-content.ts'
import type { PrintFile, PrintPage } from './print-file.ts'
import { type Entries, readItems, readReference } from './syntax.ts'

/** A page, or a form that a page paints, with the marked content of its content stream. */
export interface MarkedSurface {
  page: number
  /** The form's object number; undefined for a page. */
  form?: number
  content: MarkedContent
  /** Names of the forms it paints that have marks of their own. */
  markedForms: Set<string>
  /** Ids of the marks that show text. */
  texts: Set<number>
  /** Ids of the marks that the structure refers to. */
  real: Set<number>
}

/** Surfaces by the object number of their page or form. */
export type MarkedSurfaces = Map<number, MarkedSurface>

/** Reads the pages of a print and the forms on them that have marks, such as translucent groups. */
export function readSurfaces(print: PrintFile, pages: PrintPage[]): MarkedSurfaces {
  const surfaces: MarkedSurfaces = new Map()
  const add = (number: number, text: string, { entries, ...where }: SurfacePlace): void => {
    const content = readMarkedContent(text)
    const texts = new Set(content.sections.filter(showsText).map((section) => section.number))
    const forms = readMarkedForms(print, entries)
    surfaces.set(number, { ...where, content, markedForms: new Set(forms.keys()), texts, real: new Set() })
    for (const form of forms.values()) {
      if (surfaces.has(form)) continue
      add(form, readContent(print.object(form)), { page: where.page, form, entries: print.entriesOf(form) })
    }
  }
  for (const [page, { number, entries }] of pages.entries()) add(number, readPageContent(print, entries), { page, entries })
  return surfaces
}

/** Reads a page's content streams as one (ISO 32000-1, 7.8.2). */
export function readPageContent(print: PrintFile, page: Entries): string {
  return readItems(page.get('/Contents'))
    .map((part) => readContent(print.object(readReference(part) ?? 0)))
    .join('\n')
}

type SurfacePlace = Pick<MarkedSurface, 'page' | 'form'> & { entries: Entries }

/** Reads the names and numbers of the forms of a page or form that have marks of their own. */
function readMarkedForms(print: PrintFile, surface: Entries): Map<string, number> {
  const objects = print.entries(print.entries(surface.get('/Resources')).get('/XObject'))
  const forms = new Map<string, number>()
  for (const [key, value] of objects) {
    const number = readReference(value)
    const entries = print.entries(value)
    if (number !== undefined && entries.get('/Subtype') === '/Form' && entries.has('/StructParents'))
      forms.set(key.slice(1), number)
  }
  return forms
}
