import { ObjectCopier, type SharedObjects } from './object-copier.ts'
import { PrintFile } from './print-file.ts'
import { type Entries, readItems, readReference, writeEntries, writeReferences } from './syntax.ts'
import { CompactWriter, type FileInfo } from './writer.ts'

/**
 * Concatenates PDFs into one file and yields its bytes as they are written, so that memory holds one part at
 * a time. Writes objects that parts share, such as fonts, once. Keeps the structure tree (ISO 32000-1, 14.7).
 * Deterministic: equal parts give equal bytes.
 * @throws DamagedPdfError when a part is not a PDF as this service writes them.
 */
export async function* combinePdfs(parts: AsyncIterable<Uint8Array>, about: FileInfo): AsyncGenerator<Buffer> {
  const combined = new CombinedPdf()
  for await (const part of parts) {
    combined.add(new PrintFile(part))
    yield combined.writer.takeBytes()
  }
  combined.end(about)
  yield combined.writer.takeBytes()
}

const pagesPerNode = 64

class CombinedPdf {
  readonly writer = new CompactWriter()
  readonly #shared: SharedObjects = { numbers: new Map(), firstKey: 0 }
  readonly #pageTree = this.writer.reserve()
  readonly #structure = this.writer.reserve()
  /**
   * Inner nodes of the page tree, so that readers need not load a flat list of thousands (ISO 32000-1,
   * 7.7.3).
   */
  readonly #nodes: { number: number; pages: number[] }[] = []
  readonly #elements: number[] = []
  readonly #parents: string[] = []
  readonly #roles: Entries = new Map()
  #language: string | undefined

  add(part: PrintFile): void {
    const copier = new ObjectCopier(part, this.writer, this.#shared)
    const pages = part.pages()
    for (const { number } of pages) copier.redirect(number)
    for (const { number, entries } of pages) {
      const place = copier.place(number)
      this.#write(place, writeEntries(copier.translateEntries(entries, { '/Parent': `${this.#nodeOf(place)} 0 R` })))
    }
    const catalog = part.entriesOf(part.root)
    const language = catalog.get('/Lang')
    this.#language ??= language
    const structure = readReference(catalog.get('/StructTreeRoot'))
    if (structure === undefined) return
    copier.redirect(structure, this.#structure)
    this.#addStructure(part, copier, { root: part.entriesOf(structure), language })
  }

  end(info: FileInfo): void {
    for (const { number, pages } of this.#nodes)
      this.#write(number, listPages(pages, pages.length, ` /Parent ${this.#pageTree} 0 R`))
    const pageCount = this.#nodes.reduce((sum, { pages }) => sum + pages.length, 0)
    const nodes = this.#nodes.map(({ number }) => number)
    this.#write(this.#pageTree, listPages(nodes, pageCount))
    const tree = `/ParentTree <</Nums [${this.#parents.join(' ')}]>> /ParentTreeNextKey ${this.#shared.firstKey}`
    const [kids, roles] = [writeReferences(this.#elements), writeEntries(this.#roles)]
    this.#write(this.#structure, `<</Type /StructTreeRoot /K ${kids} /RoleMap ${roles} ${tree}>>`)
    this.writer.end(this.writer.add({ text: this.#writeCatalog() }), info)
  }

  #writeCatalog(): string {
    const language = this.#language ? ` /Lang ${this.#language}` : ''
    const structure = this.#elements.length > 0 ? ` /StructTreeRoot ${this.#structure} 0 R /MarkInfo <</Marked true>>` : ''
    const preferences = '/ViewerPreferences <</DisplayDocTitle true>>'
    return `<</Type /Catalog /Pages ${this.#pageTree} 0 R ${preferences}${language}${structure}>>`
  }

  #nodeOf(page: number): number {
    const last = this.#nodes.at(-1)
    const node = last && last.pages.length < pagesPerNode ? last : { number: this.writer.reserve(), pages: [] }
    if (node !== last) this.#nodes.push(node)
    node.pages.push(page)
    return node.number
  }

  #addStructure(
    part: PrintFile,
    copier: ObjectCopier,
    { root, language = '()' }: { root: Entries; language?: string | undefined },
  ) {
    for (const kid of readItems(root.get('/K'))) {
      const number = readReference(kid) ?? 0
      const [place, element] = [copier.redirect(number), part.entriesOf(number)]
      // The first part with a language sets the file's; an empty one means unknown (ISO 32000-1, 14.9.2).
      const known = element.get('/Lang') ?? language
      this.#write(place, writeEntries(copier.translateEntries(element, { '/Lang': known })))
      this.#elements.push(place)
    }
    for (const [role, standard] of part.entries(root.get('/RoleMap'))) this.#roles.set(role, standard)
    const parents = numbersOf(part, part.entries(root.get('/ParentTree')))
    for (const [number, value] of parents) {
      const translated = copier.translate(value)
      const parent = readReference(translated) ?? this.writer.add({ text: translated })
      this.#parents.push(`${this.#shared.firstKey + number} ${parent} 0 R`)
    }
    this.#shared.firstKey += Math.max(-1, ...parents.map(([number]) => number)) + 1
  }

  #write(number: number, text: string): void {
    this.writer.write(number, { text })
  }
}

function listPages(kids: number[], count: number, parent = ''): string {
  return `<</Type /Pages${parent} /Count ${count} /Kids ${writeReferences(kids)}>>`
}

/** Lists the entries of a number tree in order (ISO 32000-1, 7.9.7). */
function numbersOf(file: PrintFile, tree: Entries): [number, string][] {
  const items = readItems(tree.get('/Nums'))
  const pairs = items.flatMap((value, index): [number, string][] => (index % 2 === 1 ? [[Number(items[index - 1]), value]] : []))
  return [...readItems(tree.get('/Kids')).flatMap((kid) => numbersOf(file, file.entries(kid))), ...pairs]
}
