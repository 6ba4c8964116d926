import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  readEntries,
  readItems,
  readName,
  readNumber,
  readReference,
  readText,
  rewriteReferences,
  writeEntries,
  writeText,
} from '../../functions/pdf/pdf-syntax.ts'

test('a dictionary gives each value as it is written', () => {
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

test('an array gives each item as it is written, and what is none itself', () => {
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

test('what breaks off ends, instead of being read for ever', () => {
  for (const broken of ['<<', '<</A <12>>', '<</A (b>>', '[<</A [', '<</A 1 0 R', '[R]']) {
    readEntries(broken)
    readItems(broken)
  }
})

test('references are written anew, but for what looks like one in a string', () => {
  const moved = rewriteReferences('<</A 1 0 R/B [12 0 R](3 0 R \\( 4 0 R)/C (5 0 R)>>', (number) => `${number + 100} 0 R`)
  assert.equal(moved, '<</A 101 0 R/B [112 0 R](3 0 R \\( 4 0 R)/C (5 0 R)>>')
})

test('values are read as what they are, and as nothing else', () => {
  assert.deepEqual([readReference('12 0 R'), readReference('12'), readReference('(1 0 R)')], [12, undefined, undefined])
  assert.deepEqual([readName('/A#20b'), readName('A'), readName(undefined)], ['A b', undefined, undefined])
  assert.deepEqual([readNumber('-1.5'), readNumber('1 0 R'), readNumber('/1')], [-1.5, undefined, undefined])
  assert.deepEqual(
    [readText('(a\\)\\351)'), readText('<FEFF7968>'), readText('<<>>'), readText('/a')],
    ['a)é', '票', undefined, undefined],
  )
  assert.equal(readText(writeText('票 (x)')), '票 (x)')
})
