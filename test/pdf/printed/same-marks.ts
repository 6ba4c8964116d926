import assert from 'node:assert/strict'
import { test } from 'node:test'
import { haveSameMarks } from '../../../functions/pdf/same-marks.ts'
import { ticket } from '../printing.ts'
import { printer } from './printer.ts'

const style = 'body { margin: 20px } p { color: #123456; border: 1px solid #888; width: 300px }'
const body = '<p>Ada Lovelace</p>'

async function print(content: string, css: string): Promise<Uint8Array> {
  const [printed] = await printer.print([ticket(content, css)], 20_000)
  return printed?.pdf ?? new Uint8Array()
}

const original = await print(body, style)

for (const [name, content, css] of [
  ['the same ticket', body, style],
  [
    'one that is nested differently',
    `<div style="transform: translate(20px, 0); width: 400px">${body}</div>`,
    style.replace('20px', '20px 0'),
  ],
  ['one that lies half a pixel beside', body, style.replace('20px', '20.5px')],
] as const) {
  test(`${name} has the same marks`, async () => assert.equal(await haveSameMarks(original, await print(content, css)), true))
}

for (const [name, content, css] of [
  ['two pixels beside', body, style.replace('20px', '22px')],
  ['of another text', '<p>Ada Lovelac3</p>', style],
  ['of another colour', body, style.replace('123456', '123457')],
  ['with a thicker line', body, style.replace('1px', '2px')],
  ['in another size', body, `${style} p { font-size: 17px }`],
  ['in another weight', body, `${style} p { font-weight: bold }`],
  ['half transparent', body, `${style} p { opacity: 0.5 }`],
  ['with one mark more', `${body}<hr>`, style],
  ['cut off', body, `${style} p { width: 40px; overflow: hidden; white-space: nowrap }`],
  ['on a page more', `${body}<p style="break-before: page">`, style],
  ['on other paper', body, `${style} @page { size: A5 }`],
] as const) {
  test(`a ticket ${name} has other marks`, async () =>
    assert.equal(await haveSameMarks(original, await print(content, css)), false))
}
