import { type PrintObject, readContent } from './content-stream.ts'
import { type MarkedContent, readMarkedContent, showsText } from './marked-content.ts'
import type { PrintFile, PrintPage } from './print-file.ts'
import { type Entries, readEntries, readItems, readReference } from './syntax.ts'

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
  for (const [index, { number, entries }] of pages.entries()) {
    const text = readPageContent(print, entries)
    addSurface(print, surfaces, { number, resources: entries.get('/Resources'), text, where: { page: index } })
  }
  return surfaces
}

/** Reads a page's content streams as one (ISO 32000-1, 7.8.2). */
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

/** Lists the forms that have marks of their own. */
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
