import type { MarkedSurface } from './marked-surfaces.ts'
import type { ObjectCopier } from './object-copier.ts'
import type { StructureElement, StructureKid } from './structure-element.ts'
import { isElement } from './structure-roles.ts'
import { writeText } from './syntax.ts'
import type { TicketPages } from './write-pages.ts'

/** The part of a print's structure to write: these elements, as far as they are on the ticket's pages. */
export interface StructurePart extends Omit<TicketPages, 'links'> {
  elements: StructureElement[]
}

/** The catalog's entries for a structure, and the parent tree keys of pages, forms and links. */
export interface WrittenStructure {
  catalog: [key: string, value: string][]
  keys: ReadonlyMap<number, string>
}

/**
 * Writes a part of a print's structure tree into a file, and the parent tree, which maps each mark and link
 * to its element (ISO 32000-1, 14.7.4.4).
 */
export function writeStructure(target: ObjectCopier, part: StructurePart): WrittenStructure {
  return new StructureWriter(target, part).write()
}

/** Maps roles of PDF 2.0 to those of PDF 1.7. */
const roleMap = '<</Strong /Span /Em /Span>>'

class StructureWriter {
  readonly #target: ObjectCopier
  readonly #part: StructurePart
  /** The entries of the parent tree: the elements of a page's or form's marks, or the element of a link. */
  readonly #parents: (number | (number | undefined)[])[] = []
  readonly #keys = new Map<number, string>()
  readonly #elementsOfMarks = new Map<MarkedSurface, (number | undefined)[]>()

  constructor(target: ObjectCopier, part: StructurePart) {
    this.#target = target
    this.#part = part
  }

  write(): WrittenStructure {
    for (const [number, surface] of this.#part.surfaces) {
      const elements: (number | undefined)[] = []
      this.#elementsOfMarks.set(surface, elements)
      this.#addKey(number, elements)
    }
    const [root, document] = [this.#target.writer.reserve(), this.#target.writer.reserve()]
    const kids = this.#writeKids(this.#part.elements, document, -1)
    this.#target.writer.write(document, { text: `<</S /Document /P ${root} 0 R /K [${kids.join(' ')}]>>` })
    const nums = this.#parents.map((entry, index) => `${index} ${writeParents(entry)}`).join('\n')
    const tree = `/ParentTree <</Nums [${nums}]>> /ParentTreeNextKey ${this.#parents.length}`
    this.#target.writer.write(root, { text: `<</Type /StructTreeRoot /K ${document} 0 R ${tree} /RoleMap ${roleMap}>>` })
    return {
      catalog: [
        ['/StructTreeRoot', `${root} 0 R`],
        ['/MarkInfo', '<</Marked true>>'],
      ],
      keys: this.#keys,
    }
  }

  #isHere(first: number, last: number): boolean {
    return first < this.#part.to && last >= this.#part.from
  }

  #addKey(number: number, parents: number | (number | undefined)[]): void {
    this.#keys.set(number, String(this.#parents.push(parents) - 1))
  }

  #pageOf(page: number): string {
    const number = this.#isHere(page, page) ? this.#part.pages[page]?.number : undefined
    return number === undefined ? 'null' : `${this.#target.place(number)} 0 R`
  }

  /** Writes the kids that are in this file and returns their entries in `/K`. */
  #writeKids(kids: StructureKid[], parent: number, page: number): string[] {
    const written: string[] = []
    for (const kid of kids) if (this.#isHere(kid.first, kid.last)) written.push(this.#writeKid(kid, parent, page))
    return written
  }

  #writeKid(kid: StructureKid, parent: number, page: number): string {
    if (isElement(kid)) return `${this.#writeElement(kid, parent)} 0 R`
    if ('annotation' in kid) {
      this.#addKey(kid.annotation, parent)
      return `<</Type /OBJR /Obj ${this.#target.place(kid.annotation)} 0 R /Pg ${this.#pageOf(kid.first)}>>`
    }
    const { surface, number } = kid
    const elements = this.#elementsOfMarks.get(surface)
    if (elements) elements[number] = parent
    if (surface.form === undefined && surface.page === page) return String(number)
    const stream = surface.form === undefined ? '' : ` /Stm ${this.#target.place(surface.form)} 0 R`
    return `<</Type /MCR /MCID ${number} /Pg ${this.#pageOf(surface.page)}${stream}>>`
  }

  #writeElement({ role, alt, language, attributes, kids, first }: StructureElement, parent: number): number {
    const number = this.#target.writer.reserve()
    const page = Math.max(first, this.#part.from)
    const written = this.#writeKids(kids, number, page)
    let text = `<</S /${role} /P ${parent} 0 R /Pg ${this.#pageOf(page)}`
    text += written.length === 1 ? ` /K ${written[0]}` : ` /K [${written.join(' ')}]`
    if (alt) text += ` /Alt ${writeText(alt)}`
    if (language) text += ` /Lang (${language})`
    if (attributes.length > 0) text += ` /A [${this.#target.translate(attributes.join(' '))}]`
    this.#target.writer.write(number, { text: `${text}>>` })
    return number
  }
}

function writeParents(entry: number | (number | undefined)[]): string {
  if (typeof entry === 'number') return `${entry} 0 R`
  return `[${Array.from(entry, (each) => (each === undefined ? 'null' : `${each} 0 R`)).join(' ')}]`
}
