import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAllowed, listShipped, writeNotices } from '../../bin/third-party.ts'

test('everything that is shipped has a licence that allows to pass it on', () => {
  assert.deepEqual(
    listShipped().filter(({ licence }) => !isAllowed(licence)),
    [],
  )
})

test('a licence that is unknown, missing or not free is refused, and one of several to choose from suffices', () => {
  const licences = [
    'GPL-3.0-only',
    undefined,
    'UNLICENSED',
    'MIT AND GPL-2.0',
    'SEE LICENSE IN x',
    '(BSD-3-Clause OR GPL-2.0)',
    'MIT',
  ]
  assert.deepEqual(licences.filter(isAllowed), ['(BSD-3-Clause OR GPL-2.0)', 'MIT'])
})

test('the notices name every shipped package, with the texts of fonts, and Chromium', () => {
  const notices = writeNotices()
  for (const name of ['handlebars', '@fontsource/noto-color-emoji', 'fauxqs', '@opentelemetry/api'])
    assert(notices.includes(`\n${name} `), name)
  assert.match(notices, /SIL OPEN FONT LICENSE/i)
  assert.match(notices, /Chromium \(BSD-3-Clause/)
})
