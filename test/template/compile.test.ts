import assert from 'node:assert/strict'
import { test } from 'node:test'
import { templateLimits } from '../../functions/contract/template-check.ts'
import { TemplateInvalidError } from '../../functions/errors.ts'
import { compileTemplate, trustedMarkup } from '../../functions/template/compile.ts'

function problemsOf(source: string): { path: string; problem: string }[] {
  try {
    compileTemplate(source)
  } catch (error) {
    assert(error instanceof TemplateInvalidError)
    return error.details
  }
  return []
}

test('the text of a guest never becomes markup', () => {
  const html = compileTemplate('<p title="{{name}}">{{name}}</p>').fill({ name: `<b>"Zoë" & 'co'=\`</b>` })
  assert.equal(
    html,
    '<p title="&lt;b&gt;&quot;Zoë&quot; &amp; &#x27;co&#x27;&#x3D;&#x60;&lt;/b&gt;">&lt;b&gt;&quot;Zoë&quot; &amp; &#x27;co&#x27;&#x3D;&#x60;&lt;/b&gt;</p>',
  )
})

test('markup that the service made itself is put in as it is', () => {
  assert.equal(compileTemplate('{{qrCode}}').fill({ qrCode: trustedMarkup('<svg/>') }), '<svg/>')
})

test('an object or a list where text stands is an error that names the variable, also for a helper and in a loop; so is what poses as trusted markup', () => {
  const data = JSON.parse('{"a":{"string":"<i>","toHTML":"<i>"},"b":["<i>"],"c":[{"d":{}}],"locale":"en"}')
  for (const [source, problem] of [
    ['{{a}}', /a is an object, not text/],
    ['<p title="{{b}}">', /b is a list, not text/],
    ['{{upper a}}', /a is an object/],
    ['{{date b}}', /b is a list/],
    ['{{money a "EUR"}}', /a is an object/],
    ['{{barcode a}}', /a is an object/],
    ['{{barcode locale alt=b}}', /b is a list/],
    ['{{#is a "x"}}{{/is}}', /a is an object/],
    ['{{#each c}}{{this.d}}{{/each}}', /this\.d is an object/],
    ['{{#each c}}{{this}}{{/each}}', /this is an object/],
    ['{{#with a as |one|}}{{one}}{{/with}}', /one is an object/],
  ] as const)
    assert.throws(() => compileTemplate(source).fill(data), problem, source)
})

test('#if and #unless treat 0 as present, and false and empty lists as absent', () => {
  const { fill } = compileTemplate('{{#if a}}{{a}}{{else}}none{{/if}}{{#unless a}} absent{{/unless}}')
  for (const [a, text] of [
    [0, '0'],
    ['0', '0'],
    ['x', 'x'],
    [true, 'true'],
    [false, 'none absent'],
    ['', 'none absent'],
    [null, 'none absent'],
    [undefined, 'none absent'],
    [[], 'none absent'],
  ] as const)
    assert.equal(fill({ a }), text, JSON.stringify(a))
})

test('invisible text counts as absent', () => {
  const { fill } = compileTemplate('{{#if a}}yes{{else}}no{{/if}}{{#unless a}}!{{/unless}}')
  for (const a of ['', ' ', '\n\u00A0', '\u200B', '\u2060\uFEFF', '\u3164', '\u202E'])
    assert.equal(fill({ a }), 'no!', JSON.stringify(a))
  for (const a of ['0', '.', '🎫', ' x ', '門', '\u200Bx', 0, true]) assert.equal(fill({ a }), 'yes', JSON.stringify(a))
})

test('text with directional formatting characters reorders nothing beside it', () => {
  const { fill } = compileTemplate('{{a}}|{{upper a}}')
  assert.equal(fill({ a: 'x\u202Ey' }), '\u2068x\u202Ey\u2069|\u2068X\u202EY\u2069')
  assert.equal(fill({ a: '\u2069x\u2067y' }), '\u2068x\u2067y\u2069\u2069|\u2068X\u2067Y\u2069\u2069')
  assert.equal(fill({ a: 'x\u200F' }), '\u2068x\u200F\u2069|\u2068X\u200F\u2069')
  assert.equal(fill({ a: 'שלום' }), 'שלום|שלום')
})

test('prototypes are out of reach', () => {
  const template = compileTemplate(
    '[{{constructor}}{{constructor.name}}{{a.constructor}}{{__proto__.x}}{{a.length}}{{toString}}]',
  )
  assert.equal(template.fill({ a: new Map() }), '[]')
})

test('required names the variables that are shown on no condition, without those the service gives', () => {
  const template = compileTemplate(
    '{{a}}{{#if b}}{{b}}{{c}}{{/if}}{{#each d}}{{e}}{{../f}}{{@index}}{{@root.g}}{{/each}}{{#with h as |i|}}{{i.j}}{{/with}}' +
      '{{#unless k}}none{{else}}{{k}}{{/unless}}{{l.m}}{{this.n}}{{qrCode}}{{qrCodeUrl}}{{ticketCode}}{{generatedAt}}',
  )
  assert.deepEqual(template.required, ['a', 'l', 'n'])
  assert.deepEqual(compileTemplate('{{#if a}}{{money a b}}{{else}}{{c}}{{/if}}{{#is d f}}{{g}}{{/is}}{{h}}').required, ['f', 'h'])
})

test('variables names all that a template uses', () => {
  assert.deepEqual(compileTemplate('{{#if a}}{{b}}{{/if}}{{qrCodeUrl}}').variables, ['a', 'b', 'qrCodeUrl'])
})

test('raw output is refused with its place', () => {
  assert.deepEqual(problemsOf('<p>\n  {{{a}}}\n {{& b}}</p>'), [
    { path: 'line 2, column 3', problem: 'outputs text unescaped; write {{…}} with two braces' },
    { path: 'line 3, column 2', problem: 'outputs text unescaped; write {{…}} with two braces' },
  ])
})

test('helpers, partials and decorators that do not exist are refused, all at once', () => {
  const places = problemsOf(
    '{{shout a}}\n{{#loop b}}{{/loop}}\n{{> footer}}\n{{lookup a b}}\n{{log "x"}}\n{{#*inline "x"}}{{/inline}}\n{{#if (eq a b)}}{{/if}}\n{{if a}}',
  )
  assert.deepEqual(
    places.map(({ path }) => path),
    [1, 2, 3, 4, 5, 6, 7, 8].map((line) => `line ${line}, column 1`),
  )
})

for (const source of [
  '<p class={{a}}>',
  '<p class=x{{a}}>',
  '<p {{a}}>',
  '<p {{a}}="x">',
  '<p data-{{a}}="x">',
  '<{{a}}>',
  '</{{a}}>',
  '<script>{{a}}</script>',
  '<iframe srcdoc="{{a}}"></iframe>',
]) {
  test(`a mustache where escaping cannot protect is refused: ${source}`, () => assert.equal(problemsOf(source).length, 1))
}

for (const source of [
  '<p class="{{a}}" id=\'{{a}}\' hidden>{{a}}</p>',
  '1 < {{a}}',
  '<!-- <p class={{a}} -->',
  '<style>p > b { color: red }</style>{{a}}',
  '<p {{#if a}}class="{{a}}"{{/if}}>',
  '<br/>{{a}}',
  '<img alt=x />{{a}}',
]) {
  test(`a mustache where escaping protects is taken: ${source}`, () => assert.deepEqual(problemsOf(source), []))
}

for (const [source, place] of [
  ['<p>\n  {{#if a}}\n</p>', 'line 2, column 3'],
  ['{{a', 'line 1, column 1'],
  ['<b>\n\n ok {{}} ', 'line 3, column 5'],
  ['{{#if a}}{{/each}}', 'line 1, column 1'],
  ['\n{{else}}', 'line 2, column 1'],
] as const) {
  test(`a syntax error is told with its place: ${JSON.stringify(source)}`, () => {
    const [problem] = problemsOf(source)
    assert.equal(problem?.path.slice(0, place.length), place, problem?.path)
  })
}

test('a filled ticket that is too large is refused with its size', () => {
  const template = compileTemplate('{{a}}')
  assert.equal(template.fill({ a: 'x'.repeat(templateLimits.filledBytes) }).length, templateLimits.filledBytes)
  assert.throws(
    () => template.fill({ a: 'é'.repeat(templateLimits.filledBytes / 2 + 1) }),
    (error) => {
      assert(error instanceof TemplateInvalidError)
      assert.match(error.message, /has 2097154 bytes; at most 2097152/)
      return true
    },
  )
})

test('filling is bounded in time also outside of loops', () => {
  const template = compileTemplate(`{{barcode a type="pdf417"}}`.repeat(1_900))
  const start = performance.now()
  assert.throws(() => template.fill({ a: 'x'.repeat(200) }), /filling takes longer than 1000 ms/)
  assert.ok(performance.now() - start < 5_500)
})

test('conditional variables are not required, variables derived from another are', () => {
  const required = (source: string) => compileTemplate(source).required
  assert.deepEqual(required('{{#if price}}{{price}} {{currency}}{{/if}}'), [])
  assert.deepEqual(required('{{#if seat}}{{seat}}{{else}}{{zone}}{{/if}}{{#unless gate}}{{hall}}{{/unless}}'), [])
  assert.deepEqual(required('{{#is ticketType "VIP"}}{{lounge}}{{/is}}'), [])
  assert.deepEqual(required('{{#if startsAt}}{{date startsAt}}{{else}}{{eventDate}}{{/if}}'), ['eventDate'])
  assert.deepEqual(required('{{#if familyNameFirst}}{{lastName}}{{else}}{{firstName}}{{/if}}'), ['lastName', 'firstName'])
})
