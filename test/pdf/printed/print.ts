import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPrinter, type TicketDocument } from '../../../functions/pdf/print.ts'
import { drawPage, inspect, printerOptions, readText, ticket } from '../printing.ts'
import { fallbacks, printer } from './printer.ts'

async function print(documents: TicketDocument[]) {
  fallbacks.length = 0
  return printer.print(documents, 20_000)
}

async function printOne(document: TicketDocument) {
  const [printed] = await print([document])
  assert(printed)
  return printed
}

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

for (const [name, layout] of Object.entries<(guest: number) => TicketDocument>({
  'whose identifiers clash': (guest) =>
    ticket(
      `<svg width="99" height="99"><linearGradient id="g"><stop stop-color="${guest % 2 ? 'red' : 'blue'}"/></linearGradient><rect width="99" height="99" fill="url(#g)"/></svg>`,
    ),
  'whose style names the place of the body': (guest) => ticket(`Guest ${guest}`, 'html > body { color: red }'),
  'with something fixed on each of several pages': (guest) =>
    ticket(`<i>Guest ${guest}</i><b>page</b><p>next page</p>`, 'i { position: fixed; bottom: 0 } p { break-before: page }'),
})) {
  test(`tickets ${name} are noticed and printed one by one, with the pixels they have alone`, async () => {
    const documents = [1, 2, 3, 4].map((guest) => ({ ...layout(guest), templateKey: name }))
    const together = await print(documents)
    assert.equal(fallbacks.length, 1)
    assert.match(fallbacks[0] ?? '', /they look different when many share a print/)
    for (const [index, document] of documents.entries())
      assert.deepEqual((await printer.print([document], 20_000))[0], together[index])
    await printer.print(documents, 20_000)
    assert.equal(fallbacks.length, 1)
  })
}

test('what a trial of the template found out is believed: nothing is compared, and no reason is told', async () => {
  const layout = (guest: number, pixelTrue: boolean) => ({ ...ticket(`Guest ${guest}`, 'html > body { color: red }'), pixelTrue })
  const drawLast = async (documents: TicketDocument[]) => drawPage((await print(documents)).at(-1)?.pdf ?? new Uint8Array())
  const alone = await drawLast([layout(3, true)])
  assert((await drawLast([1, 2, 3].map((guest) => layout(guest, false)))).equals(alone))
  assert(!(await drawLast([1, 2, 3].map((guest) => layout(guest, true)))).equals(alone))
  assert.deepEqual(fallbacks, [])
})

test('tickets of several pages each get their own', async () => {
  const long = (pages: number) =>
    ticket(Array.from({ length: pages }, (_, page) => `<p style="break-before: page">Page ${page + 1} of ${pages}</p>`).join(''))
  const printed = await print([1, 3, 2, 1].map(long))
  assert.deepEqual(
    printed.map(({ pages }) => pages),
    [1, 3, 2, 1],
  )
  assert.deepEqual((await readText(printed[2]?.pdf ?? new Uint8Array())).match(/Page.*/g), ['Page 1 of 2', 'Page 2 of 2'])
})

test('tickets with different heads are printed apart, in order', async () => {
  const colored = (guest: number) => ticket(`Guest ${guest}`, guest % 2 ? 'body { color: red }' : '')
  const printed = await print([1, 2, 3, 4].map(colored))
  const texts = await Promise.all(printed.map(({ pdf }) => readText(pdf)))
  assert.deepEqual(
    texts.map((text) => text.trim()),
    ['Guest 1', 'Guest 2', 'Guest 3', 'Guest 4'],
  )
})

test('a ticket wider than its page shrinks, and no other with it', async () => {
  const named = (name: string) => ({ ...ticket(`<h1>${name}</h1><p>Guest</p>`), templateKey: 'long names' })
  const names = ['Ada', 'Bo', 'Cy', 'Di', 'x'.repeat(200), 'Ed', 'Flo']
  const printed = await print(names.map(named))
  for (const [index, name] of names.entries())
    assert.deepEqual(
      (await drawPage((await printOne(named(name))).pdf)).equals(await drawPage(printed[index]?.pdf ?? new Uint8Array())),
      true,
      name,
    )
  assert.deepEqual(fallbacks, [])
})

test('no ticket shows in the next print', async () => {
  await print([ticket('<p style="position: fixed">secret</p>', 'body { color: red }')])
  const plain = await printOne(ticket('plain'))
  assert.equal((await readText(plain.pdf)).trim(), 'plain')
})

test('a file carries its own title, the time given and our name', async () => {
  const { pdf } = await printOne({ ...ticket('x'), title: 'Билет «Ω» 票' })
  const information = (await inspect('pdfinfo', [], pdf)).toString()
  assert.match(information, /Title: +Билет «Ω» 票/)
  assert.match(information, /Creator: +Ticket Generator Service/)
  assert.match(information, /CreationDate: +Wed Mar +4 05:06:07 2026/)
  assert.match(information, /ModDate: +Wed Mar +4 05:06:07 2026/)
})

test('the same tickets give the same bytes', async () => {
  const first = await print([1, 2, 3].map(original))
  const second = await print([1, 2, 3].map(original))
  assert.deepEqual(first, second)
  const fresh = openPrinter(printerOptions)
  try {
    assert.deepEqual(await fresh.print([1, 2, 3].map(original), 20_000), first)
  } finally {
    await fresh.close()
  }
})

test('every file passes the check of qpdf', async () => {
  for (const { pdf } of await print([1, 2].map(original)))
    assert.match((await inspect('qpdf', ['--check'], pdf)).toString(), /No syntax or stream encoding errors/)
})

test('web and mail links stay alive, others and those of the print itself go', async () => {
  const body =
    '<a href="https://example.com/a?b=1">w</a> <a href="mailto:a@example.com">m</a> <a href="javascript:alert(1)">j</a> <a href="file:///etc/passwd">f</a> <a href="#x">i</a><p id="x">'
  for (const count of [1, 3]) {
    const printed = await print(Array.from({ length: count }, () => ticket(body)))
    for (const { pdf } of printed) {
      const plain = (await inspect('qpdf', ['--qdf', '--object-streams=disable'], pdf, ['-'])).toString('latin1')
      assert.deepEqual(plain.match(/(?<=\/URI \()[^)]*/g), ['https://example.com/a?b=1', 'mailto:a@example.com'])
      assert.equal(plain.match(/\/Subtype \/Link/g)?.length, 2)
    }
  }
})

test('images carried in the ticket are there', async () => {
  const dot = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"><text y="50">drawn</text></svg>'
  const { pdf } = await printOne(ticket(`<img src="data:image/svg+xml;base64,${Buffer.from(dot).toString('base64')}">`))
  assert.match(await readText(pdf), /drawn/)
})

test('calls at once are queued and all answered', async () => {
  const printed = await Promise.all([1, 2, 3, 4, 5].map((guest) => printOne(ticket(`Guest ${guest}`))))
  const texts = await Promise.all(printed.map(({ pdf }) => readText(pdf)))
  assert.deepEqual(
    texts.map((text) => text.trim()),
    [1, 2, 3, 4, 5].map((guest) => `Guest ${guest}`),
  )
})

test('nothing to print is printed at once', async () => {
  assert.deepEqual(await print([]), [])
})

test('the stages of a print are told', async () => {
  await print([1, 2, 3].map(original))
  for (const milliseconds of Object.values(printer.stages)) assert(milliseconds > 0)
})
