import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { readSpellings } from '../../functions/contract/presented-code.ts'

const vectors = path.join(import.meta.dirname, '../../functions/trust/test-vectors.json')
const { tickets, jsonPayloads } = JSON.parse(await readFile(vectors, 'utf8'))
const token: string = tickets[0].token
const json: string = jsonPayloads[0].payload
const code = 'TC-2026-7ZK3M9QXYT2B'

/** What a layout types where a US keyboard has the keys of `us`, in lower and upper case. */
function press(text: string, us: string, typed: string): string {
  const characters = new Map(us.split(' ').map((key, at) => [key, typed.split(' ')[at] ?? '']))
  return [...text].map((key) => characters.get(key) ?? key).join('')
}

const azerty = ['1 2 3 4 5 6 7 8 9 0 - : Q A W Z M ]', '& é " \' ( - è _ ç à ) M A Q Z W ? $'] as const
const qwertz = ['Y Z : - ]', 'Z Y Ö ß +'] as const
const russian = [
  'Q W E R T Y U I O P A S D F G H J K L Z X C V B N M : ]',
  'Й Ц У К Е Н Г Ш Щ З Ф Ы В А П Р О Л Д Я Ч С М И Т Ь Ж ъ',
] as const
const arabic = [
  'Q W E R T Y U I O P A S D F G H J K L Z X C V B N M ]',
  '\u064e \u064b \u064f \u064c لإ إ ‘ ÷ × ؛ \u0650 \u064d ] [ لأ أ ـ ، / ~ \u0652 } { لآ آ ’ د',
] as const
const caps = (text: string) => text.replaceAll(/[a-z]+|[A-Z]+/g, (part) => (part < 'a' ? part.toLowerCase() : part.toUpperCase()))

test('what a scanner adds to a code is taken off: its end, the symbology, caps lock and full width', () => {
  for (const [whole, expected] of [
    [token, { qr: token }],
    [json, { qr: json }],
    [code, { code }],
  ] as const)
    for (const end of ['', '\r', '\n', '\r\n', '\t'])
      for (const prefix of ['', ']Q1', ']C0'])
        for (const change of [(text: string) => text, caps])
          assert.deepEqual(readSpellings(change(prefix + whole) + end), expected, JSON.stringify(prefix + whole + end))
  const wide = code.replaceAll(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0))
  assert.deepEqual(readSpellings(wide), { code })
  assert.deepEqual(readSpellings('TC‑٢٠٢٦‐7ZK3 M9QX YT2B'), { code })
})

test('a US scanner is understood on French, German, Russian, Arabic and Spanish keyboards', () => {
  for (const [us, typed] of [azerty, qwertz, russian, arabic, ['- :', "' Ñ"]] as const)
    for (const change of [(text: string) => text, caps])
      for (const prefix of ['', ']Q1']) {
        if (change === caps && us === arabic[0]) continue
        if (prefix && us === '- :') continue
        const scanned = (text: string) => `${change(press(prefix + text, us, typed))}\r`
        assert.deepEqual(readSpellings(scanned(token)), { qr: token }, scanned(token))
        assert.deepEqual(readSpellings(scanned(code)), { code }, scanned(code))
      }
  assert.deepEqual(readSpellings('ТС-2026-7ZК3М9QХYТ2В'), { code }, 'Cyrillic letters that look right')
})

test('the keys of a US keyboard are believed before a guess of the layout', () => {
  assert.deepEqual(readSpellings("TC'2026'7YK3M9QXZT2B", code), { code })
})

test('what is no code stays none, whatever the layout', () => {
  const others = [
    '',
    'hello',
    'TC_2026_7ZK3M9QXYT2B',
    `${code}U`,
    `${token}\u0000`,
    `A${token}`,
    token.slice(0, 90),
    '4006381333931',
  ]
  for (const text of [...others, `${token}${'A'.repeat(1024)}`]) assert.equal(readSpellings(text), undefined, text)
})
