import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fitText, fitTexts, isTextBox } from '../../../functions/template/helpers/fit-text.ts'

const box = { widthMm: 48, lines: 2, sizes: [20, 16, 13, 10] }

test('a text has the largest size at which it fits into its lines', () => {
  assert.equal(fitText('John', box), 20)
  assert.equal(fitText('Marie Christine', box), 20)
  assert.equal(fitText('Marie Christine', { ...box, lines: 1 }), 16)
  assert.equal(fitText('', box), 20)
})

test('a word that is wider than a line makes the text smaller, one with a hyphen breaks there', () => {
  assert.ok(fitText('Wolfeschlegelstein', box) < 20)
  assert.equal(fitText('Marie-Christine', box), 20)
})

test('two lines of a script with tall lines get smaller, so that they take no more height', () => {
  assert.equal(fitText('Ada Ada Lovelace', box), 20)
  assert.equal(fitText('အောင်ဆန်း စုကြည်', box), 10)
  assert.equal(fitText('အောင်', box), 20)
})

test('one line of a script with very tall lines gets smaller where its box has room for one', () => {
  assert.equal(fitText('རྒྱལ', { ...box, lines: 1 }), 10)
  assert.equal(fitText('རྒྱལ', box), 16)
})

test('a text that fits at no size gets the smallest', () => assert.equal(fitText('W'.repeat(100), box), 10))

test('accents, vowel signs and joiners take no room, and letters of Chinese, Japanese and Korean take a whole one', () => {
  const oneLine = { ...box, lines: 1 }
  assert.equal(fitText('Z\u0301\u0316\u0301oe', oneLine), fitText('Zoe', oneLine))
  assert.equal(fitText('김민준', oneLine), 20)
  assert.equal(fitText('勅使河原健太', oneLine), 20)
  assert.equal(fitText('勅使河原健太郎', oneLine), 16)
})

test('a box has a width, lines and sizes above zero and nothing else', () => {
  assert.ok(isTextBox({ width: '60', lines: '2', sizes: '24 18' }))
  for (const wrong of [
    { width: '60', lines: '2' },
    { width: '0', lines: '2', sizes: '9' },
    { width: '6', lines: '1', sizes: '9 x' },
  ])
    assert.ok(!isTextBox(wrong), JSON.stringify(wrong))
  assert.ok(!isTextBox({ width: '60', lines: '2', sizes: '24', height: '3' }))
})

test('several texts, each on lines of its own, have the largest size at which all fit into the height of the lines', () => {
  assert.equal(fitTexts(['John', 'Doe'], box), 20)
  assert.equal(fitTexts(['John', '', 'Doe'], box), 20)
  assert.equal(fitTexts(['John', 'Doe', 'VIP'], box), 13)
  assert.equal(fitTexts(['John', 'རྒྱལ'], box), 10)
  assert.equal(fitTexts([], box), 20)
})

test('of several texts, a word that is wider than a line breaks', () => {
  assert.equal(fitTexts(['W'.repeat(9)], { ...box, lines: 3 }), 20)
  assert.equal(fitTexts(['W'.repeat(30)], { ...box, lines: 3 }), 13)
})
