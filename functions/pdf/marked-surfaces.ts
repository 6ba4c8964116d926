import { type MarkedContent, readMarkedContent, showsText } from './marked-content.ts'
import { type PrintFile, type PrintObject, type PrintPage, readContent } from './print-file.ts'
import { type Entries, readEntries, readItems, readReference } from './syntax.ts'

/** Is a page or a form that is painted on it, with the marks in its content stream. */
export interface MarkedSurface {
  page: number
  /** Is the form's number in the print; a page's own surface has none. */
  form?: number
  content: MarkedContent
  /** Names what is painted on it that has marks of its own. */
  markedForms: Set<string>
  /** Numbers of marks that show text. */
  texts: Set<number>
  /** Numbers of marks that the structure refers to. */
  real: Set<number>
}

/** Finds a surface by the number of the page or form it is of. */
export type MarkedSurfaces = Map<number, MarkedSurface>

/** Reads all pages of a print, and the forms on them that carry marks of their own: what is half transparent, say. */
export function readSurfaces(print: PrintFile, pages: PrintPage[]): MarkedSurfaces {
  const surfaces: MarkedSurfaces = new Map()
  for (const [index, { number, entries }] of pages.entries()) {
    const text = readPageContent(print, entries)
    addSurface(print, surfaces, { number, resources: entries.get('/Resources'), text, where: { page: index } })
  }
  return surfaces
}

/** Reads the content stream of a page, whose parts are to be read as one (ISO 32000-1, 7.8.2). */
export function readPageContent(print: PrintFile, page: Entries): string {
  return readItems(page.get('/Contents'))
    .map((part) => readContent(print.object(readReference(part) ?? 0)))
    .join('\n')
}

interface FoundSurface {
  number: number
  resources: string | undefined
  text: string
  where: Pick<MarkedSurface, 'page' | 'form'>
}

function addSurface(print: PrintFile, surfaces: MarkedSurfaces, { number, resources, text, where }: FoundSurface): void {
  const content = readMarkedContent(text)
  const texts = new Set(content.sections.filter(showsText).map((section) => section.number))
  const forms = formsOf(print, resources)
  const markedForms = new Set(forms.map(({ name }) => name))
  surfaces.set(number, { ...where, content, markedForms, texts, real: new Set() })
  for (const form of forms) {
    if (surfaces.has(form.number)) continue
    const inner = { page: where.page, form: form.number }
    addSurface(print, surfaces, {
      number: form.number,
      resources: form.entries.get('/Resources'),
      text: readContent(form.object),
      where: inner,
    })
  }
}

/** Lists the forms that carry marks. */
function formsOf(
  print: PrintFile,
  resources: string | undefined,
): { name: string; number: number; object: PrintObject; entries: Entries }[] {
  return [...print.entries(print.entries(resources).get('/XObject'))].flatMap(([key, value]) => {
    const number = readReference(value)
    if (number === undefined) return []
    const object = print.object(number)
    const entries = readEntries(object.text)
    const isMarked = entries.get('/Subtype') === '/Form' && entries.has('/StructParents')
    return isMarked ? [{ name: key.slice(1), number, object, entries }] : []
  })
}
