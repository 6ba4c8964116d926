import {
  type PDFArray,
  PDFDict,
  type PDFDocument,
  PDFHexString,
  PDFName,
  type PDFObject,
  type PDFObjectCopier,
  PDFRawStream,
  type PDFRef,
  PDFString,
} from '@cantoo/pdf-lib'
import type { MarkedSurface, MarkedSurfaces } from './marked-surfaces.ts'
import { isElement } from './structure-roles.ts'
import type { StructureElement, StructureKid } from './structure-tree.ts'

/** Says what part of a print's structure goes into a file: that of the pages `from` to before `to`. */
export interface StructurePart {
  elements: StructureElement[]
  surfaces: MarkedSurfaces
  from: number
  to: number
}

/**
 * Writes a part of a print's structure into a file that `copier` has brought the pages to: the tree with its own elements only, and the
 * way back from each mark and link to its element (ISO 32000-1, 14.7.4.4).
 */
export function writeStructure(target: PDFDocument, copier: PDFObjectCopier, part: StructurePart): void {
  new StructureWriter(target, copier, part).write()
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
  readonly #target: PDFDocument
  readonly #copier: PDFObjectCopier
  readonly #part: StructurePart
  readonly #pages: PDFRef[]
  /** Holds the entries of the parent tree: of a page or form the element of each mark, of a link its element. */
  readonly #parents: (PDFRef | PDFArray)[] = []
  readonly #elementsOfMarks = new Map<MarkedSurface, PDFArray>()

  constructor(target: PDFDocument, copier: PDFObjectCopier, part: StructurePart) {
    this.#target = target
    this.#copier = copier
    this.#part = part
    this.#pages = target.getPages().map(({ ref }) => ref)
  }

  write(): void {
    const { context, catalog } = this.#target
    for (const [source, surface] of this.#part.surfaces)
      if (this.#isHere(surface.page, surface.page)) this.#addSurface(source, surface)
    const [root, document] = [context.nextRef(), context.nextRef()]
    const kids = this.#part.elements.flatMap((element) => this.#writeKid(element, document, -1))
    context.assign(document, context.obj({ S: 'Document', P: root, K: context.obj(kids) }))
    const nums = this.#parents.flatMap((entry, index) => [index, entry])
    const tree = { Type: 'StructTreeRoot', K: document, ParentTree: { Nums: nums }, ParentTreeNextKey: this.#parents.length }
    context.assign(root, context.obj({ ...tree, RoleMap: roleMap }))
    catalog.set(PDFName.of('StructTreeRoot'), root)
    catalog.set(PDFName.of('MarkInfo'), context.obj({ Marked: true }))
  }

  #isHere(first: number, last: number): boolean {
    return first < this.#part.to && last >= this.#part.from
  }

  #addSurface(source: PDFRef, surface: MarkedSurface): void {
    const { context } = this.#target
    const owner = context.lookup(surface.form ? this.#copier.copy(source) : this.#pageOf(surface.page))
    const dictionary = owner instanceof PDFRawStream ? owner.dict : owner
    if (!(dictionary instanceof PDFDict)) return
    const elements = context.obj(Array.from({ length: Math.max(-1, ...surface.real) + 1 }, () => null))
    this.#elementsOfMarks.set(surface, elements)
    dictionary.set(key.structParents, context.obj(this.#parents.push(elements) - 1))
  }

  #pageOf(page: number): PDFRef | undefined {
    return this.#pages[page - this.#part.from]
  }

  /** Writes what of a kid is in this file, and answers what its parent's entry for it is: nothing or one. */
  #writeKid(kid: StructureKid, parent: PDFRef, page: number): PDFObject[] {
    const { context } = this.#target
    if (!this.#isHere(kid.first, kid.last)) return []
    if (isElement(kid)) return [this.#writeElement(kid, parent)]
    if ('annotation' in kid) {
      const annotation = this.#copier.copy(kid.annotation)
      context.lookup(annotation, PDFDict).set(key.structParent, context.obj(this.#parents.push(parent) - 1))
      return [context.obj({ Type: 'OBJR', Obj: annotation, Pg: this.#pageOf(kid.first) })]
    }
    const { surface, number } = kid
    this.#elementsOfMarks.get(surface)?.set(number, parent)
    if (!surface.form && surface.page === page) return [context.obj(number)]
    const stream = surface.form ? { Stm: this.#copier.copy(surface.form) } : {}
    return [context.obj({ Type: 'MCR', MCID: number, Pg: this.#pageOf(surface.page), ...stream })]
  }

  #writeElement(element: StructureElement, parent: PDFRef): PDFRef {
    const { context } = this.#target
    const ref = context.nextRef()
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
    const attributes = element.attributes.map((each) => this.#copier.copy(each))
    if (attributes.length > 0) dictionary.set(key.attributes, context.obj(attributes))
    context.assign(ref, dictionary)
    return ref
  }
}
