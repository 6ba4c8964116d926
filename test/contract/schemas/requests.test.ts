import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as z from 'zod'
import { guest } from '../../../functions/contract/schemas/guests.ts'
import { moment } from '../../../functions/contract/schemas/times.ts'
import { decimal, freeData, key, text } from '../../../functions/contract/schemas/values.ts'

/**
 * Reads the pattern of a schema as the contract has it; one with an id of its own stands among the
 * definitions.
 */
function patternOf(schema: z.ZodType): RegExp {
  const { pattern, $defs = {} } = z.toJSONSchema(schema)
  return new RegExp(pattern ?? Object.values($defs)[0]?.pattern ?? assert.fail('no pattern'), 'u')
}

const locale = guest.shape.locale.unwrap()

test('text is counted as JSON Schema counts it, by code points', () => {
  assert.ok(text(3).safeParse('🎫🎫🎫').success)
  assert.equal(text(3).safeParse('🎫🎫🎫🎫').success, false)
  assert.equal(z.toJSONSchema(text(3).min(1)).maxLength, 3)
})

test('what the pattern of text in the contract takes, the schema takes, and nothing else', () => {
  const pattern = patternOf(text(50))
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (value) =>
      assert.equal(text(50).safeParse(value).success, pattern.test(value)),
    ),
  )
  assert.equal(text(50).safeParse('\ud800').success, false)
})

test('every moment that the pattern takes is one, in the years that it names', () => {
  fc.assert(
    fc.property(fc.stringMatching(patternOf(moment)), (value) => {
      assert.ok(moment.safeParse(value).success, value)
      const day = value.slice(0, 10)
      assert.equal(new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10), day)
    }),
  )
})

test('moments are refused that do not exist, lie elsewhere in time, or have offsets that nobody has', () => {
  for (const good of ['2024-02-29T00:00:00Z', '2000-02-29T23:59+14:00', '1970-01-01T00:00:00.5-12:00', '2199-12-31T23:59:59Z'])
    assert.ok(moment.safeParse(good).success, good)
  for (const bad of [
    '2023-02-29T00:00:00Z',
    '2100-02-29T00:00:00Z',
    '2024-04-31T00:00:00Z',
    '1969-12-31T00:00:00Z',
    '2200-01-01T00:00:00Z',
  ])
    assert.equal(moment.safeParse(bad).success, false, bad)
  for (const bad of ['2024-01-01T24:00:00Z', '2024-01-01T00:00:00', '2024-01-01T00:00:00+14:01', '2024-01-01T00:00:00+20:00'])
    assert.equal(moment.safeParse(bad).success, false, bad)
})

test('every language tag that the pattern takes is one to Intl', () => {
  fc.assert(fc.property(fc.stringMatching(patternOf(locale)), (value) => assert.equal(Intl.getCanonicalLocales(value).length, 1)))
  for (const good of ['fr', 'zh-Hant', 'de-CH-1996', 'ar-u-nu-arab', 'es-419']) assert.ok(locale.safeParse(good).success, good)
  for (const bad of ['', 'no such', 'e', 'fr_FR', 'fr-']) assert.equal(locale.safeParse(bad).success, false, bad)
})

test('an integer of a path or query has one way to be written', () => {
  const page = decimal(0, 1000)
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 }), (value) => {
      assert.equal(page.parse(String(value)), value)
      for (const other of [`0${value}`, `+${value}`, `${value}.0`, ` ${value}`, `${value}e0`, `-${value}`])
        assert.equal(page.safeParse(other).success, false, other)
    }),
  )
  for (const bad of ['1001', '9007199254740993', '٣', '0x1', '']) assert.equal(page.safeParse(bad).success, false, bad)
})

test('names of free data that objects of JavaScript have are refused, and the contract says so', () => {
  for (const name of ['constructor', 'prototype']) assert.equal(freeData.safeParse({ [name]: 1 }).success, false, name)
  assert.match(JSON.stringify(z.toJSONSchema(key)), /"not":\{"enum":\[.*"constructor"/)
})
