import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAsset } from '../../../functions/template/check/assets/asset.ts'
import { checkTemplate } from '../../../functions/template/check/check-template.ts'

/** Repeats a text until it has about so many characters. */
function fill(text: string, length: number): string {
  return text.repeat(Math.ceil(length / text.length))
}

/** Makes names that all differ, with what stands around each. */
function names(length: number, [before, after]: [before: string, after: string]): string {
  const size = before.length + after.length + 4
  return Array.from({ length: Math.ceil(length / size) }, (_, index) => `${before}n${index.toString(36)}${after}`).join('')
}

const repeated = [
  ...[
    '<',
    '</',
    '<!',
    '<!--',
    '<!-- -',
    '<?',
    '<?xml-stylesheet',
    '<![CDATA[',
    '&',
    '&amp',
    '"',
    "'",
    '\\',
    '\n',
    '\t',
    ' ',
    '>',
  ],
  ...[
    '<a ',
    '<a b',
    '<a b=',
    '<a b="',
    "<a b='",
    '<a b=c ',
    '<p style="',
    '<img srcset="',
    '<img>',
    '<svg>',
    '</svg>',
    '<svg><g>',
    '<div>',
  ],
  ...['<p>', '</p>', '<title>', '<style>', '<style></style>', '<script>', '<textarea>', '<svg><style>', '<svg><title>', '<b><p>'],
  ...['<img src="data:image/svg+xml,<svg>">', '<img src="data:image/svg+xml,<svg ', '<path fill="a://b ">'],
  ...['<p style="background: url(a.png)">', '<link rel="stylesheet" href="a">', '<set attributeName="href" to="a">'],
  ...[
    '{{',
    '{{{',
    '{{!',
    '{{!--',
    '{{#',
    '{{/',
    '{{a',
    '{{a}}',
    '{{a b}}',

    '}}',
    '\\{{',
    '{{"',
    '{{~',
    '{{> a}}',
    '{{asset " "}}',
  ],
]

const inStyle = [
  ...[
    '{',
    '}',
    '(',
    ')',
    '[',
    '"',
    "'",
    '"\n',
    '\\',
    '/*',
    '*/',
    '<!--',
    '-->',
    ':',
    ';',
    ',',
    '!',
    '@',
    '#',
    '.',
    '\\61 ',
    'u+',
  ],
  ...[
    '@page ',
    '@page{',
    '@page{size:',
    '@media ',
    '@media x{',
    '@media (',
    '@media not ',
    '@import ',
    '@import url(',
    '@namespace ',
  ],
  ...[
    'url(',
    'url( ',
    'url("',
    'url(a)',
    'a{b:url(',
    'a{b:url( ',
    'a{b:url(a);}',
    'a{b:c://d e:',
    'a-a://',
    'a{b:"',
    'a{b:(',
    'a{b:u\\72l(',
    'a{b:image-set(',
  ],
  ...[
    'a{',
    'a:',
    'a:b;',
    '--a:{',
    '--a:{}',
    'a{filter:',
    'a{box-shadow:0 0 1px,',
    'a{transition:b;}',
    '@keyframes a{}',
    'a{&:hover{',
  ],
]

const inValue = [
  'url(',
  'u\\72l(',
  'u\\72l()',
  'image-set(',
  'image-set("a",',
  '{',
  '{}',
  '(',
  '()',
  '0 0 1px red,',
  'url(a),',
  '"',
  '\\',
]

const kinds = new Map<string, (length: number) => string>([
  ...repeated.map((text) => [text, (length: number) => fill(text, length)] as const),
  ...inStyle.map((text) => [`<style>${text}`, (length: number) => `<style>${fill(text, length)}</style>`] as const),
  ...inValue.map((text) => [`<style>a{--b:${text}`, (length: number) => `<style>a{--b:${fill(text, length)}}</style>`] as const),
  ['url( and blanks', (length) => `<style>a{b:url(${' '.repeat(length)}`],
  ['url( and blanks in an attribute', (length) => `<p style="b:url(${' '.repeat(length)}">`],
  ['attributes of one name', (length) => `<p ${fill('a="b" ', length)}>`],
  ['attributes of many names', (length) => `<p ${names(length, [' ', ''])}>`],
  ['attributes with mustaches', (length) => `<p ${names(length, ['', '="{{a}}" '])}>`],
  ['mustaches in a style', (length) => `<p style="${fill(`a:{{a}};${' '.repeat(100)}`, length)}">`],
  ['mustaches in sources', (length) => `<img srcset="${fill(`data:,{{a}}${'a'.repeat(90)} 1x, `, length)}">`],
  ['animated addresses', (length) => `<animate attributeName="href" values="${fill('a;', length)}">`],
  ['animations without a target', (length) => `<animate ${fill('to="a" ', length)}>`],
  ['sources', (length) => `<img srcset="${fill('a 1x, ', length)}">`],
  ['sources and brackets', (length) => `<img srcset="${fill('a (', length)}">`],
  ['commas in sources', (length) => `<img srcset="${fill(',', length)}">`],
  ['entities in a style', (length) => `<p style="${fill('url(a)&quot;', length)}">`],
  ['variables', (length) => names(length, ['{{', '}}'])],
  ['helpers', (length) => names(length, ['{{', ' a}}'])],
  ['a long name', (length) => `{{${fill('a', length)} b}}`],
  ['a long asset name', (length) => `{{asset "${' '.repeat(length)}"}}`],
  ['block parameters', (length) => `{{#each a as |${names(length / 2, ['', ' '])}|}}${names(length / 2, ['{{', '}}'])}{{/each}}`],
  ['ends that nothing began', (length) => fill('<div>', length / 2) + fill('</p>', length / 2)],
  ['lists of the sample', (length) => fill('{{#each list}}{{#each ../list}}{{a}}{{/each}}{{/each}}', length)],
])

const sample = { a: 'https://example.com', list: Array.from({ length: 100 }, () => ({ a: 'b' })) }

/**
 * Measures the processor's time of the quickest run, in milliseconds: what else the machine does counts as
 * little as can be.
 */
function leastMs(work: () => unknown, runs: number): number {
  const measured = Array.from({ length: runs }, () => {
    const before = process.threadCpuUsage()
    work()
    const { user, system } = process.threadCpuUsage(before)
    return (user + system) / 1000
  })
  return Math.min(...measured)
}

/**
 * Fails where work on what is 16 times as long takes far more than 16 times as long: 256 times, where time
 * grows with the square.
 */
function assertGrowsEvenly(workOn: (length: number) => () => unknown, longest: number): void {
  const long = workOn(longest)
  if (leastMs(long, 1) < unmeasuredMs) return
  const short = Math.max(leastMs(workOn(longest / growth), 5), shortestMs)
  const times = leastMs(long, 2) / short
  assert(times < 5 * growth, `takes ${Math.round(times)} times as long where it is ${growth} times as long`)
}

const growth = 16
/** Too short a time to tell what it grows with. */
const unmeasuredMs = 300
const shortestMs = 2

for (const [name, make] of kinds) {
  test(`checking takes as much longer as a source is longer: ${JSON.stringify(name)}`, () =>
    assertGrowsEvenly((length) => {
      const source = make(length)
      return () => checkTemplate(source, { sample })
    }, 192_000))
}

const drawn = [
  'url(',
  '<style>a{b:url(',
  'href',
  'href=',
  '<a href="',
  '<svg ',
  '<svg>',
  ' on',
  ' onclick',
  '<!--',
  '<![CDATA[',
  '<?',
  '&',
  ' ',
]

for (const text of drawn) {
  test(`reading a drawing takes as much longer as it is longer: ${JSON.stringify(text)}`, () =>
    assertGrowsEvenly((length) => {
      const content = Buffer.from(`<svg width="9" height="9"><style>a{b:url(</style>${fill(text, length)}</svg>`)
      return () => readAsset(content)
    }, 960_000))
}

test('blanks in an address of a drawing take no time', () => {
  const content = Buffer.from(`<svg width="9" height="9"><style>a{b:url(${' '.repeat(900_000)}x)}</style></svg>`)
  assert.deepEqual(readAsset(content), { problem: 'must be a drawing without addresses of other files (<style> loads x)' })
  assert(leastMs(() => readAsset(content), 3) < 1_000)
})
