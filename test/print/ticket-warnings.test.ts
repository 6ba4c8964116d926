import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printer } from '../fixtures/printer.ts'
import { ticket } from '../fixtures/printing.ts'

/** Letters of a script that no font has. */
const unknown = '\u{12000}\u{12001}'

/** Prints bodies in one print and lists the warnings of each. */
async function warningsOf(bodies: string[], style = 'body { font-family: Inter, sans-serif }') {
  const documents = bodies.map((body) => ({ ...ticket(body, style), pixelTrue: true, templateKey: style }))
  return (await printer.print(documents, 20_000)).map(({ warnings }) => warnings)
}

const missing = (count: number) => [{ code: 'MISSING_GLYPHS', count }]

test('letters that no font has are counted for their own ticket', async () => {
  const bodies = ['<p>Ada</p>', `<p>Ada ${unknown}</p>`, '<p>ᏣᎳᎩ བོད་ 👩‍🚀 0000</p>', '<p>\u{E123}</p>']
  for (const round of ['tagged', 'recalled']) assert.deepEqual(await warningsOf(bodies), [[], missing(2), [], missing(1)], round)
  assert.deepEqual(await warningsOf([`<p>${unknown}</p>`]), [missing(2)])
})

test('letters that no font has are counted in bold, in translucent text, and in text that is not read aloud', async () => {
  const bodies = [
    `<b>${unknown}</b>`,
    `<p style="opacity: .5">${unknown}</p>`,
    `<p aria-hidden="true">${unknown}</p>`,
    `<p style="opacity: .5" aria-hidden="true">${unknown}</p>`,
    '<p class="after"></p>',
  ]
  const style = `.after::after { content: "${unknown}" } b { font-family: "Noto Sans Yi" }`
  assert.deepEqual(
    await warningsOf(bodies, style),
    bodies.map(() => missing(2)),
  )
})

test('hidden letters do not count as missing', async () => {
  assert.deepEqual(
    await warningsOf(['<p>a\u200b\u200d\ufe0f\u2060\u00ad\u061c\u2069b</p>', '<p>tab\tand\u00a0space\u2003x</p>']),
    [[], []],
  )
})

const clipped = (count: number) => [{ code: 'TEXT_CLIPPED', count }]
const clamped = `@page { size: 80mm 60mm; margin: 0 } body { margin: 0; font: 12pt Inter }
  h1 { width: 50mm; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
  p { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden } .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden }`
const badge = (name: string, place = 'Paris') =>
  `<h1>${name}</h1><p>${place}</p><span class="hidden">For screen readers alone</span>`
const long = 'Wolfgang Amadeus Johannes Chrysostomus'

test('text that its box clips is counted for its own ticket, in every print and however it is clipped', async () => {
  assert.deepEqual(await warningsOf([badge('Ada'), badge(long), badge('Bo'), badge(long, long.repeat(4))], clamped), [
    [],
    clipped(1),
    [],
    clipped(2),
  ])
  assert.deepEqual(await warningsOf([badge('Al'), badge('Ada')], clamped), [[], []])
  assert.deepEqual(await warningsOf([badge('Al'), badge(`${long} &amp; Söhne`), badge('勅使河原健太郎'.repeat(5))], clamped), [
    [],
    clipped(1),
    clipped(1),
  ])
  assert.deepEqual(await warningsOf([badge(`${unknown} ${long}`)], clamped), [[...missing(2), ...clipped(1)]])
})

test('text beside the page counts as clipped, and text on a second page does not', async () => {
  const style = '@page { size: A6; margin: 10mm } aside { position: absolute; left: -30mm } main { height: 300mm }'
  const bodies = ['<aside>Ada Lovelace</aside>', '<main>Ada</main><p>Lovelace</p>', '<p>Ada</p>']
  assert.deepEqual(await warningsOf(bodies, style), [clipped(1), [], []])
})
