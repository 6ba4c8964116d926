import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, test } from 'node:test'
import table from '../../../functions/pages/door/words.json' with { type: 'json' }
import { chooseLanguage, chosenLanguage, formatAgo, languages, say } from '../../../functions/pages/door/words.ts'

const words: Record<string, Record<string, string | Record<string, string>>> = table
const english = table.en
const formsOf = (entry: string | Record<string, string> | undefined) =>
  typeof entry === 'object' ? Object.values(entry) : [entry ?? '']
const valuesIn = (texts: string[]) => [...new Set(texts.flatMap((text) => text.match(/\{\w+\}/g) ?? []))].toSorted()

afterEach(() => chooseLanguage(['en']))

test('every language has every text, with its values and plural forms', () => {
  assert.deepEqual(languages.toSorted(), ['ar', 'de', 'en', 'es', 'fr', 'it', 'nl', 'pt'])
  for (const language of languages) {
    assert.deepEqual(Object.keys(words[language] ?? {}), Object.keys(english), language)
    const plurals = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted()
    for (const [word, entry] of Object.entries(english)) {
      const translated = words[language]?.[word]
      const name = `${language}: ${word}`
      assert.ok(
        formsOf(translated).every((text) => text.trim() !== ''),
        name,
      )
      if (typeof entry === 'string') assert.deepEqual(valuesIn(formsOf(translated)), valuesIn([entry]), name)
      else assert.deepEqual(Object.keys(translated ?? {}).toSorted(), plurals, name)
    }
  }
})

test('the page names only texts that there are, and has none of its own but for browsers without scripts', async () => {
  const page = await readFile(path.join(import.meta.dirname, '../../../functions/pages/door/index.html'), 'utf8')
  for (const [, word = ''] of page.matchAll(/data-(?:word|label|title)="([^"]*)"/g)) assert.ok(Object.hasOwn(english, word), word)
  const body = page.slice(page.indexOf('<body>')).replace(/<noscript>.*?<\/noscript>/s, '')
  assert.equal(body.replaceAll(/<[^>]*>/g, '').replaceAll(/[\s0]/g, ''), '')
})

test('the language is the first one that the page has, and regional tags count as their language', () => {
  for (const [wanted, chosen] of [
    [['', '', 'fr-CA', 'en'], 'fr'],
    [['de', 'fr'], 'de'],
    [['xx', 'pt-BR'], 'pt'],
    [['ja'], 'en'],
    [['__proto__', 'toString', 'nl'], 'nl'],
  ] as const) {
    chooseLanguage(wanted, wanted)
    assert.equal(chosenLanguage().language, chosen)
  }
  chooseLanguage(['ar-EG'])
  assert.deepEqual(chosenLanguage(), { language: 'ar', direction: 'rtl' })
})

test('texts take numbers, plurals and times as the language writes them', () => {
  chooseLanguage(['ar'])
  assert.equal(say({ word: 'entry_count', values: { count: 2 } }), 'دخولان')
  chooseLanguage(['fr'], ['en-US@posix', 'fr-FR'])
  assert.equal(say({ word: 'attention_count', values: { count: 1 } }), '1 cas à vérifier')
  assert.equal(formatAgo(new Date(Date.now() - 4 * 60_000 - 500)), 'il y a 4 minutes')
  const at = new Date()
  at.setHours(9, 5, 0, 0)
  assert.equal(say({ word: 'entry_line', values: { time: { at: at.toISOString() }, place: 'Nord' } }), '09:05 Nord')
})
