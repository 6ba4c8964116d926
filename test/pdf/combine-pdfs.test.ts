import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PDFArray, PDFDict, PDFDocument, PDFName, PDFRawStream, StandardFonts } from '@cantoo/pdf-lib'
import { combinePdfs } from '../../functions/pdf/combine-pdfs.ts'
import { DamagedPdfError } from '../../functions/pdf/print-file.ts'
import { printer } from '../fixtures/printer.ts'
import { drawPage, inspect, readText, ticket } from '../fixtures/printing.ts'

const about = { title: 'All tickets – Gala', createdAt: new Date('2026-03-04T05:06:07Z') }

const name = (text: string) => PDFName.of(text)

async function combine(parts: Iterable<Uint8Array>): Promise<Buffer> {
  async function* give() {
    yield* parts
  }
  const pieces: Buffer[] = []
  for await (const piece of combinePdfs(give(), about)) pieces.push(piece)
  return Buffer.concat(pieces)
}

test('parts are in order, with the pixels, text and links they have alone, and what they share is in the file once', async () => {
  const names = Array.from({ length: 70 }, (_, index) => `Guest ${index + 1}`)
  const style = '@page { size: 105mm 148mm } p { font: 20px Inter }'
  const documents = names.map((name) => ticket(`<p>${name} <a href="https://example.org/${name}">map</a>`, style))
  const parts = (await printer.print(documents, 20_000)).map(({ pdf }) => pdf)
  const combined = await combine(parts)
  await inspect('qpdf', ['--check'], combined)
  assert.deepEqual((await readText(combined)).match(/Guest \d+/g), names)
  for (const page of [1, 64, 65, 70]) {
    const part = parts[page - 1]
    assert.ok(part)
    assert.deepEqual(await drawPage(combined, page), await drawPage(part))
  }
  assert.equal(
    (await inspect('pdfinfo', ['-url', '-f', '1', '-l', '70'], combined)).toString().match(/example\.org/g)?.length,
    70,
  )
  assert.match((await inspect('pdfinfo', [], combined)).toString(), /Title: +All tickets – Gala[\s\S]*Pages: +70/)
  const alone = parts.reduce((sum, { length }) => sum + length, 0)
  assert.ok(combined.length < alone / 4, `${combined.length} bytes of ${alone}`)
})

test('a part of many pages stays together, and equal parts give equal bytes', async () => {
  const long = await printer.print([ticket('<p>one<p style="break-before: page">two')], 20_000).then(([first]) => first?.pdf)
  const short = await printer.print([ticket('<p>three')], 20_000).then(([first]) => first?.pdf)
  assert.ok(long && short)
  const combined = await combine([long, short])
  assert.deepEqual((await readText(combined)).match(/one|two|three/g), ['one', 'two', 'three'])
  assert.deepEqual(await combine([long, short]), combined)
})

test('each part keeps its language and the meaning of its roles', async () => {
  const bodies = ['<div lang="fr">un <strong>billet</strong></div>', '<div lang="de">ein Ticket</div>', '<p>one ticket</p>']
  const parts = await printer.print(
    bodies.map((body) => ticket(body)),
    20_000,
  )
  const combined = await combine(parts.map(({ pdf }) => pdf))
  const structure = (await inspect('pdfinfo', ['-struct-text'], combined)).toString()
  assert.match(structure, /Span[^\n]*\n *"billet"/)
  const { catalog } = await PDFDocument.load(combined, { updateMetadata: false })
  const root = catalog.lookup(name('StructTreeRoot'), PDFDict)
  const documents = root.lookup(name('K'), PDFArray)
  const languages = documents.asArray().map((_, index) => String(documents.lookup(index, PDFDict).get(name('Lang'))))
  assert.deepEqual(languages, ['(fr)', '(de)', '()'])
})

test('pages keep the attributes they inherit from their tree', async () => {
  const part = await PDFDocument.create()
  const page = part.addPage([200, 100])
  page.drawText('inherited', { font: await part.embedFont(StandardFonts.Helvetica) })
  await part.flush()
  const resources = page.node.get(name('Resources'))
  assert.ok(resources)
  page.node.Parent()?.set(name('Resources'), resources)
  page.node.delete(name('Resources'))
  assert.match(await readText(await combine([await part.save({ useObjectStreams: false })])), /inherited/)
})

test('each page, form and link leads to its elements', async () => {
  const body = '<p>a <a href="https://example.org">map</a></p><div style="opacity: .5"><p>faint</p></div>'
  const parts = await printer.print([ticket(body), ticket(body), ticket(body)], 20_000)
  const { context, catalog } = await PDFDocument.load(await combine(parts.map(({ pdf }) => pdf)), { updateMetadata: false })
  const tree = catalog.lookup(name('StructTreeRoot'), PDFDict).lookup(name('ParentTree'), PDFDict).lookup(name('Nums'), PDFArray)
  const parents = new Map(tree.asArray().map((key, index) => [Number(String(key)), tree.get(index + 1)]))
  const dictionaries = context
    .enumerateIndirectObjects()
    .flatMap(([, each]) => (each instanceof PDFDict ? [each] : each instanceof PDFRawStream ? [each.dict] : []))
  const roles = dictionaries.flatMap((each) => {
    const key = each.get(name('StructParents')) ?? each.get(name('StructParent'))
    if (key === undefined) return []
    const found = context.lookup(parents.get(Number(String(key))))
    const elements = found instanceof PDFArray ? found.asArray().map((element) => context.lookup(element)) : [found]
    return [elements.map((element) => element instanceof PDFDict && String(element.get(name('S')))).join(' ')]
  })
  assert.deepEqual(roles.sort(), ['/Link', '/Link', '/Link', '/P', '/P', '/P', '/P /Link', '/P /Link', '/P /Link'])
})

test('a part that is not a PDF, is truncated, or has a misplaced object is refused', async () => {
  const [printed] = await printer.print([ticket('<p>one')], 20_000)
  assert.ok(printed)
  const pdf = Buffer.from(printed.pdf)
  const moved = Buffer.from(pdf.toString('latin1').replace(/\n6 0 obj/, '\n 6 0 obj'), 'latin1')
  for (const part of [Buffer.from('hello'), pdf.subarray(0, -100), moved]) await assert.rejects(combine([part]), DamagedPdfError)
})
