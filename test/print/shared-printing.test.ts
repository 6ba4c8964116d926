import assert from 'node:assert/strict'
import { test } from 'node:test'
import { comparePrints } from '../../functions/print/compare/compare-shared-print.ts'
import { preparePrint } from '../../functions/print/print-once.ts'
import { openPrinter, type TicketDocument } from '../../functions/print/printer.ts'
import { fallbacks, print, printer, printOne } from '../fixtures/printer.ts'
import { drawPage, inspect, printerOptions, ticket } from '../fixtures/printing.ts'

const style = `.ticket { width: 600px; margin: 0 auto; border: 2px solid #333; padding: 20px } body > div:first-child h1 { color: teal }
  :root { --accent: #a33 } p { color: var(--accent) }`
const original = (guest: number) =>
  ticket(`<div class="ticket"><h1>Tech Conference</h1><p>Guest ${guest}</p></div>`, style, `Ticket ${guest}`)

const layouts: Record<string, (guest: number) => TicketDocument> = {
  'in the flow': original,
  'with a background': (guest) => ticket(`<p>Guest ${guest}</p>`, 'body { background: #fee; margin: 40px }'),
  'with a background behind everything': (guest) => ticket(`<p>Guest ${guest}</p>`, 'html { background: #eef }'),
  'as high as the page': (guest) =>
    ticket(`Guest ${guest}`, '@page { size: A4 } body { margin: 0; height: 100vh; background: #eef }'),
  'of its own page size': (guest) =>
    ticket(
      `<main>Guest ${guest}</main>`,
      '@page { size: 100mm 178mm; margin: 0 } body { margin: 0 } main { height: 178mm; background: #def }',
    ),
  'as high as the page, by a percentage': (guest) =>
    ticket(
      `Guest ${guest}`,
      'html, body { margin: 0; height: 100% } body { background: #efe; display: grid; place-items: center }',
    ),
  'with a gradient as high as the page': (guest) =>
    ticket(`Guest ${guest}`, 'body { margin: 0; height: 100vh; background: linear-gradient(#fff, #def) }'),
  'turned and cut': (guest) =>
    ticket(
      `<p>Guest ${guest} has a long name</p>`,
      'p { transform: rotate(9deg); border-radius: 9px; border: 1px solid; overflow: hidden; width: 100px; height: 20px; opacity: 0.5 }',
    ),
  'with a picture': (guest) =>
    ticket(
      `<p>Guest ${guest}</p><img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVQI12P8z8DAwMDAxMDAwMDAAAANHQEDasKb6QAAAABJRU5ErkJggg==" width="90">`,
    ),
  'placed absolutely': (guest) =>
    ticket(
      `<p>Guest ${guest}</p><b>${guest}</b><i>${guest}</i>`,
      '@page { size: 400px 600px } b { position: absolute; bottom: 0; right: 0 } i { position: fixed; top: 50%; left: 30px }',
    ),
}

for (const [name, layout] of Object.entries(layouts)) {
  test(`a ticket ${name} has the same pixels alone and among others`, async () => {
    const alone = await printOne(layout(3))
    const together = (await print([1, 2, 3, 4].map(layout)))[2]
    assert(together)
    assert.deepEqual([alone.pages, together.pages], [1, 1])
    assert((await drawPage(alone.pdf)).equals(await drawPage(together.pdf)))
    assert.deepEqual(fallbacks, [])
  })
}

const gradient = (colour: string) =>
  `<svg width="99" height="99"><linearGradient id="g"><stop stop-color="${colour}"/></linearGradient><rect width="99" height="99" fill="url(#g)"/></svg>`
const colours = ['gold', 'crimson', 'navy']
const colourOf = (guest: number) => colours[guest % colours.length] ?? ''

const sharing: Record<string, (guest: number) => TicketDocument> = {
  'whose gradients have one id': (guest) => ticket(gradient(colourOf(guest))),
  'of which only some have the gradient that all refer to': (guest) =>
    ticket(guest % 2 ? gradient('red') : '<svg width="99" height="99"><rect width="99" height="99" fill="url(#g)"/></svg>'),
  'whose disclosures have one name': (guest) =>
    ticket(`<details name="n" open><summary>Notes</summary>For guest ${guest}</details>`),
  'whose radio buttons have one name': (guest) => ticket(`<input type="radio" name="r" checked> Guest ${guest}`),
  'that style some bodies': (guest) => ticket(`<h1>Guest ${guest}</h1>${guest % 2 ? '<style>h1 { color: red }</style>' : ''}`),
  'some of which are printed on another page': (guest) =>
    ticket(`<h1>Guest ${guest}</h1>${guest % 2 ? '<style>@page { size: A5 landscape }</style>' : ''}`),
  'whose style asks about the root': (guest) =>
    ticket(`<p>Guest ${guest}</p>${guest % 2 ? '<b class="vip">VIP</b>' : ''}`, ':root:has(.vip) { font-size: 30px }'),
  'whose bodies have different colours': (guest) =>
    ticket(`<p>Guest ${guest}</p>`, `@page { size: A5; margin: 0 } body { margin: 0; background: ${colourOf(guest)} }`),
  'whose colours fill pages of different number': (guest) =>
    ticket(`${'<p>line</p>'.repeat(guest * 12)}`, `@page { size: A5; margin: 0 } body { margin: 0; background: #fe9 }`),
  'that count': (guest) =>
    ticket(`<p>Guest ${guest}</p><p>x</p>`, 'p { counter-increment: n } p::before { content: counter(n) }'),
  'that end where their page ends': (guest) =>
    ticket(`<div>Guest ${guest}</div>`, `@page { size: A5; margin: 0 } div { height: ${760 + guest * 7}px; border: 3px solid }`),
  'whose bodies hide what overflows them': (guest) =>
    ticket(`<p>${'Doors open at seven. '.repeat(guest * 40)}</p>`, '@page { size: A5 } body { height: 100mm; overflow: hidden }'),
  'that are as high as the paper': (guest) =>
    ticket(
      `<p>Guest ${guest}</p><i>${guest}</i>`,
      '@page { size: A5; margin: 0 } i { position: absolute; inset: 0; border: 1px solid }',
    ),
}

for (const [name, layout] of Object.entries(sharing)) {
  test(`tickets ${name} are the same to every reader as printed alone`, async () => {
    const documents = [1, 2, 3, 4, 5, 6].map(layout)
    const together = await print([...documents, ...documents.toReversed()])
    for (const [index, document] of documents.entries()) {
      const { pdf } = await printOne(document)
      assert.equal(await comparePrints(together[index]?.pdf ?? pdf, pdf), undefined)
      assert.equal(await comparePrints(together.at(-1 - index)?.pdf ?? pdf, pdf), undefined)
    }
  })
}

test('a picture that another element names gets its name from its own ticket', async () => {
  const portrait = (guest: number) =>
    ticket(
      `<svg role="img" aria-labelledby="t" width="9" height="9"><title id="t">Portrait of guest ${guest}</title><circle r="9"/></svg>`,
    )
  const printed = await print([1, 2, 3].map(portrait))
  for (const [index, { pdf }] of printed.entries()) {
    const file = (await inspect('qpdf', ['--json', '--json-key=qpdf'], pdf)).toString()
    assert.deepEqual(file.match(/Portrait of guest \d/g), [`Portrait of guest ${index + 1}`])
  }
})

for (const [name, layout] of Object.entries<(guest: number) => TicketDocument>({
  'its pixels': (guest) => ticket(`Guest ${guest}`, 'html > body { color: red }'),
  'its structure': (guest) =>
    ticket(`<i>Guest ${guest}</i><b>page</b><p>next page</p>`, 'i { position: fixed; bottom: 0 } p { break-before: page }'),
})) {
  test(`tickets whose ${name} a shared print would change are printed alone, with one notice`, async () => {
    const documents = [1, 2, 3, 4].map((guest) => ({ ...layout(guest), templateKey: name }))
    const together = await print(documents)
    assert.deepEqual(fallbacks, [`in a shared print ${name} would differ`])
    for (const [index, document] of documents.entries())
      assert.deepEqual((await printer.print([document], 20_000))[0], together[index])
    await printer.print(documents, 20_000)
    assert.equal(fallbacks.length, 1)
  })
}

for (const [reason, layout] of [
  ['its style sheet counts pages or tells them apart', (guest: number) => ticket(`${guest}`, '@page :first { margin: 9mm }')],
  [
    'its style sheet refers to elements by their id',
    (guest: number) => ticket(`<p>${guest}</p>${gradient('red')}`, 'p { clip-path: url(#c) }'),
  ],
  [
    'its style sheet selects by #g, which other elements refer to',
    (guest: number) => ticket(`${guest}${gradient('red')}`, '#g { color: red }'),
  ],
  [
    'its root is not a plain block, so that one ticket could change the width of the next',
    (guest: number) => ticket('Guest '.repeat(guest * 3), 'html { display: table } body { border: 1px solid }'),
  ],
  [
    'its root has a margin, which only the first ticket of a shared print would have',
    (guest: number) => ticket(`${guest}`, '* { margin-block: 1px }'),
  ],
  [
    'its style sheet places boxes by anchors',
    (guest: number) =>
      ticket(`<b>${guest}</b><i>y</i>`, 'b { anchor-name: --a } i { position: absolute; left: anchor(--a right) }'),
  ],
] as const) {
  test(`tickets are printed alone where ${reason}`, async () => {
    const documents = [1, 2, 3].map((guest) => ({ ...layout(guest), templateKey: reason }))
    await print(documents)
    await printer.print(documents, 20_000)
    assert.deepEqual(fallbacks, [reason])
  })
}

test('the result of a trial is reused', async () => {
  const layout = (guest: number) => ticket(`Guest ${guest}`, 'html > body { color: red } p { color: blue }')
  const [fingerprint = ''] = preparePrint([layout(1)]).fingerprints
  const tried = (isSame: boolean) => [{ fingerprint, layout: '1', isSame }]
  const fresh = openPrinter({ ...printerOptions, onFallback: ({ reason }) => fallbacks.push(reason) })
  try {
    fallbacks.length = 0
    const alone = await printOne(layout(3))
    const [, , last] = await fresh.print(
      [1, 2, 3].map((guest) => ({ ...layout(guest), compared: tried(false) })),
      20_000,
    )
    assert.deepEqual(last?.pdf, alone.pdf)
    assert.deepEqual(fallbacks, [])
  } finally {
    await fresh.close()
  }
})

test('a ticket wider than its page shrinks alone', async () => {
  const named = (name: string) => ({ ...ticket(`<h1>${name}</h1><p>Guest</p>`), templateKey: 'long names' })
  const names = ['Ada', 'Bo', 'Cy', 'Di', 'x'.repeat(200), 'Ed', 'Flo']
  const printed = await print(names.map(named))
  assert.deepEqual(fallbacks, ['it is wider than its page'])
  for (const [index, name] of names.entries())
    assert.deepEqual(
      (await drawPage((await printOne(named(name))).pdf)).equals(await drawPage(printed[index]?.pdf ?? new Uint8Array())),
      true,
      name,
    )
})

test('a ticket is measured only if its text is wider than all that had room', async () => {
  const style = `@page { size: 300px 200px; margin: 0 } body { margin: 0; font: 16px Inter }
    h1 { font-size: 20px; white-space: nowrap } p { margin: 0 }`
  const badge = (name: string, words = 'Lunch') => ({ ...ticket(`<h1>${name}</h1><p>${words}</p>`, style), templateKey: style })
  const short = ['Ada', 'Bo', 'Cy', 'Al'].map((name) => badge(name))
  for (let round = 0; round < 3; round++) await print(short)
  const [wide, high] = [badge('Wolfgang Amadeus Johannes Chrysostomus'), badge('Di', 'Lunch and dinner '.repeat(12))]
  const documents = [badge('Eva'), wide, badge('Flo'), high]
  const shared = await print(documents)
  assert.deepEqual(fallbacks, ['it is wider than its page'])
  assert.deepEqual(shared[0]?.layout, '1')
  assert.match(shared[3]?.layout ?? '', /^1:\d+\.\d$/)
  for (const [index, document] of documents.entries())
    assert.equal(await comparePrints(shared[index]?.pdf ?? Buffer.alloc(0), (await printOne(document)).pdf), undefined)
})
