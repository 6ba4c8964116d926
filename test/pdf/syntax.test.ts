import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PDFHexString, PDFString } from '@cantoo/pdf-lib'
import {
  readEntries,
  readItems,
  readName,
  readNumber,
  readReference,
  readText,
  rewriteReferences,
  writeDate,
  writeEntries,
  writeText,
} from '../../functions/pdf/syntax.ts'

test('a dictionary has each value as written', () => {
  const written =
    '<</S /P/Pg 2 0 R\n/K[1 <</MCID 2/A [3]>> 4 0 R]/E()/Alt (a \\) >> /X 5 0 R \\\\)/H <FEFF>/D <</N<</M/Z>>>>/N -1.5 >>'
  assert.deepEqual(Object.fromEntries(readEntries(written)), {
    '/S': '/P',
    '/Pg': '2 0 R',
    '/K': '[1 <</MCID 2/A [3]>> 4 0 R]',
    '/E': '()',
    '/Alt': '(a \\) >> /X 5 0 R \\\\)',
    '/H': '<FEFF>',
    '/D': '<</N<</M/Z>>>>',
    '/N': '-1.5',
  })
  assert.deepEqual(readEntries(writeEntries(readEntries(written))), readEntries(written))
})

test('an array has each item as written, and any other value is the only item', () => {
  assert.deepEqual(readItems('[1 0 R (a ] b)[2]/N<</K [3]>>null 4 0 R]'), [
    '1 0 R',
    '(a ] b)',
    '[2]',
    '/N',
    '<</K [3]>>',
    'null',
    '4 0 R',
  ])
  assert.deepEqual(readItems('[]'), [])
  assert.deepEqual(readItems('5 0 R'), ['5 0 R'])
  assert.deepEqual(readItems(undefined), [])
})

test('truncated syntax ends instead of looping forever', () => {
  for (const broken of ['<<', '<</A <12>>', '<</A (b>>', '[<</A [', '<</A 1 0 R', '[R]']) {
    readEntries(broken)
    readItems(broken)
  }
})

test('references are rewritten, except for what looks like one in a string', () => {
  const moved = rewriteReferences('<</A 1 0 R/B [12 0 R](3 0 R \\( 4 0 R)/C (5 0 R)>>', (number) => `${number + 100} 0 R`)
  assert.equal(moved, '<</A 101 0 R/B [112 0 R](3 0 R \\( 4 0 R)/C (5 0 R)>>')
})

test('values are read as their own type, and as no other', () => {
  assert.deepEqual([readReference('12 0 R'), readReference('12'), readReference('(1 0 R)')], [12, undefined, undefined])
  assert.deepEqual([readName('/A#20b'), readName('A'), readName(undefined)], ['A b', undefined, undefined])
  assert.deepEqual([readNumber('-1.5'), readNumber('1 0 R'), readNumber('/1')], [-1.5, undefined, undefined])
  assert.deepEqual(
    [readText('(a\\)\\351)'), readText('<FEFF7968>'), readText('<<>>'), readText('/a')],
    ['a)é', '票', undefined, undefined],
  )
  assert.equal(readText(writeText('票 (x) 😀')), '票 (x) 😀')
})

test('text is read as by a library: escapes, octal digits, both kinds of strings', () => {
  const literals = ['a\\\\b', '\\(\\)', '\\1018', '\\53\\7', '\\n\\r\\t\\b\\f', '\\q', 'caf\u00e9', '\\376\\377\\171h']
  for (const literal of literals) assert.equal(readText(`(${literal})`), PDFString.of(literal).decodeText(), literal)
  for (const digits of ['FEFF79680020', '48 69', '4869', 'FEFFD83DDE00'])
    assert.equal(readText(`<${digits}>`), PDFHexString.of(digits).decodeText(), digits)
})

test('a line break after a backslash is dropped, as ISO 32000-1 requires', () => {
  for (const end of ['\n', '\r', '\r\n']) assert.equal(readText(`(a\\${end}b)`), 'ab')
})

test('texts and dates are written as by a library', () => {
  for (const text of ['', 'Ticket TC-2026', 'Zoë 票 😀']) assert.equal(writeText(text), PDFHexString.fromText(text).toString())
  const moment = new Date('2026-03-04T05:06:07.890Z')
  assert.equal(writeDate(moment), PDFString.fromDate(moment).toString())
})
