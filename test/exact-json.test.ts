import assert from 'node:assert/strict'
import { test } from 'node:test'
import { namesPrototype, parseExactly } from '../functions/exact-json.ts'

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

test('a field named __proto__ is seen however it is escaped, and text that says it is none', () => {
  for (const json of ['{"__proto__":1}', '{"a":{"\\u005F_pro\\u0074o__" : 1}}']) assert.equal(namesPrototype(json), true, json)
  for (const json of ['{"a":"__proto__"}', '{"a":"\\"__proto__\\":"}', '{"__proto":1}'])
    assert.equal(namesPrototype(json), false, json)
})
