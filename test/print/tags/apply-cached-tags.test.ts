import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PDFDocument, PDFRawStream } from '@cantoo/pdf-lib'
import { qrSvg } from '../../../functions/codes/qr-code.ts'
import { comparePrints } from '../../../functions/print/compare/compare-shared-print.ts'
import { preparePrint, printOnce, type StageTimes } from '../../../functions/print/print-once.ts'
import { SharedPrinting } from '../../../functions/print/shared-printing.ts'
import { TagCache } from '../../../functions/print/tags/tag-cache.ts'
import { printer } from '../../fixtures/printer.ts'
import { inspect, ticket } from '../../fixtures/printing.ts'
import { decodeStream } from '../../fixtures/raw-stream.ts'
import { checkMarks, readStructure } from '../../fixtures/tags.ts'

/** The result of a print: its files, which of its prints were tagged, and the length of the longest message to the browser. */
interface Outcome {
  pdfs: Uint8Array[]
  tagged: boolean[]
  markup: string
}

/** Prints tickets, print after print, with one cache, or with none. */
function printAll(prints: string[][], tagCache?: TagCache): Promise<Outcome[]> {
  return printer.use(30_000, async (browser) => {
    const outcomes: Outcome[] = []
    for (const bodies of prints) {
      const outcome: Outcome = { pdfs: [], tagged: [], markup: '' }
      const send = (method: string, parameters: { generateTaggedPDF?: boolean }) => {
        if (method === 'Page.printToPDF') outcome.tagged.push(parameters.generateTaggedPDF === true)
        return browser.session.send(method as never, parameters as never)
      }
      const call: typeof browser.call = (script, ...values) => {
        outcome.markup += JSON.stringify(values[1])
        return browser.call(script, ...values)
      }
      const stages: StageTimes = { dom: 0, print: 0, split: 0 }
      const documents = bodies.map((body) => ticket(body))
      const result = await printOnce({ ...browser, call, session: { send } as never }, preparePrint(documents), {
        stages,
        tagCache,
      })
      assert('tickets' in result)
      outcome.pdfs = result.tickets.map(({ pdf }) => pdf)
      outcomes.push(outcome)
    }
    return outcomes
  })
}

/** Prints tickets after others of their kind, and checks that each is byte for byte as if Chromium had tagged it. */
async function printAfter(before: string[], after: string[]): Promise<Outcome> {
  const [, outcome] = await printAll([before, after], new TagCache())
  const [tagged] = await printAll([after])
  assert(outcome && tagged)
  assert.equal(outcome.pdfs.length, after.length)
  for (const [index, pdf] of outcome.pdfs.entries()) {
    const expected: Uint8Array = tagged.pdfs[index] ?? new Uint8Array()
    if (outcome.tagged.length === 1) assert.deepEqual(pdf, expected)
    else await assertLooksAndReadsLike(pdf, expected)
  }
  return outcome
}

/** Compares files that were printed among others, which shows in their fonts. */
async function assertLooksAndReadsLike(pdf: Uint8Array, expected: Uint8Array): Promise<void> {
  assert.equal(await readStructure(pdf), await readStructure(expected))
  assert.equal(await comparePrints(pdf, expected), undefined)
  assert.match((await inspect('qpdf', ['--check'], pdf)).toString(), /No syntax or stream encoding errors/)
  for (const content of await readPageContents(pdf)) checkMarks(content)
}

async function readPageContents(pdf: Uint8Array): Promise<string[]> {
  const document = await PDFDocument.load(pdf, { updateMetadata: false })
  return document.getPages().map(({ node }) => {
    const contents = node.Contents()
    const streams =
      contents && 'asArray' in contents ? contents.asArray().map((_, index) => contents.lookup(index, PDFRawStream)) : []
    return streams.map(decodeStream).join('\n')
  })
}

const names = ['Ann', 'Bartholomew Featherstonehaugh-Cholmondeley of Wherever', 'John', 'O\'Neill & <Sons> "Ltd" = `x`']
const escapeMarkup = (text: string) => text.replace(/[&<>"'`=]/g, (each) => `&#x${each.charCodeAt(0).toString(16)};`)

for (const [name, body] of [
  ['headings and paragraphs', (guest: string) => `<h1>Jazz</h1><p>Guest <strong>${guest}</strong></p><div>Gate ${guest}</div>`],
  ['text that wraps as it likes', (guest: string) => `<p style="width: 90px">${guest}</p><p>${guest}</p>`],
  ['lists with numbers', (guest: string) => `<ol><li>${guest}<li>two</ol><ul><li>three</ul>`],
  ['tables', (guest: string) => `<table><caption>c</caption><tr><th>x</th></tr><tr><td>${guest}</td></tr></table>`],
  ['several pages', (guest: string) => `<h1>${guest}</h1><p style="break-before: page">second ${guest}</p>`],
  ['lines, backgrounds and what is hidden', decorate],
  ['capital letters', (guest: string) => `<p style="text-transform: uppercase; text-decoration: underline">${guest}</p><p>x</p>`],
  [
    'what is painted in another order',
    (guest: string) => `<div><p style="position: relative">first ${guest}</p><p>${guest}</p></div>`,
  ],
  ['letters of all kinds', (guest: string) => `<p>abcdefghijklmnopqrstuvwxyz 0123456789 fi ffl ${guest} 中文 Ωμέγα</p>`],
  // Only brackets change in right-to-left text: such a ticket is printed again.
  ['text from right to left', (guest: string) => `<p dir="rtl">שלום (${guest.replace(/\W/g, ' ')}) مرحبا</p>`],
  // All of the same length: the size of a code is an attribute.
  ['QR codes', (guest: string) => `<h1>${guest}</h1>${qrSvg(guest.padEnd(90, 'x').slice(0, 90))}<p>${guest}</p>`],
] as const) {
  test(`tickets with ${name} are printed untagged after others of their kind, and get the same tags`, async () => {
    const bodies = names.map((guest) => body(escapeMarkup(guest)))
    const outcome = await printAfter(bodies.slice(0, 2), bodies.slice(1))
    assert.deepEqual(outcome.tagged, [false])
  })
}

function decorate(guest: string): string {
  return `<div style="background: #eee; border: 1px solid"><h1>${guest}</h1></div><hr><p aria-hidden="true">${guest}</p>
    <p style="border-radius: 5px; background: #def; overflow: hidden">b <span style="background: #fed">${guest}</span></p>`
}

test('a QR code is on the ticket although the browser does not draw it', async () => {
  const path = / d="(M4 4h7[^"]*)"/
  const codes = ['Ann', 'Bob'].map((guest) => qrSvg(`TK1:${guest}${'x'.repeat(120)}`, undefined))
  const outcome = await printAfter(codes, codes)
  for (const [index, pdf] of outcome.pdfs.entries()) {
    assert(!outcome.markup.includes(path.exec(codes[index] ?? '')?.[1] ?? ''))
    const scanned = await inspect('pdftoppm', ['-r', '100', '-gray'], pdf)
    assert.equal(
      (await inspect('zbarimg', ['-q', '--raw'], scanned)).toString().trim(),
      `TK1:${['Ann', 'Bob'][index]}${'x'.repeat(120)}`,
    )
  }
})

test('a ticket that paints something different is printed again, and keeps its place', async () => {
  const body = (guest: string) =>
    `<h1 style="width: 9em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap">${guest}</h1><p>x</p>`
  const long = 'Wolfeschlegelsteinhausenbergerdorff'
  const outcome = await printAfter(['Ann', 'Bob'].map(body), ['Cleo', long, 'Dan'].map(body))
  assert.deepEqual(outcome.tagged, [false, true])
  assert.equal(await readStructure(outcome.pdfs[2]), 'Document H1 "Dan" P "x"')
})

for (const [name, body] of [
  ['what is half transparent', (guest: string) => `<p style="opacity: 0.5">${guest}</p>`],
  ['links that stay', (guest: string) => `<p><a href="https://example.com/">${guest}</a></p>`],
  [
    'a QR code that is drawn twice',
    (guest: string) =>
      `<p>${guest}</p>${qrSvg('x'.repeat(90)).replace('</svg>', '')}${/<path fill="#000.*/.exec(qrSvg('x'.repeat(90)))?.[0]}`,
  ],
  [
    'a picture that is described by a text',
    (guest: string) => `<p id="name">${guest}</p>${qrSvg('x').replace('aria-label="QR code"', 'aria-labelledby="name"')}`,
  ],
  ['markup that is another for each', (guest: string) => `<p title="${guest}">x</p>`],
  ['tags that cannot be told from their texts', (guest: string) => `<p title="a < b">${guest}</p>`],
] as const) {
  test(`tickets with ${name} are always printed with tags`, async () => {
    const outcome = await printAfter(['a', 'b'].map(body), ['c', 'd'].map(body))
    assert.deepEqual(outcome.tagged, [true])
  })
}

test('tickets that mostly differ from earlier ones soon stop being printed twice', async () => {
  const body = (guest: string) =>
    `<p style="width: 4em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap">${guest}</p>`
  const prints = Array.from({ length: 6 }, (_, print) => [0, 1, 2].map((index) => body(`${print}${index}${'W'.repeat(40)}`)))
  const outcomes = await printAll([['Ann', 'Bob'].map(body), ...prints], new TagCache())
  assert.deepEqual(
    outcomes.slice(0, 2).map(({ tagged }) => tagged),
    [[true], [false, true]],
  )
  assert.deepEqual(outcomes.at(-1)?.tagged, [true])
})

const seats = (guest: string, row: string, seat: string) =>
  `<p><span style="position: relative; margin-right: 9px">${guest}</span><b>${row}</b> / <i>${seat}</i></p>`
const squeezed = (guest: string) => `<div style="display: flex; width: 200px"><div style="flex: none">${guest}</div>
  <a href="https://example.com/" style="display: block; flex: 1 1 0; min-width: 0; height: 20px"></a></div>`
const described = (guest: string) =>
  `<p id="guest">${guest}</p>${qrSvg('x').replace('aria-label="QR code"', 'aria-labelledby="guest"')}`

for (const [name, before, after] of [
  [
    'texts in another order',
    [seats('Ann', '12', '34'), seats('Bob', '13', '35')],
    [seats('שלום', '12', '21'), seats('Cleo', '12', '21')],
  ],
  ['a cell of a space that does not break', [' ', ' '].map(row), ['\u00a0', ' '].map(row)],
  ['links that were too small for one before', ['W'.repeat(40), 'W'.repeat(41)].map(squeezed), ['a', 'b'].map(squeezed)],
  [
    'a picture described by a guest who is called like an attribute',
    ['guest', 'guest'].map(described),
    ['Ann', 'Bob'].map(described),
  ],
] as const) {
  test(`tickets with ${name} have their own tags`, async () => {
    const objects = (pdf: Uint8Array) => inspect('qpdf', ['--qdf', '--object-streams=disable', '--static-id'], pdf, ['-'])
    const [, outcome] = await printAll([[...before], [...after]], new TagCache())
    const [expected] = await printAll([[...after]])
    for (const [index, pdf] of expected?.pdfs.entries() ?? []) {
      const own = outcome?.pdfs[index] ?? new Uint8Array()
      assert.equal(await readStructure(own), await readStructure(pdf))
      for (const entry of [/\/Alt <.*>/g, /\/OBJR/g, /\/URI/g])
        assert.deepEqual(
          (await objects(own)).toString('latin1').match(entry),
          (await objects(pdf)).toString('latin1').match(entry),
        )
    }
  })
}

function row(text: string): string {
  return `<table><tr><th>a</th><th>b</th></tr><tr><td>Ann</td><td>${text}</td></tr></table><p>x</p>`
}

test('tickets in which nothing is read aloud are printed, each in its place', async () => {
  const clipped = 'white-space: nowrap; overflow: hidden; text-overflow: ellipsis; width: 9em'
  const silent = (text: string) => `<p aria-hidden="true" style="${clipped}">${text}</p>`
  const outcomes = await printAll(
    [
      ['', '<hr>'],
      ['<h1>Ann</h1>', silent('Bob')],
      ['<h1>Cleo</h1>', silent('W'.repeat(50)), '<h1>Dan</h1>'],
    ],
    new TagCache(),
  )
  assert.deepEqual(
    outcomes.map(({ pdfs }) => pdfs.length),
    [2, 2, 3],
  )
  const texts = await Promise.all(outcomes[2]?.pdfs.map((pdf) => inspect('pdftotext', [], pdf, ['-'])) ?? [])
  assert.match(texts.join(' '), /^Cleo\s+W+…\s+Dan\s+$/)
})

test('tickets with very many texts are not cached, which would take much memory', async () => {
  const long = (guest: string) => '<p>x</p>'.repeat(1001) + guest
  const [, outcome] = await printAll([['a', 'b'].map(long), ['c', 'd'].map(long)], new TagCache())
  assert.deepEqual(outcome?.tagged, [true])
})

test('with the tag cache off, Chromium tags every print', async () => {
  const documents = ['Ada', 'Bo', 'Cy'].map((name) => ticket(`<h1>${name}</h1>`))
  for (const tagCache of [true, false]) {
    const printing = new SharedPrinting({ tagCache })
    const tagged = await printer.use(30_000, async (browser) => {
      const requests: unknown[] = []
      const send = (method: string, parameters: { generateTaggedPDF?: boolean }) => {
        if (method === 'Page.printToPDF') requests.push(parameters.generateTaggedPDF)
        return browser.session.send(method as never, parameters as never)
      }
      const place = { browser: { ...browser, session: { send } as never }, stages: { dom: 0, print: 0, split: 0 } }
      await printing.print(place, documents)
      requests.length = 0
      await printing.print(place, documents)
      return requests
    })
    assert.deepEqual(tagged, [!tagCache])
  }
})
