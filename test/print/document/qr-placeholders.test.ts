import assert from 'node:assert/strict'
import { test } from 'node:test'
import { qrSvg } from '../../../functions/codes/qr-code.ts'
import { insertPlaceholders, restoreQrCodes } from '../../../functions/print/document/qr-placeholders.ts'
import { shareMarkup } from '../../../functions/print/document/shared-markup.ts'

const code = (text: string) => `<h1>x</h1>${qrSvg(text.repeat(60))}<p>y</p>`

test('each ticket gets its own codes in place of the placeholders', () => {
  const { markup, placeholders } = insertPlaceholders(shareMarkup([code('a'), code('b'), code('a') + code('c')]))
  assert.deepEqual(
    placeholders.map((own) => own.length),
    [1, 1, 2],
  )
  assert(markup.pieces.every((piece) => piece.length < 300))
  const [one, other] = placeholders[2] ?? []
  assert(one && other)
  assert.notEqual(one.placeholder, other.placeholder)
  assert.match(one.outlines, /^4 4 m\n11 4 l\n(\d+ \d+ [ml]\n|h\n)+$/)
  const contents = [`q\n${one.placeholder}f\nQ\n`, `${other.placeholder}f\n`]
  assert.deepEqual(restoreQrCodes(contents, [one, other]), [`q\n${one.outlines}f\nQ\n`, `${other.outlines}f\n`])
})

test('a placeholder has the bounds of its code, and is unique', () => {
  const first = insertPlaceholders(shareMarkup([code('a')]))
  const second = insertPlaceholders(shareMarkup([code('a')]))
  assert.notEqual(first.placeholders[0]?.[0]?.placeholder, second.placeholders[0]?.[0]?.placeholder)
  const numbers = (path = '') => path.match(/\d+/g)?.map(Number) ?? []
  const { placeholder, outlines } = first.placeholders[0]?.[0] ?? {}
  assert.equal(Math.min(...numbers(placeholder)), Math.min(...numbers(outlines)))
  assert.equal(Math.max(...numbers(placeholder)), Math.max(...numbers(outlines)))
})

test('codes are restored only where each placeholder occurs once', () => {
  const [[path] = []] = insertPlaceholders(shareMarkup([code('a')])).placeholders
  assert(path)
  assert.equal(restoreQrCodes(['q\nQ\n'], [path]), undefined)
  assert.equal(restoreQrCodes([path.placeholder, path.placeholder], [path]), undefined)
  assert.equal(restoreQrCodes([path.placeholder + path.placeholder], [path]), undefined)
})

for (const [name, d] of [
  ['is short', 'M0 0h9v9h-9v-9z'],
  ['has curves', `M0 0${'c1 1 2 2 3 3'.repeat(60)}z`],
  ['has fractions', `M0 0${'h1.5v1.5'.repeat(90)}z`],
  ['leaves the positive', `M0 0${'h-1v1'.repeat(120)}z`],
  ['goes on from where it began', `${'M0 0h9v9h-9v-9z'.repeat(60)}h9v9z`],
  ['parts numbers by their signs', `M9-0${'h1v1'.repeat(120)}z`],
  ['lacks a number', `M0 0${'h1v1'.repeat(120)}hv5z`],
  ['is not closed', `M0 0${'h1v1'.repeat(120)}`],
  ['has no height', `M0 0${'h1h-1'.repeat(120)}z`],
] as const) {
  test(`a path that ${name} stays where it is`, () => {
    const markup = shareMarkup([`<svg><path fill="#000000" d="${d}"/></svg>`])
    const { markup: kept, placeholders } = insertPlaceholders(markup)
    assert.deepEqual([kept, placeholders], [markup, [[]]])
  })
}
