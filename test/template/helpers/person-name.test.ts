import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFamilyNameFirst, writeFullName } from '../../../functions/template/helpers/person-name.ts'

for (const [firstName, lastName, locale, fullName] of [
  ['John', 'Doe', 'en', 'John Doe'],
  ['عبد الرحمن', 'الأنصاري', 'ar', 'عبد الرحمن الأنصاري'],
  ['小明', '王', 'zh-CN', '王小明'],
  ['小明', '王', 'zh-TW', '王小明'],
  ['健太郎', '勅使河原', 'ja', '勅使河原 健太郎'],
  ['さくら', '田中', 'ja-JP', '田中 さくら'],
  ['민준', '김', 'ko', '김민준'],
  ['Văn Anh', 'Nguyễn', 'vi', 'Nguyễn Văn Anh'],
  ['Béla', 'Bartók', 'hu', 'Bartók Béla'],
  ['ដារ៉ា', 'សុខ', 'km', 'សុខ ដារ៉ា'],
] as const)
  test(`${fullName} stands in the order of ${locale}`, () =>
    assert.equal(writeFullName({ firstName, lastName, locale }), fullName))

test('a name in letters that are not the reader’s stands in the order of those', () => {
  assert.equal(writeFullName({ firstName: 'John', lastName: 'Doe', locale: 'ja' }), 'John Doe')
  assert.equal(writeFullName({ firstName: '小明', lastName: '王', locale: 'en' }), '王 小明')
  assert.equal(isFamilyNameFirst({ firstName: '민준', lastName: '김', locale: 'en' }), true)
})

test('one name alone is the full name, and a locale that is none changes nothing', () => {
  assert.equal(writeFullName({ lastName: 'Doe', locale: 'ko' }), 'Doe')
  assert.equal(writeFullName({ firstName: 'John', lastName: '', locale: 'en' }), 'John')
  assert.equal(writeFullName({ firstName: 'John', lastName: 'Doe', locale: 'no_such' }), 'John Doe')
})
