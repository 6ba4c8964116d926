import assert from 'node:assert/strict'
import { test } from 'node:test'
import { comparePrints } from '../../../functions/print/compare/compare-shared-print.ts'
import { printer } from '../../fixtures/printer.ts'
import { ticket } from '../../fixtures/printing.ts'

const style = 'body { margin: 20px } p { color: #123456; border: 1px solid #888; width: 300px }'
const body = '<p>Ada Lovelace</p>'

async function print(content: string, css: string): Promise<Uint8Array> {
  const [printed] = await printer.print([ticket(content, css)], 20_000)
  return printed?.pdf ?? new Uint8Array()
}

let printing: Promise<Uint8Array> | undefined
/** Prints the ticket that the others are compared with, once. */
const original = () => (printing ??= print(body, style))

test('the same ticket printed again does not differ', async () =>
  assert.equal(await comparePrints(await original(), await print(body, style)), undefined))

for (const [name, content, css, difference] of [
  ['two pixels beside', body, style.replace('20px', '22px'), 'pixels'],
  ['of another text', '<p>Ada Lovelac3</p>', style, 'text'],
  ['of another colour', body, style.replace('123456', '123457'), 'pixels'],
  ['with a thicker line', body, style.replace('1px', '2px'), 'pixels'],
  ['in another size', body, `${style} p { font-size: 17px }`, 'pixels'],
  ['in another weight', body, `${style} p { font-weight: bold }`, 'pixels'],
  ['half transparent', body, `${style} p { opacity: 0.5 }`, 'structure'],
  ['with one mark more', `${body}<hr>`, style, 'pixels'],
  ['cut off', body, `${style} p { width: 40px; overflow: hidden; white-space: nowrap }`, 'text'],
  ['on a page more', `${body}<p style="break-before: page">`, style, 'page count'],
  ['on other paper', body, `${style} @page { size: A5 }`, 'page size'],
] as const) {
  test(`a ticket ${name} differs in ${difference}`, async () =>
    assert.equal(await comparePrints(await original(), await print(content, css)), difference))
}
