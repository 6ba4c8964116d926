import { type PDFArray, PDFDict, PDFHexString, PDFName, type PDFObject, type PDFRef, PDFString } from '@cantoo/pdf-lib'
import type { MarkedSurface, MarkedSurfaces } from './marked-surfaces.ts'
import { isElement } from './structure-roles.ts'
import type { StructureElement, StructureKid } from './structure-tree.ts'
import type { TicketPdf } from './ticket-pdf.ts'

/** Says what part of a print's structure goes into a file: that of `pages`, which in the print are those `from` to before `to`. */
export interface StructurePart {
  elements: StructureElement[]
  surfaces: MarkedSurfaces
  pages: PDFRef[]
  from: number
  to: number
}

/**
 * Writes a part of a print's structure into a file: the tree with its own elements only, and the way back from each mark and link to its element
 * (ISO 32000-1, 14.7.4.4).
 * @returns what the file's catalog says of it.
 */
export function writeStructure(target: TicketPdf, part: StructurePart): Record<string, PDFObject> {
  return new StructureWriter(target, part).write()
}

// Made once: pdf-lib takes a microsecond for each name.
const key = {
  role: PDFName.of('S'),
  parent: PDFName.of('P'),
  kids: PDFName.of('K'),
  page: PDFName.of('Pg'),
  alt: PDFName.of('Alt'),
  language: PDFName.of('Lang'),
  attributes: PDFName.of('A'),
  structParents: PDFName.of('StructParents'),
  structParent: PDFName.of('StructParent'),
}

/** Maps what PDF 2.0 brought to what PDF 1.7 knows. */
const roleMap = { Strong: 'Span', Em: 'Span' }

class StructureWriter {
  readonly #target: TicketPdf
  readonly #part: StructurePart
  /** Holds the entries of the parent tree: of a page or form the element of each mark, of a link its element. */
  readonly #parents: (PDFRef | PDFArray)[] = []
  readonly #elementsOfMarks = new Map<MarkedSurface, PDFArray>()

  constructor(target: TicketPdf, part: StructurePart) {
    this.#target = target
    this.#part = part
  }

  write(): Record<string, PDFObject> {
    const { context } = this.#target
    for (const [source, surface] of this.#part.surfaces)
      if (this.#isHere(surface.page, surface.page)) this.#addSurface(source, surface)
    const [root, document] = [this.#target.nextRef(), this.#target.nextRef()]
    const kids = this.#part.elements.flatMap((element) => this.#writeKid(element, document, -1))
    this.#target.assign(document, context.obj({ S: 'Document', P: root, K: context.obj(kids) }))
    const nums = this.#parents.flatMap((entry, index) => [index, entry])
    const tree = { Type: 'StructTreeRoot', K: document, ParentTree: { Nums: nums }, ParentTreeNextKey: this.#parents.length }
    this.#target.assign(root, context.obj({ ...tree, RoleMap: roleMap }))
    return { StructTreeRoot: root, MarkInfo: context.obj({ Marked: true }) }
  }

  #isHere(first: number, last: number): boolean {
    return first < this.#part.to && last >= this.#part.from
  }

  #addSurface(source: PDFRef, surface: MarkedSurface): void {
    const { context } = this.#target
    const dictionary = this.#target.own(source)
    if (!dictionary) return
    const elements = context.obj(Array.from({ length: Math.max(-1, ...surface.real) + 1 }, () => null))
    this.#elementsOfMarks.set(surface, elements)
    dictionary.set(key.structParents, context.obj(this.#parents.push(elements) - 1))
  }

  #pageOf(page: number): PDFRef | undefined {
    return this.#part.pages[page - this.#part.from]
  }

  /** Writes what of a kid is in this file, and answers what its parent's entry for it is: nothing or one. */
  #writeKid(kid: StructureKid, parent: PDFRef, page: number): PDFObject[] {
    const { context } = this.#target
    if (!this.#isHere(kid.first, kid.last)) return []
    if (isElement(kid)) return [this.#writeElement(kid, parent)]
    if ('annotation' in kid) {
      this.#target.own(kid.annotation)?.set(key.structParent, context.obj(this.#parents.push(parent) - 1))
      return [context.obj({ Type: 'OBJR', Obj: kid.annotation, Pg: this.#pageOf(kid.first) })]
    }
    const { surface, number } = kid
    this.#elementsOfMarks.get(surface)?.set(number, parent)
    if (!surface.form && surface.page === page) return [context.obj(number)]
    const stream = surface.form ? { Stm: surface.form } : {}
    return [context.obj({ Type: 'MCR', MCID: number, Pg: this.#pageOf(surface.page), ...stream })]
  }

  #writeElement(element: StructureElement, parent: PDFRef): PDFRef {
    const { context } = this.#target
    const ref = this.#target.nextRef()
    const page = Math.max(element.first, this.#part.from)
    const kids = element.kids.flatMap((kid) => this.#writeKid(kid, ref, page))
    const dictionary = PDFDict.withContext(context)
    dictionary.set(key.role, PDFName.of(element.role))
    dictionary.set(key.parent, parent)
    const own = this.#pageOf(page)
    if (own) dictionary.set(key.page, own)
    dictionary.set(key.kids, (kids.length === 1 ? kids[0] : undefined) ?? context.obj(kids))
    if (element.alt) dictionary.set(key.alt, PDFHexString.fromText(element.alt))
    if (element.language) dictionary.set(key.language, PDFString.of(element.language))
    if (element.attributes.length > 0) dictionary.set(key.attributes, context.obj(element.attributes))
    this.#target.assign(ref, dictionary)
    return ref
  }
}
