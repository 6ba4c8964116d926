import {
  PDFArray,
  PDFDict,
  type PDFDocument,
  PDFHexString,
  PDFName,
  PDFNumber,
  type PDFObject,
  PDFRef,
  PDFString,
} from '@cantoo/pdf-lib'
import type { MarkedSurface, MarkedSurfaces } from './marked-surfaces.ts'
import { arrange, asBlocks } from './structure-roles.ts'

/** Is an element of a PDF's structure tree (ISO 32000-1, 14.7.2) that lies on the pages `first` to `last`. */
export interface StructureElement {
  role: string
  alt?: string | undefined
  language?: string | undefined
  /** Tell of lists and table cells what their role does not. */
  attributes: PDFDict[]
  kids: StructureKid[]
  first: number
  last: number
}

/** Is what an element consists of: other elements, stretches of a content stream, or a link's annotation. */
export type StructureKid = StructureElement | MarkedLeaf | AnnotationLeaf

/** Is a stretch of a page's or form's content stream. */
export interface MarkedLeaf {
  surface: MarkedSurface
  number: number
  first: number
  last: number
}

/** Is a link's annotation. */
export interface AnnotationLeaf {
  annotation: PDFRef
  first: number
  last: number
}

/** Is where a print's structure refers to: the surfaces that carry marks, and on which page each link is that stays. */
export interface StructureTargets {
  surfaces: MarkedSurfaces
  links: ReadonlyMap<PDFRef, number>
}

/**
 * Reads the structure that Chromium gave a print: only what is read aloud, without the layers that mean nothing, and text that stands in no
 * paragraph becomes one. Notes on `surfaces` which of their marks are read. Links that do not stay become plain text.
 */
export function readStructure(source: PDFDocument, targets: StructureTargets): StructureElement[] {
  const root = source.catalog.lookupMaybe(PDFName.of('StructTreeRoot'), PDFDict)
  const top = root?.lookup(key.kids)
  return top instanceof PDFDict ? asBlocks(readKids(top, undefined, targets)) : []
}

/** Passes a language on when it is a tag as RFC 3066 has it; PDF/UA allows no other. */
export function asLanguage(text: string | undefined): string | undefined {
  return text && /^[a-z]{1,8}(-[a-z0-9]{1,8})*$/i.test(text) ? text : undefined
}

// Made once: pdf-lib takes a microsecond for each name.
const key = {
  kids: PDFName.of('K'),
  page: PDFName.of('Pg'),
  role: PDFName.of('S'),
  mark: PDFName.of('MCID'),
  stream: PDFName.of('Stm'),
  object: PDFName.of('Obj'),
  alt: PDFName.of('Alt'),
  language: PDFName.of('Lang'),
  attributes: PDFName.of('A'),
  headers: PDFName.of('Headers'),
}

function readKids(element: PDFDict, outerPage: PDFObject | undefined, targets: StructureTargets): StructureKid[] {
  const kids = element.lookup(key.kids)
  const page = element.get(key.page) ?? outerPage
  const list = kids instanceof PDFArray ? Array.from({ length: kids.size() }, (_, index) => kids.lookup(index)) : [kids]
  return list.flatMap((kid) => {
    if (kid instanceof PDFNumber) return readMark(element, { on: page, number: kid.asNumber() }, targets)
    if (!(kid instanceof PDFDict)) return []
    if (kid.has(key.role)) return readElement(kid, page, targets)
    const number = kid.lookupMaybe(key.mark, PDFNumber)?.asNumber()
    if (number === undefined) return readLink(kid, targets)
    return readMark(element, { on: kid.get(key.stream) ?? kid.get(key.page) ?? page, number }, targets)
  })
}

/** Takes what shows text, and all of a picture: lines and backgrounds are not read aloud. */
function readMark(
  parent: PDFDict,
  { on, number }: { on: PDFObject | undefined; number: number },
  { surfaces }: StructureTargets,
): StructureKid[] {
  const surface = on instanceof PDFRef ? surfaces.get(on) : undefined
  if (!surface || !(surface.texts.has(number) || isPicture(parent))) return []
  surface.real.add(number)
  return [{ surface, number, first: surface.page, last: surface.page }]
}

function isPicture(element: PDFDict): boolean {
  return roleOf(element) === 'Figure' && (element.has(key.alt) || !(element.lookup(key.kids) instanceof PDFArray))
}

function readLink(reference: PDFDict, { links }: StructureTargets): StructureKid[] {
  const annotation = reference.get(key.object)
  const page = annotation instanceof PDFRef ? links.get(annotation) : undefined
  return annotation instanceof PDFRef && page !== undefined ? [{ annotation, first: page, last: page }] : []
}

function readElement(element: PDFDict, page: PDFObject | undefined, targets: StructureTargets): StructureKid[] {
  const kids = readKids(element, page, targets)
  if (kids.length === 0) return []
  const language = asLanguage(readText(element, key.language))
  const about = { alt: readText(element, key.alt), language, attributes: readAttributes(element) }
  return [arrange(roleOf(element), kids, about)]
}

function roleOf(element: PDFDict): string {
  return element.lookupMaybe(key.role, PDFName)?.decodeText() ?? ''
}

function readText(element: PDFDict, entry: PDFName): string | undefined {
  return element.lookupMaybe(entry, PDFString, PDFHexString)?.decodeText()
}

/** Reads attributes, but for those that name other cells: their scope tells the same. */
function readAttributes(element: PDFDict): PDFDict[] {
  const value = element.lookup(key.attributes)
  const list = value instanceof PDFArray ? Array.from({ length: value.size() }, (_, index) => value.lookup(index)) : [value]
  return list.flatMap((each) => (each instanceof PDFDict && !each.has(key.headers) ? [each] : []))
}
