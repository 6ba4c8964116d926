import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPrinter } from '../../functions/print/printer.ts'
import { print, printer, printOne } from '../fixtures/printer.ts'
import { inspect, printerOptions, readText, ticket } from '../fixtures/printing.ts'

const style = `.ticket { width: 600px; margin: 0 auto; border: 2px solid #333; padding: 20px } body > div:first-child h1 { color: teal }
  :root { --accent: #a33 } p { color: var(--accent) }`
const original = (guest: number) =>
  ticket(`<div class="ticket"><h1>Tech Conference</h1><p>Guest ${guest}</p></div>`, style, `Ticket ${guest}`)

test('letters keep the positions of their font, so that words stay whole', async () => {
  const { pdf } = await printOne(ticket('<p>Dmitri Staritz, Standard</p>', 'body { font: 12pt Inter }'))
  assert.equal((await readText(pdf)).trim(), 'Dmitri Staritz, Standard')
})

test('a page has the size that its template sets', async () => {
  const sizes = { A4: '595.276 x 841.89', A5: '419.528 x 595.276', '90mm 65mm': '255.118 x 184.252', letter: '612 x 792' }
  for (const [size, points] of Object.entries(sizes)) {
    const { pdf } = await printOne(ticket('x', `@page { size: ${size}; margin: 0 }`))
    assert.match((await inspect('pdfinfo', [], pdf)).toString(), new RegExp(`Page size: +${points} pts`))
  }
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

test('tickets with different heads are printed separately, in order', async () => {
  const colored = (guest: number) => ticket(`Guest ${guest}`, guest % 2 ? 'body { color: red }' : '')
  const printed = await print([1, 2, 3, 4].map(colored))
  const texts = await Promise.all(printed.map(({ pdf }) => readText(pdf)))
  assert.deepEqual(
    texts.map((text) => text.trim()),
    ['Guest 1', 'Guest 2', 'Guest 3', 'Guest 4'],
  )
})

test('no ticket leaks into the next print', async () => {
  await print([ticket('<p style="position: fixed">secret</p>', 'body { color: red }')])
  const plain = await printOne(ticket('plain'))
  assert.equal((await readText(plain.pdf)).trim(), 'plain')
})

test('a file has its own title, the given time and the name of the service', async () => {
  const { pdf } = await printOne({ ...ticket('x'), title: 'Билет «Ω» 票' })
  const information = (await inspect('pdfinfo', [], pdf)).toString()
  assert.match(information, /Title: +Билет «Ω» 票/)
  assert.match(information, /Creator: +Ticket Generator Service/)
  assert.match(information, /CreationDate: +Wed Mar +4 05:06:07 2026/)
  assert.match(information, /ModDate: +Wed Mar +4 05:06:07 2026/)
})

test('the same tickets give the same bytes, from any browser', async () => {
  const first = await print([1, 2, 3].map(original))
  const second = await print([1, 2, 3].map(original))
  assert.deepEqual(first, second)
  for (const processes of ['multi', 'single'] as const) {
    const fresh = openPrinter({ ...printerOptions, processes })
    try {
      assert.deepEqual(await fresh.print([1, 2, 3].map(original), 20_000), first, processes)
    } finally {
      await fresh.close()
    }
  }
})

test('qpdf finds no fault in any file', async () => {
  for (const { pdf } of await print([1, 2].map(original)))
    assert.match((await inspect('qpdf', ['--check'], pdf)).toString(), /No syntax or stream encoding errors/)
})

test('links to web and mail stay; all others, and those of the print itself, are removed', async () => {
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

test('images embedded in a ticket are printed', async () => {
  const dot = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"><text y="50">drawn</text></svg>'
  const { pdf } = await printOne(ticket(`<img src="data:image/svg+xml;base64,${Buffer.from(dot).toString('base64')}">`))
  assert.match(await readText(pdf), /drawn/)
})

test('concurrent calls are queued, and each is answered', async () => {
  const printed = await Promise.all([1, 2, 3, 4, 5].map((guest) => printOne(ticket(`Guest ${guest}`))))
  const texts = await Promise.all(printed.map(({ pdf }) => readText(pdf)))
  assert.deepEqual(
    texts.map((text) => text.trim()),
    [1, 2, 3, 4, 5].map((guest) => `Guest ${guest}`),
  )
})

test('an empty print returns immediately', async () => {
  assert.deepEqual(await print([]), [])
})

test('the duration of each stage is reported', async () => {
  await print([1, 2, 3].map(original))
  for (const milliseconds of Object.values(printer.stages)) assert(milliseconds > 0)
})
