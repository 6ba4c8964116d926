import { PDFArray, PDFDict, type PDFDocument, PDFName, type PDFPage, PDFRawStream, PDFRef } from '@cantoo/pdf-lib'
import { decodeStream, encodeStream } from './content-stream.ts'
import { type MarkedContent, markArtifacts, readMarkedContent, showsText } from './marked-content.ts'

/** Is a page or a form that is painted on it, with the marks in its content stream. */
export interface MarkedSurface {
  page: number
  /** Names the form; a page's own surface has none. */
  form?: PDFRef
  content: MarkedContent
  /** Numbers of marks that show text. */
  texts: Set<number>
  /** Numbers of marks that the structure refers to. */
  real: Set<number>
}

/** Finds a surface by the page or form it is of. */
export type MarkedSurfaces = Map<PDFRef, MarkedSurface>

/** Reads all pages of a print, and the forms on them that carry marks of their own: what is half transparent, say. */
export function readSurfaces(source: PDFDocument): MarkedSurfaces {
  const surfaces: MarkedSurfaces = new Map()
  source.getPages().forEach((page, index) => {
    surfaces.set(page.ref, readSurface(readPage(page), { page: index }))
    addForms(page.node.Resources(), index, surfaces)
  })
  return surfaces
}

/** Writes the content streams anew, with what the structure does not refer to marked as artifacts. */
export function writeSurfaces(source: PDFDocument, surfaces: MarkedSurfaces): void {
  for (const [ref, surface] of surfaces) {
    const owner = source.context.lookup(ref)
    const dictionary = owner instanceof PDFRawStream ? owner.dict : owner
    if (!(dictionary instanceof PDFDict)) continue
    const marked = formsOf(dictionary.lookupMaybe(name('Resources'), PDFDict)).filter(({ form }) => surfaces.has(form))
    const text = markArtifacts(surface.content, surface.real, new Set(marked.map((each) => each.name)))
    if (surface.form) source.context.assign(ref, encodeStream(text, dictionary))
    else dictionary.set(name('Contents'), source.context.register(encodeStream(text, source.context.obj({}))))
  }
}

const name = PDFName.of

function readPage(page: PDFPage): string {
  const contents = page.node.Contents()
  const parts = contents instanceof PDFArray ? contents.asArray().map((part) => page.doc.context.lookup(part)) : [contents]
  return parts.map((part) => (part instanceof PDFRawStream ? decodeStream(part) : '')).join('\n')
}

function readSurface(text: string, where: Pick<MarkedSurface, 'page' | 'form'>): MarkedSurface {
  const content = readMarkedContent(text)
  const texts = new Set(content.sections.filter(showsText).map(({ number }) => number))
  return { ...where, content, texts, real: new Set() }
}

function addForms(resources: PDFDict | undefined, page: number, surfaces: MarkedSurfaces): void {
  for (const { form, stream } of formsOf(resources)) {
    if (surfaces.has(form) || !stream.dict.has(name('StructParents'))) continue
    surfaces.set(form, readSurface(decodeStream(stream), { page, form }))
    addForms(stream.dict.lookupMaybe(name('Resources'), PDFDict), page, surfaces)
  }
}

function formsOf(resources: PDFDict | undefined): { name: string; form: PDFRef; stream: PDFRawStream }[] {
  const objects = resources?.lookupMaybe(name('XObject'), PDFDict)
  return (objects?.entries() ?? []).flatMap(([key, form]) => {
    const stream = form instanceof PDFRef ? objects?.context.lookup(form) : undefined
    const isForm = stream instanceof PDFRawStream && stream.dict.get(name('Subtype')) === name('Form')
    return isForm && form instanceof PDFRef ? [{ name: key.decodeText(), form, stream }] : []
  })
}
