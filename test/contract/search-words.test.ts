import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foldText, readCodePrefix, searchedWords, wordsOf } from '../../functions/contract/search-words.ts'
import { service } from '../fixtures/service.ts'

test('names are found without accents, by each word and each part of one', () => {
  assert.deepEqual(wordsOf("Amélie O'Brien-Lee"), ['amelie', 'obrienlee', 'o', 'brien', 'lee'])
  assert.deepEqual(searchedWords(" O'BRIEN  Łuk - "), ['obrien', 'luk'])
  assert.deepEqual(searchedWords('-'), [])
})

test('the beginning of a code is read as people type it', () => {
  assert.equal(readCodePrefix('tc 2030 7zko'), 'TC-2030-7ZK0')
  assert.equal(readCodePrefix('TC-2030'), 'TC-2030-')
  for (const text of ['tc', 'tc-20', 'Amélie', 'TC-2030-7ZK3M9QX4T2BX']) assert.equal(readCodePrefix(text), undefined)
})

test('the database folds every letter as the page does', async () => {
  const letters = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCodePoint(code)).filter((letter) =>
    /\p{L}|\p{M}|\p{N}|\p{P}|\p{Zs}/u.test(letter),
  )
  // Those of the Unicode version of PostgreSQL; that of Node.js may be newer.
  const rows = await service.sql<{ letter: string; folded: string }[]>`
    SELECT letter, fold_text(letter) AS folded FROM UNNEST(${letters}::text[]) letter WHERE unicode_assigned(letter)`
  assert.ok(rows.length > 50_000)
  const different = rows.filter(({ letter, folded }) => folded !== foldText(letter))
  assert.deepEqual(different, [])
})

test('the database takes the same words from names as the page does', async () => {
  const names = [
    "Amélie O'Brien-Lee",
    'ΟΔΥΣΣΕΎΣ',
    'İlker Işık',
    'Groß ẞ',
    'ﬁn ＡＢＣ',
    '김 민수',
    'نُورٌ',
    'Jean‐Luc',
    'x'.repeat(100),
    '',
    '- -',
    'ガ ｶﾞ',
    'a\u00ADb',
    '한글　이름',
  ]
  for (const name of names) {
    const [row] = await service.sql<
      [{ words: string[] }]
    >`SELECT TSVECTOR_TO_ARRAY(guest_words(7, ${name}, NULL, NULL, NULL)) AS words`
    assert.deepEqual(
      row.words.sort(),
      wordsOf(name)
        .map((word) => `7/${word}`)
        .sort(),
      name,
    )
  }
})
