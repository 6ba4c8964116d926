import type { MarkedSurfaces } from './marked-surfaces.ts'
import type { PrintFile } from './print-file.ts'
import type { AnnotationLeaf, MarkedLeaf, StructureElement, StructureKid } from './structure-element.ts'
import { arrange, asBlocks } from './structure-roles.ts'
import { type Entries, readEntries, readItems, readName, readNumber, readReference, readText } from './syntax.ts'

/** The targets of a print's structure: surfaces with marked content, and the page of each link to keep. */
export interface StructureTargets {
  surfaces: MarkedSurfaces
  links: ReadonlyMap<number, number>
}

/**
 * Reads the structure tree of a print as a screen reader needs it: without meaningless layers, and with
 * loose text in paragraphs. Records in each surface's `real` the ids of the marks that are read. Links that
 * are not kept become plain text.
 */
export function readStructure(print: PrintFile, targets: StructureTargets): StructureElement[] {
  const root = print.entries(print.entriesOf(print.root).get('/StructTreeRoot'))
  const top = print.entries(root.get('/K'))
  return asBlocks(new StructureReader(print, targets).readKids(top))
}

/** Returns a language if it is an RFC 3066 tag, the only kind that PDF/UA allows. */
export function asLanguage(text: string | undefined): string | undefined {
  return text && /^[a-z]{1,8}(-[a-z0-9]{1,8})*$/i.test(text) ? text : undefined
}

class StructureReader {
  readonly #print: PrintFile
  readonly #targets: StructureTargets

  constructor(print: PrintFile, targets: StructureTargets) {
    this.#print = print
    this.#targets = targets
  }

  readKids(element: Entries, outerPage?: string): StructureKid[] {
    const page = element.get('/Pg') ?? outerPage
    return readItems(this.#print.resolve(element.get('/K'))).flatMap((item) => this.#readKid(element, page, item) ?? [])
  }

  #readKid(parent: Entries, page: string | undefined, item: string): StructureKid | undefined {
    const mark = readNumber(item)
    if (mark !== undefined) return this.#readMark(parent, page, mark)
    const kid = this.#print.entries(item)
    if (kid.has('/S')) return this.#readElement(kid, page)
    const number = readNumber(kid.get('/MCID'))
    if (number === undefined) return this.#readLink(kid)
    return this.#readMark(parent, kid.get('/Stm') ?? kid.get('/Pg') ?? page, number)
  }

  /** Keeps marks that show text, and all marks of a picture; lines and backgrounds are not read aloud. */
  #readMark(parent: Entries, on: string | undefined, number: number): MarkedLeaf | undefined {
    const surface = this.#targets.surfaces.get(readReference(on) ?? 0)
    if (!surface || !(surface.texts.has(number) || this.#isPicture(parent))) return undefined
    surface.real.add(number)
    return { surface, number, first: surface.page, last: surface.page }
  }

  #isPicture(element: Entries): boolean {
    return roleOf(element) === 'Figure' && (element.has('/Alt') || !this.#print.resolve(element.get('/K'))?.startsWith('['))
  }

  #readLink(reference: Entries): AnnotationLeaf | undefined {
    const annotation = readReference(reference.get('/Obj')) ?? 0
    const page = this.#targets.links.get(annotation)
    return page === undefined ? undefined : { annotation, first: page, last: page }
  }

  #readElement(element: Entries, page: string | undefined): StructureElement | undefined {
    const kids = this.readKids(element, page)
    if (kids.length === 0) return undefined
    const language = asLanguage(readText(this.#print.resolve(element.get('/Lang'))))
    const alt = readText(this.#print.resolve(element.get('/Alt')))
    return arrange(roleOf(element), kids, { alt, language, attributes: this.#readAttributes(element) })
  }

  /** Reads attributes, but drops those with `Headers`, since a cell's scope says the same. */
  #readAttributes(element: Entries): string[] {
    if (!element.has('/A')) return []
    const list = readItems(this.#print.resolve(element.get('/A'))).flatMap((each) => this.#print.resolve(each) ?? [])
    return list.filter((each) => each.startsWith('<<') && !readEntries(each).has('/Headers'))
  }
}

function roleOf(element: Entries): string {
  return readName(element.get('/S')) ?? ''
}
