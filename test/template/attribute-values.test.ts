import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileTemplate } from '../../functions/template/compile.ts'

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
    assert.throws(() => template.fill({ colour, width: 1 }), /value of colour cannot be used in a style attribute/, colour)
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
  assert.throws(() => compileTemplate('<p style="{{style}}"></p>'), /is in the place of a property name in a style attribute/)
  assert.throws(() => compileTemplate('<p style="color: red; {{style}}"></p>'), /the place of a property name/)
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
