import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAcceptLanguage } from '../../../functions/pages/mobile-ticket/words.ts'

for (const [header, languages] of [
  ['de-AT,de;q=0.9,en;q=0.8', ['de-AT', 'de', 'en']],
  ['en;q=0.5, fr', ['fr', 'en']],
  ['en;q=0.1, ar ; q=0.9, fr;q=0.9', ['ar', 'fr', 'en']],
  ['zh-Hant-TW;q=1.000', ['zh-Hant-TW']],
  ['en;q=0, *;q=0.5, nl;q=0.001', ['nl']],
  ['en;q=2, <script>, ;q=1, ja', ['ja']],
  ['', []],
] as const)
  test(`"${header}" prefers ${languages.join(', ') || 'nothing'}`, () => assert.deepEqual(readAcceptLanguage(header), languages))
