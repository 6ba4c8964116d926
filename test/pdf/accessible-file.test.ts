import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { PDFArray, PDFDocument, PDFRawStream } from '@cantoo/pdf-lib'
import { qrSvg } from '../../functions/codes/qr-code.ts'
import { compileTemplate, trustedMarkup } from '../../functions/template/compile.ts'
import { printer } from '../fixtures/printer.ts'
import { inspect, ticket } from '../fixtures/printing.ts'
import { decodeStream } from '../fixtures/raw-stream.ts'
import { checkMarks, readStructure } from '../fixtures/tags.ts'

async function print(...bodies: string[]): Promise<Buffer<ArrayBuffer>[]> {
  const printed = await printer.print(
    bodies.map((body) => ticket(body)),
    20_000,
  )
  return printed.map(({ pdf }) => Buffer.from(pdf))
}

async function printOne(body: string): Promise<Buffer<ArrayBuffer>> {
  const [pdf = Buffer.of()] = await print(body)
  return pdf
}

/** Writes a file's objects as plain text, by qpdf. */
async function readObjects(pdf: Uint8Array): Promise<string> {
  return (await inspect('qpdf', ['--qdf', '--object-streams=disable'], pdf, ['-'])).toString('latin1')
}

const body = (guest: number) => `<h1>Jazz</h1><p>Guest <strong>${guest}</strong></p><div>Gate ${guest}</div>`

for (const count of [1, 4]) {
  test(`of ${count} tickets in a print, each file has its own structure and no other’s`, async () => {
    const pdfs = await print(...Array.from({ length: count }, (_, guest) => body(guest)))
    for (const [guest, pdf] of pdfs.entries()) {
      assert.match((await inspect('pdfinfo', [], pdf)).toString(), /Tagged: +yes/)
      assert.equal(await readStructure(pdf), `Document H1 "Jazz" P "Guest " Span "${guest}" P "Gate ${guest}"`)
      assert.match((await inspect('qpdf', ['--check'], pdf)).toString(), /No syntax or stream encoding errors/)
    }
  })
}

test('tickets of several pages keep their structure, even across pages', async () => {
  const long = (guest: number) =>
    `<h1>Guest ${guest}</h1><ul><li>first</li><li style="break-before: page">second ${guest}</li></ul>`
  const pdfs = await print(long(1), body(2), long(3))
  assert.equal(await readStructure(pdfs[0]), 'Document H1 "Guest 1" L LI LBody "first" LI LBody "second 1"')
  assert.equal(await readStructure(pdfs[2]), 'Document H1 "Guest 3" L LI LBody "first" LI LBody "second 3"')
})

for (const [name, markup, expected] of [
  ['lists', '<ol><li>eins<li>zwei</ol>', 'L LI Lbl "1. " LBody "eins" LI Lbl "2. " LBody "zwei"'],
  ['lists in lists', '<ul><li>a<ul><li>b</ul></ul>', 'L LI LBody P "a" L LI LBody "b"'],
  [
    'tables',
    '<table><caption>c</caption><tr><th>x</th></tr><tr><td>1</td></tr></table>',
    'Table Caption "c" TR TH "x" TR TD "1"',
  ],
  ['emphasis alone', '<b>a</b><div>b <em>c</em></div>', 'P "a" P "b " Span "c"'],
  ['what is half transparent', '<p style="opacity: 0.5">half</p><p>full</p>', 'P "half" P "full"'],
  ['links that stay', '<p><a href="https://example.com/">w</a></p>', 'P Link "w" Object'],
  ['links that go', '<p><a href="#x">i</a></p><p id="x">x</p>', 'P Span "i" P "x"'],
  ['a figure that is not a picture', '<figure><p>p</p><figcaption>c</figcaption></figure>', 'P "p" Caption "c"'],
] as const) {
  test(`${name} keep what they are`, async () => {
    assert.equal(await readStructure(await printOne(markup)), `Document ${expected}`)
  })
}

test('everything painted is either read aloud or marked as an artifact', async () => {
  const decorated = `<div style="background: #eee; border: 1px solid"><h1>a</h1></div><hr><p style="opacity: 0.5; border: 1px solid">b</p>
    ${qrSvg('x')}<p aria-hidden="true">hidden</p><p style="border-radius: 5px; background: #def; overflow: hidden">c</p>`
  for (const pdf of await print(decorated, decorated)) {
    assert.equal(await readStructure(pdf), 'Document H1 "a" P "b" Figure "" P "c"')
    const document = await PDFDocument.load(pdf, { updateMetadata: false })
    const streams = document.context
      .enumerateIndirectObjects()
      .flatMap(([, each]) => (each instanceof PDFRawStream ? [each] : []))
    const painted = streams.map(decodeStream).filter((text) => /\b(EMC|Tj)\b/.test(text))
    assert(painted.length >= 2)
    const numbers: number[] = []
    for (const text of painted) numbers.push(...checkMarks(text))
    assert.equal(numbers.length, 4)
  }
})

test('what many tickets share is the same stream in each, marked and read like the rest', async () => {
  const terms = `<p>${'Bring this ticket. '.repeat(40)}</p>`
  const pdfs = await print(...Array.from({ length: 9 }, (_, guest) => `<h1>Guest ${guest}</h1>${terms}<hr><p>Seat ${guest}</p>`))
  const streams = await Promise.all(pdfs.map(readContents))
  for (const [guest, pdf] of pdfs.entries()) {
    assert.match(
      await readStructure(pdf),
      new RegExp(`^Document H1 "Guest ${guest}" P "(Bring this ticket. ?)+" P "Seat ${guest}"$`),
    )
    assert.match((await inspect('qpdf', ['--check'], pdf)).toString(), /No syntax or stream encoding errors/)
    assert.equal(checkMarks(streams[guest]?.map(decodeStream).join('\n') ?? '').length, 3)
    assert.equal(streams[guest]?.length, 3)
    assert.deepEqual(streams[guest]?.[1]?.contents, streams[0]?.[1]?.contents)
  }
})

/** Reads the streams of a file's first page. */
async function readContents(pdf: Uint8Array): Promise<PDFRawStream[]> {
  const { node } = (await PDFDocument.load(pdf, { updateMetadata: false })).getPage(0)
  const contents = node.Contents()
  assert(contents instanceof PDFArray)
  return contents.asArray().map((_, index) => contents.lookup(index, PDFRawStream))
}

/** Writes text as a PDF text string: UTF-16 with its mark, in hexadecimal digits. */
function hex(text: string): string {
  return `feff${Buffer.from(text, 'utf16le').swap16().toString('hex')}`
}

test('a picture has a description, and so has the QR code', async () => {
  const objects = await readObjects(await printOne(qrSvg('x')))
  assert.match(objects, new RegExp(`/Alt <${hex('QR code')}>[^]{0,99}/S /Figure`))
})

test('a link has its target as description', async () => {
  const objects = await readObjects(await printOne('<a href="https://example.com/map_(north)">map</a>'))
  assert(objects.includes(`/Contents <${hex('https://example.com/map_(north)')}>`))
})

test('a file declares the language of all its text, each ticket its own, and parts theirs', async () => {
  const pdfs = await print(
    '<div lang="fr">un<p lang="de">zwei</p></div>',
    '<div lang="ar">a</div>',
    '<p lang="fr">un</p><p>two</p>',
    '<div lang="not a language">x</div>',
  )
  const languages = await Promise.all(pdfs.map(async (pdf) => (await readObjects(pdf)).match(/\/Lang \(.*\)/g)))
  assert.deepEqual(languages, [['/Lang (fr)', '/Lang (de)'], ['/Lang (ar)'], ['/Lang (fr)'], null])
})

for (const [name, markup, claims] of [
  ['whose pictures are described', `<h1>a</h1><h2>b</h2>${qrSvg('x')}`, true],
  [
    'with a picture that is not described',
    '<img src="data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22><path d=%22M0 0h9v9%22/></svg>">',
    false,
  ],
  ['whose headings leave out a level', '<h1>a</h1><h3>b</h3>', false],
  ['with an emoji', '<h1>a 🎷</h1>', false],
  ['with Thai letters to which Chromium gives the character zero', '<h1>ไทย</h1>', false],
] as const) {
  test(`a ticket ${name} ${claims ? 'claims' : 'does not claim'} to conform to PDF/UA-1`, async () => {
    const text = (await printOne(`<div lang="en">${markup}</div>`)).toString('latin1')
    assert.equal(text.includes('<pdfuaid:part>1</pdfuaid:part>'), claims)
  })
}

test('a ticket of unknown language does not claim to conform to PDF/UA-1', async () => {
  assert.equal((await printOne('<h1>a</h1>')).includes('<pdfuaid:part>'), false)
})

test('the title is shown in the window, whatever its characters', async () => {
  const [printed] = await printer.print([{ ...ticket('x'), title: 'A & B <c> \u0001 票' }], 20_000)
  assert(printed)
  assert.match(await readObjects(printed.pdf), /\/DisplayDocTitle true/)
  assert(Buffer.from(printed.pdf).toString().includes('>A &amp; B &lt;c&gt;  票</rdf:li>'))
})

for (const name of ['classic', 'mobile', 'stub', 'festival']) {
  test(`the template ${name} is read in order, with all its words, and conforms to PDF/UA-1`, async () => {
    const folder = new URL(`../../templates/${name}/`, import.meta.url)
    const template = compileTemplate(await readFile(new URL('ticket.hbs', folder), 'utf8'))
    const sample = JSON.parse(await readFile(new URL('sample.json', folder), 'utf8'))
    const html = template.fill({ ...sample, locale: 'fr', qrCode: trustedMarkup(qrSvg('x')) })
    const [printed] = await printer.print([{ ...ticket(''), html }], 20_000)
    assert(printed)
    const structure = await readStructure(printed.pdf)
    const order = ['H1 "Tech Conference 2024"', 'H2 "John Doe"', '"Porte"', '"Rang"', '"Place"', 'Figure', 'Présentez ce code']
    // The space at the end of a line is not painted.
    const written = structure.replaceAll(' ', '')
    for (const part of order) assert(written.includes(part.replaceAll(' ', '')), `${part} is missing: ${structure}`)
    assert((await readObjects(printed.pdf)).includes('/Lang (fr)'))
    assert(Buffer.from(printed.pdf).includes('<pdfuaid:part>1</pdfuaid:part>'))
  })
}
