import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TicketDocument } from '../../../functions/print/printer.ts'
import { compileTemplate } from '../../../functions/template/compile.ts'
import { printer } from '../../fixtures/printer.ts'
import { drawPage, ticket } from '../../fixtures/printing.ts'

const page = { width: '148mm', height: '210mm' }

/**
 * Every way for a box to paint beyond itself, `far` being how far; towards the ticket before, or the one
 * behind when that is positive.
 */
const declarations: Record<string, (far: string) => string> = {
  'position: absolute': (far) => `position: absolute; top: ${far}; left: 0; width: ${page.width}; height: ${page.height}`,
  'position: absolute, from the bottom': (far) =>
    `position: absolute; bottom: calc(-1 * ${far}); left: 0; width: 99mm; height: 150mm`,
  'position: fixed': (far) => `position: fixed; top: ${far}; left: 0; width: ${page.width}; height: ${page.height}`,
  'position: relative': (far) => `position: relative; top: ${far}; height: 99mm`,
  'position: sticky': (far) => `position: sticky; top: ${far}; height: 99mm`,
  inset: (far) => `position: absolute; inset: ${far} 0 auto 0; height: 150mm`,
  'margin-top': (far) => `margin-top: ${far}; height: 99mm`,
  transform: (far) => `transform: translateY(${far}); height: 99mm`,
  'transform: scale': () => 'transform: scale(20)',
  'transform: rotate': () => 'transform: rotate(90deg); transform-origin: 0 0; width: 400mm; height: 200mm',
  translate: (far) => `translate: 0 ${far}; height: 99mm`,
  scale: () => 'scale: 30',
  rotate: () => 'rotate: 180deg; transform-origin: 0 0; height: 200mm',
  'offset-path': (far) => `offset-path: path("M0 0V${far.startsWith('-') ? -700 : 700}"); offset-distance: 100%; height: 99mm`,
  'box-shadow': (far) => `box-shadow: 0 ${far} 0 60mm #f0f`,
  'text-shadow': (far) => `text-shadow: 0 ${far} #f0f; font-size: 99mm; color: #f0f`,
  filter: (far) => `filter: drop-shadow(0 ${far} 0 #f0f); height: 99mm`,
  outline: () => 'outline: 150mm solid #f0f',
  'outline-offset': (far) => `outline: 9mm solid #f0f; outline-offset: ${far.replace('-', '')}`,
  'border-image': () => 'border: 1px solid; border-image: linear-gradient(#f0f, #f0f) 1 / 1 / 150mm',
  'clip-path': (far) => `clip-path: inset(${far} -99mm); position: relative; top: ${far}; height: 99mm`,
  float: (far) => `float: left; margin-top: ${far}; height: 99mm`,
  'line-height': () => 'line-height: 0; font-size: 300mm; color: #f0f',
  'vertical-align': (far) => `display: inline-block; vertical-align: ${far}; height: 99mm; width: 99mm`,
  'z-index': (far) => `position: absolute; z-index: 999; top: ${far}; height: 99mm; width: 99mm`,
  columns: (far) => `columns: 2; height: 20mm; position: relative; top: ${far}`,
  'writing-mode': (far) => `writing-mode: vertical-rl; position: relative; top: ${far}; height: 99mm`,
  zoom: () => 'zoom: 40',
}

const style = `@page { size: ${page.width} ${page.height}; margin: 0 } body { margin: 8mm }`

function layOut(declared: string): TicketDocument[] {
  const wild = `<p style="background: #f0f; ${declared.replaceAll('"', '&quot;')}">MMM</p>`
  return [1, 2, 3].map((guest) => ticket(`<h1>Guest ${guest}</h1>${guest === 2 ? wild : ''}<p>text</p>`, style))
}

for (const [name, declare] of Object.entries(declarations)) {
  test(`no ticket is painted on by its neighbour’s ${name}`, async () => {
    for (const far of [`-${page.height}`, page.height, '-105mm', '105mm']) {
      const documents = layOut(declare(far))
      const printed = await printer.print(documents, 20_000)
      for (const index of [0, 2]) {
        const [alone] = await printer.print(documents.slice(index, index + 1), 20_000)
        const [seen, expected] = [printed[index]?.pdf, alone?.pdf].map((pdf) => drawPage(pdf ?? new Uint8Array(), 1, 30))
        assert((await seen)?.equals((await expected) ?? Buffer.alloc(0)), `guest ${index + 1}, ${far}`)
      }
    }
  })
}

test('a value in a style attribute cannot end its declaration', () => {
  const template = compileTemplate('<p style="border-color: {{colour}}; --width: {{width}}">{{firstName}}</p>')
  const blank = 'position:absolute;top:-297mm;width:210mm;height:297mm;background:#fff'
  for (const colour of [
    `red;${blank}`,
    'red}',
    'url(#x)',
    'url(data:,)',
    'red/*',
    'a:b',
    '//example.com/a.png',
    'rgb(0,0,0',
    'red)',
    '"x"',
    'a\\3b b',
    'red!important',
  ])
    assert.throws(() => template.fill({ colour, width: 1 }), /value of colour cannot stand in a style attribute/, colour)
  for (const colour of [
    'red',
    '#c00',
    'rgb(0 0 0 / 50%)',
    'hsl(200, 50%, 50%)',
    'color-mix(in srgb, red 20%, blue)',
    '',
    12,
    '1.5em',
  ])
    assert.match(template.fill({ colour, width: '3mm' }), /style="border-color: .*; --width: 3mm"/, String(colour))
})

test('an address in a style attribute carries its picture, and a text no quotes', () => {
  const template = compileTemplate(`<p style="background: url('{{picture}}'); font-family: '{{family}}', serif"></p>`)
  template.fill({ picture: 'data:image/png;base64,AAAA', family: 'Inter Display' })
  assert.throws(() => template.fill({ picture: 'https://example.com/a.png' }), /value of picture cannot/)
  assert.throws(() => template.fill({ family: "Inter'; color: red" }), /value of family cannot/)
})

test('a mustache where a style attribute names its property is refused', () => {
  assert.throws(() => compileTemplate('<p style="{{style}}"></p>'), /stands where a style attribute names its property/)
  assert.throws(() => compileTemplate('<p style="color: red; {{style}}"></p>'), /names its property/)
})

test('a picture by address that is not carried in the ticket fails it, instead of leaving a hole', () => {
  const template = compileTemplate('<img src="{{photoUrl}}" alt="">')
  assert.match(template.fill({ photoUrl: 'data:image/png;base64,AAAA' }), /src="data:image/)
  assert.match(template.fill({}), /src=""/)
  for (const photoUrl of ['https://example.com/a.png', '//x', 'javascript:1', 'photo.png'])
    assert.throws(() => template.fill({ photoUrl }), /value of photoUrl cannot be shown/, photoUrl)
})

const picture = 'data:image/png;base64,AA=='
const outside = [
  'https://example.com/a.png',
  'a.png',
  '//example.com/a.png',
  'data:image/svg+xml,%3Csvg%3E%3Cimage%20href=%22a.png%22/%3E%3C/svg%3E',
]

for (const [source, ...good] of [
  ['<img srcset="{{x}}">', picture, `${picture} 1x, ${picture} 2x`],
  ['<img srcset="{{x}} 2x">', picture],
  [`<img srcset="${picture} 1x, {{x}} 2x">`, picture],
  ['<svg><image href="{{x}}"/></svg>', picture, '#a'],
  ['<svg><image xlink:href="{{x}}"/></svg>', picture],
  ['<svg><use href="{{x}}"/></svg>', '#a'],
  ['<svg><path fill="{{x}}"/></svg>', '#c00', 'red', 'url(#a)', 'rgb(1 2 3)'],
  ['<svg><path mask="url({{x}})"/></svg>', '#a'],
  ['<svg><path mask="url(\'{{x}}\')"/></svg>', '#a'],
  ['<img src="{{#if y}}data:,{{else}}{{x}}{{/if}}">', picture],
  ['<img srcset="{{#if y}}data:,{{else}}{{x}}{{/if}} 2x">', picture],
  ['<table background="{{x}}"></table>', picture],
  ['<video poster="{{x}}"></video>', picture],
  ['<img src="{{x}}">', picture],
] as const)
  test(`a guest's address of another file is refused with its variable in ${source}`, () => {
    const template = compileTemplate(source)
    for (const x of [...good, '']) assert.ok(template.fill({ x }).length > 0, x)
    const isPaint = source.includes('fill')
    for (const x of outside.map((address) => (isPaint ? `url("${address}")` : address)).slice(0, isPaint ? 3 : undefined))
      assert.throws(() => template.fill({ x }), /value of x cannot be shown/, x)
  })

for (const source of [
  '<img src="https{{x}}">',
  '<img src="https://example.com/{{x}}">',
  '<img src="h{{#if x}}ttps{{x}}{{/if}}">',
  '<img srcset="a{{x}} 2x">',
  '<svg><image href="https{{x}}"/></svg>',
  '<svg><path fill="url(https{{x}})"/></svg>',
])
  test(`a value cannot continue the address of another file in ${source}`, () =>
    assert.throws(
      () => compileTemplate(source).fill({ x: '://example.com/a.png' }),
      /x cannot be shown: it continues the address/,
    ))

test('a link, and an address that the template begins with data, take any text', () => {
  const { fill } = compileTemplate(
    '<a href="{{x}}">x</a><img src="data:image/png;base64,{{x}}"><img src="{{y}}{{x}}"><svg><a href="{{x}}"></a></svg>',
  )
  assert.ok(fill({ x: 'https://example.com', y: picture }).includes('https://example.com'))
})
