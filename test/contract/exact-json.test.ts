import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseExactly } from '../../functions/contract/exact-json.ts'

for (const number of [
  '0',
  '-0',
  '1',
  '49.90',
  '0.1',
  '1e3',
  '1.5E-7',
  '9007199254740991',
  '5e-324',
  '100000000000000000000e-20',
  '0e999',
])
  test(`${number} is parsed as that number`, () => assert.deepEqual(parseExactly(`[${number}]`), [Number(number)]))

for (const number of [
  '9007199254740993',
  '-12345678901234567890',
  '0.12345678901234567890',
  '1e400',
  '1e-400',
  '1e22',
  '9007199254740991.5',
])
  test(`${number}, which JavaScript cannot hold, is kept as text`, () =>
    assert.deepEqual(parseExactly(`{"a":${number}}`), { a: number }))

test('text that looks like such a number stays as it is', () =>
  assert.deepEqual(parseExactly('["1e400", " 12345678901234567890"]'), ['1e400', ' 12345678901234567890']))

test('a number of a million digits takes no time', { timeout: 2_000 }, () => {
  const number = `1${'0'.repeat(1_000_000)}1`
  assert.deepEqual(parseExactly(`[${number}]`), [number])
})
