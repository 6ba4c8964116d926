import assert from 'node:assert/strict'
import { test } from 'node:test'
import builtInLabels from '../../../functions/template/helpers/label-words.json' with { type: 'json' }
import { findLabel } from '../../../functions/template/helpers/labels.ts'

const languages = [...['ar', 'de', 'en', 'es', 'fr', 'hi', 'it', 'ja', 'ko', 'nl', 'pl', 'pt', 'th', 'tr', 'vi', 'zh', 'zh-hant']]

test('every language has a word for every label', () => {
  assert.deepEqual(Object.keys(builtInLabels).sort(), languages)
  for (const [language, words] of Object.entries(builtInLabels)) {
    assert.deepEqual(Object.keys(words), Object.keys(builtInLabels.en))
    for (const [name, word] of Object.entries(words)) assert.ok(word && word !== name, `${name} in ${language}`)
  }
})

test('every language tells in sentences how to show the code', () => {
  for (const [language, words] of Object.entries(builtInLabels))
    assert.ok(/[.।。]$|[\u0E00-\u0E7F]$/u.test(words.howToShow ?? ''), `${language}: ${words.howToShow}`)
})

test('a region that writes Chinese in traditional characters gets those', () => {
  for (const locale of ['zh-TW', 'zh-HK', 'zh-MO', 'zh-Hant', 'zh-Hant-TW']) assert.equal(findLabel('section', locale), '區域')
  for (const locale of ['zh', 'zh-CN', 'zh-SG', 'zh-Hans']) assert.equal(findLabel('section', locale), '区域')
})

test('the template’s own word comes before the built-in one, in a wider language too', () => {
  const own = { 'zh-Hant': { seat: '座號' }, fr: { seat: 'Siège' } }
  assert.equal(findLabel('seat', 'zh-TW', own), '座號')
  assert.equal(findLabel('seat', 'fr-CA', own), 'Siège')
  assert.equal(findLabel('seat', 'de', own), 'Platz')
  assert.equal(findLabel('seat', 'no_such', own), 'Seat')
  assert.equal(findLabel('cloakroom', 'de', own), undefined)
})
