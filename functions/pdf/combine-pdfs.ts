import {
  ParseSpeeds,
  PDFArray,
  PDFContext,
  PDFDict,
  PDFDocument,
  PDFHexString,
  PDFName,
  PDFNumber,
  type PDFObject,
  PDFRef,
  PDFString,
} from '@cantoo/pdf-lib'
import { bytesOf, ObjectCopier } from './object-copier.ts'
import { PdfWriter } from './writer.ts'

/** The metadata of a combined file. */
export interface CombinedFile {
  title: string
  createdAt: Date
}

/**
 * Concatenates PDFs into one file and yields its bytes as they are written, so that memory holds one part at
 * a time. Writes objects that parts share, such as fonts, once. Keeps the structure tree (ISO 32000-1, 14.7).
 * Deterministic: equal parts give equal bytes.
 * @throws Error when a part is not a PDF.
 */
export async function* combinePdfs(parts: AsyncIterable<Uint8Array>, about: CombinedFile): AsyncGenerator<Buffer> {
  const combined = new CombinedPdf()
  for await (const part of parts) {
    combined.add(await PDFDocument.load(part, { updateMetadata: false, parseSpeed: ParseSpeeds.Fastest }))
    yield combined.takeBytes()
  }
  combined.end(about)
  yield combined.takeBytes()
}

const pagesAtNode = 64
const producer = 'Ticket Generator Service'
const name = (text: string) => PDFName.of(text)
const inheritable = ['Resources', 'MediaBox', 'CropBox', 'Rotate'].map(name)
const upwards: ReadonlySet<PDFName> = new Set([name('Parent')])

/** An inner node of the page tree, which spares readers a flat list of thousands (ISO 32000-1, 7.7.3). */
interface PageNode {
  ref: PDFRef
  pages: PDFRef[]
}

class CombinedPdf {
  readonly #context = PDFContext.create()
  readonly #writer = new PdfWriter()
  readonly #written = new Map<string, PDFRef>()
  readonly #pageTree = PDFRef.of(this.#writer.reserve())
  readonly #structure = PDFRef.of(this.#writer.reserve())
  readonly #nodes: PageNode[] = []
  readonly #elements: PDFObject[] = []
  readonly #parents: PDFObject[] = []
  readonly #roles = new Map<PDFName, PDFObject>()
  #nextParent = 0
  #language: string | undefined

  add(part: PDFDocument): void {
    const copier = new ObjectCopier({ writer: this.#writer, written: this.#written, firstParent: this.#nextParent })
    const pages = part.getPages().map(({ node, ref }) => ({ node, ref, place: PDFRef.of(this.#writer.reserve()) }))
    for (const { ref, place } of pages) copier.redirect(ref, place)
    for (const { node, place } of pages) {
      const page = copier.copyEntries(node, upwards)
      for (const entry of inheritable) {
        const value = page.has(entry) ? undefined : node.getInheritableAttribute(entry)
        if (value) page.set(entry, copier.copy(value, node))
      }
      page.set(name('Parent'), this.#nodeOf(place))
      this.#write(place, page)
    }
    const language = part.catalog.lookupMaybe(name('Lang'), PDFString, PDFHexString)?.decodeText()
    this.#addStructure(part.catalog, copier, language)
    this.#language ??= language
  }

  end({ title, createdAt }: CombinedFile): void {
    for (const { ref, pages } of this.#nodes)
      this.#write(ref, this.#context.obj({ Type: 'Pages', Parent: this.#pageTree, Count: pages.length, Kids: pages }))
    const pageCount = this.#nodes.reduce((sum, { pages }) => sum + pages.length, 0)
    const nodes = this.#nodes.map(({ ref }) => ref)
    this.#write(this.#pageTree, this.#context.obj({ Type: 'Pages', Count: pageCount, Kids: nodes }))
    this.#write(
      this.#structure,
      this.#context.obj({
        Type: 'StructTreeRoot',
        K: this.#elements,
        RoleMap: PDFDict.fromMapWithContext(this.#roles, this.#context),
        ParentTree: { Nums: this.#parents },
        ParentTreeNextKey: this.#nextParent,
      }),
    )
    const info = {
      Title: PDFHexString.fromText(title),
      Producer: PDFString.of(producer),
      CreationDate: PDFString.fromDate(createdAt),
    }
    this.#writer.end({ root: this.#add(this.#catalog()), info: this.#add(this.#context.obj(info)) })
  }

  takeBytes(): Buffer {
    return this.#writer.takeBytes()
  }

  #catalog(): PDFDict {
    const isTagged = this.#elements.length > 0
    return this.#context.obj({
      Type: 'Catalog',
      Pages: this.#pageTree,
      ViewerPreferences: { DisplayDocTitle: true },
      ...(this.#language ? { Lang: PDFString.of(this.#language) } : {}),
      ...(isTagged ? { StructTreeRoot: this.#structure, MarkInfo: { Marked: true } } : {}),
    })
  }

  #nodeOf(page: PDFRef): PDFRef {
    const last = this.#nodes.at(-1)
    const node = last && last.pages.length < pagesAtNode ? last : { ref: PDFRef.of(this.#writer.reserve()), pages: [] }
    if (node !== last) this.#nodes.push(node)
    node.pages.push(page)
    return node.ref
  }

  #addStructure(catalog: PDFDict, copier: ObjectCopier, language = ''): void {
    const entry = catalog.get(name('StructTreeRoot'))
    const root = catalog.lookupMaybe(name('StructTreeRoot'), PDFDict)
    if (!root) return
    if (entry instanceof PDFRef) copier.redirect(entry, this.#structure)
    const elements = root.lookup(name('K'))
    const kids = elements instanceof PDFArray ? elements.asArray() : [root.get(name('K'))]
    for (const kid of kids) {
      // The first part with a language sets the file's; an empty one means unknown (ISO 32000-1, 14.9.2).
      const element = root.context.lookupMaybe(kid, PDFDict)
      if (element && !element.has(name('Lang'))) element.set(name('Lang'), PDFString.of(language))
      if (kid) this.#elements.push(copier.copy(kid, root))
    }
    for (const [role, standard] of root.lookupMaybe(name('RoleMap'), PDFDict)?.entries() ?? [])
      this.#roles.set(role, copier.copy(standard, root))
    const parents = numbersOf(root.lookupMaybe(name('ParentTree'), PDFDict))
    for (const [number, value] of parents) {
      const parent = copier.copy(value, root)
      this.#parents.push(PDFNumber.of(this.#nextParent + number), parent instanceof PDFRef ? parent : copier.writeOnce(parent))
    }
    this.#nextParent += Math.max(-1, ...parents.map(([number]) => number)) + 1
  }

  #add(object: PDFObject): number {
    const number = this.#writer.reserve()
    this.#writer.write(number, bytesOf(object))
    return number
  }

  #write(place: PDFRef, object: PDFObject): void {
    this.#writer.write(place.objectNumber, bytesOf(object))
  }
}

/** Lists the entries of a number tree in order (ISO 32000-1, 7.9.7). */
function numbersOf(tree: PDFDict | undefined): [number, PDFObject][] {
  const kids = tree?.lookupMaybe(name('Kids'), PDFArray)
  if (kids) return kids.asArray().flatMap((_, index) => numbersOf(kids.lookup(index, PDFDict)))
  const pairs = tree?.lookupMaybe(name('Nums'), PDFArray)?.asArray() ?? []
  return pairs.flatMap((value, index) => {
    const number = pairs[index - 1]
    return index % 2 === 1 && number instanceof PDFNumber ? [[number.asNumber(), value]] : []
  })
}
