import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { type TemplateProblemCode, templateLimits } from '../../../functions/contract/template-check.ts'
import type { TemplateInvalidError } from '../../../functions/errors.ts'
import { checkTemplate } from '../../../functions/template/check/check-template.ts'
import { compileTemplate } from '../../../functions/template/compile.ts'

/** Puts a line of markup, and one of CSS, into a template that is fine. */
function template(markup: string, css = ''): string {
  return `<html lang="en"><head><title>Ticket</title><style>@page { size: A5; margin: 0 }
${css}</style></head><body>{{qrCode}}{{ticketCode}}
${markup}</body></html>`
}

/** Writes a drawing as a data: URL. */
function drawing(content: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${content}</svg>`).toString('base64')}`
}

function found(source: string, parts = {}): string[] {
  return checkTemplate(source, parts).problems.map(({ code, line, column }) => (line ? `${code} ${line}:${column}` : code))
}

test('a template that is fine has no problems', () => {
  assert.deepEqual(found(template('<p class="a">{{firstName}} {{seatColour}}</p>')), [])
})

const ofMarkup: [markup: string, ...codes: `${TemplateProblemCode} ${number}:${number}`[]][] = [
  ['<p>{{{firstName}}}', 'RAW_OUTPUT 3:4'],
  ['<p>{{& firstName}}', 'RAW_OUTPUT 3:4'],
  ['{{shout firstName}}', 'UNKNOWN_HELPER 3:1'],
  ['{{> footer}}', 'UNKNOWN_HELPER 3:1'],
  ['{{date}}', 'HELPER_ARGUMENTS 3:1'],
  ['{{date startsAt "enormous"}}', 'HELPER_ARGUMENTS 3:1'],
  ['{{time startsAt "full"}}', 'HELPER_ARGUMENTS 3:1'],
  ['{{money price "euros"}}', 'HELPER_ARGUMENTS 3:1'],
  ['{{barcode ticketCode type="qr"}}', 'HELPER_ARGUMENTS 3:1'],
  ['{{#is ticketType}}{{/is}}', 'HELPER_ARGUMENTS 3:1'],
  ['{{fit eventName}}', 'HELPER_ARGUMENTS 3:1'],
  ['{{fit eventName width="0" lines="2" sizes="9"}}', 'HELPER_ARGUMENTS 3:1'],
  ['{{label "gate"}} {{label "cloakroom"}}', 'UNKNOWN_LABEL 3:18'],
  ['<img src="{{asset "logo"}}" alt="">', 'UNKNOWN_ASSET 3:11'],
  ['<b>{{firstname}}</b>', 'UNKNOWN_VARIABLE 3:6'],
  ['<b>{{eventNmae}}</b>', 'UNKNOWN_VARIABLE 3:6'],
  ['<b>{{tribune}}</b>'],
  ['<p class={{ticketType}}>', 'UNSAFE_PLACE 3:10'],
  ['<i></i><script>alert(1)</script>', 'SCRIPT 3:8'],
  ['<iframe src="https://example.com"></iframe>', 'SCRIPT 3:1'],
  ['<p id="a" onclick="go()">', 'EVENT_HANDLER 3:11'],
  ['<a href="javascript:go()">x</a>', 'SCRIPT_LINK 3:4'],
  ['<a href=" java&Tab;script:go()">x</a>', 'SCRIPT_LINK 3:4'],
  ['<a href="https://example.com">x</a>'],
  ['<img src="https://example.com/a.png" alt="a">', 'EXTERNAL_RESOURCE 3:6'],
  ['<img src="logo.png" alt="a">', 'EXTERNAL_RESOURCE 3:6'],
  ['<img srcset="a.png 1x, b.png 2x" alt="a">', 'EXTERNAL_RESOURCE 3:6', 'EXTERNAL_RESOURCE 3:6'],
  ['<img src="data:image/png;base64,AA==" alt="a">'],
  ['<link rel="stylesheet" href="a.css">', 'EXTERNAL_RESOURCE 3:1'],
  ['<svg aria-hidden="true"><use href="a.svg#b"/></svg>', 'EXTERNAL_RESOURCE 3:30'],
  ['<svg aria-hidden="true"><use href="#b"/></svg>'],
  ['<p style="background: url(a.png)">', 'EXTERNAL_RESOURCE 3:23'],
  ['<marquee>x</marquee>', 'ANIMATION 3:1'],
  ['<svg role="img" aria-label="a"><animate/></svg>', 'ANIMATION 3:32'],
  ['<img src="{{qrCodeUrl}}">', 'NO_ALT_TEXT 3:1'],
  ['<img src="{{qrCodeUrl}}" alt="">', 'NO_ALT_TEXT 3:1'],
  ['<svg><path/></svg>', 'NO_ALT_TEXT 3:1'],
  ['<svg><title>A star</title></svg>'],
  ['<p {{#if seat}}class="a"{{/if}} title="{{seat}} > {{row}}">{{! <script> }}<!-- <script> -->'],
  [`<img src="data:image/png;base64,${'A'.repeat(200_000)}" alt="a">`, 'LARGE_RESOURCE 3:6'],

  // What is loaded from elsewhere, in any spelling.
  ['<img src="&#104;ttps://example.com/a.png" alt="a">', 'EXTERNAL_RESOURCE 3:6'],
  ['<img srcset="data:image/png;base64,AA== 1x, https://example.com/b.png 2x" alt="a">', 'EXTERNAL_RESOURCE 3:6'],
  ['<img srcset="data:image/png;base64,AA==, data:image/png;base64,AB== 2x" alt="a">'],
  ['<input type="image" src="a.png">', 'EXTERNAL_RESOURCE 3:21'],
  ['<video poster="a.png"></video>', 'EXTERNAL_RESOURCE 3:8'],
  ['<audio src="data:audio/ogg;base64,AA=="></audio>', 'EXTERNAL_RESOURCE 3:8'],
  ['<table background="a.png"></table>', 'EXTERNAL_RESOURCE 3:8'],
  ['<object data="a.svg"></object><embed src="a.svg">', 'SCRIPT 3:1', 'SCRIPT 3:31'],
  ['<img {{#if a}}src="data:,"{{else}}src="https://example.com"{{/if}} alt="a">', 'EXTERNAL_RESOURCE 3:35'],
  ['<img src="{{#if a}}data:,{{else}}https://example.com{{/if}}" alt="a">', 'EXTERNAL_RESOURCE 3:6'],
  ['<svg aria-hidden="true"><image href="a.png"/><a href="https://example.com"/></svg>', 'EXTERNAL_RESOURCE 3:32'],
  ['<svg aria-hidden="true"><use xlink:href="https://example.com#a"/></svg>', 'EXTERNAL_RESOURCE 3:30'],
  ['<svg aria-hidden="true"><use href="data:image/svg+xml,a#b"/></svg>', 'EXTERNAL_RESOURCE 3:30'],
  ['<svg aria-hidden="true"><feImage href="a.png"/></svg>', 'EXTERNAL_RESOURCE 3:34'],
  ['<svg aria-hidden="true"><linearGradient href="a.svg#b"/></svg>', 'EXTERNAL_RESOURCE 3:41'],
  ['<svg aria-hidden="true"><path fill="url(https://example.com/a.svg#b)" stroke="url(#b)"/></svg>', 'EXTERNAL_RESOURCE 3:31'],
  ['<svg aria-hidden="true"><path mask="u&#92;72l(a.svg#b)"/></svg>', 'EXTERNAL_RESOURCE 3:31'],
  ['<svg aria-hidden="true"><style>a { b: url(&#120;) }</style></svg>', 'EXTERNAL_RESOURCE 3:39'],
  ['<svg aria-hidden="true"><title><img src="a.png" alt="a"></title></svg>', 'EXTERNAL_RESOURCE 3:37'],
  [
    '<svg aria-hidden="true"><image><set attributeName="href" to="a.png"/></image></svg>',
    'ANIMATION 3:32',
    'EXTERNAL_RESOURCE 3:58',
  ],
  [
    '<svg aria-hidden="true"><image><animate attributeName="xlink:href" values="#a;a.png"/></image></svg>',
    'ANIMATION 3:32',
    'EXTERNAL_RESOURCE 3:68',
  ],
  [
    '<svg aria-hidden="true"><path><set attributeName="fill" to="url(a.svg#b)"/></path></svg>',
    'ANIMATION 3:31',
    'EXTERNAL_RESOURCE 3:57',
  ],
  ['<?xml-stylesheet href="a.css"?>', 'EXTERNAL_RESOURCE 3:1'],
  ['<!-- <?xml-stylesheet href="a.css"?> -->'],
  ['<p style="background: url(&quot;a.png&quot;)">', 'EXTERNAL_RESOURCE 3:23'],
  ['<p style="background: u\\72l(a.png)">', 'EXTERNAL_RESOURCE 3:23'],
  ['<p {{#if a}}style="color: red"{{else}}style="background: url(a.png)"{{/if}}>', 'EXTERNAL_RESOURCE 3:58'],
  ['<link rel="icon" href="a.ico">', 'EXTERNAL_RESOURCE 3:1'],
  ['<link rel="stylesheet" href="data:text/css,p{}">', 'EXTERNAL_RESOURCE 3:1'],
  ['<base href="https://example.com/">', 'EXTERNAL_RESOURCE 3:1'],

  // What a drawing in a data: URL loads or runs.
  [`<img src="${drawing('<image href="https://example.com/a.png"/>')}" alt="a">`, 'EXTERNAL_RESOURCE 3:6'],
  [`<img src="${drawing('<style>@import "a.css";</style>')}" alt="a">`, 'EXTERNAL_RESOURCE 3:6'],
  [`<img src="${drawing('<script>go()</script>')}" alt="a">`, 'SCRIPT 3:6'],
  [`<img srcset="${drawing('<path onload="go()"/>')} 2x" alt="a">`, 'EVENT_HANDLER 3:6'],
  [`<p style="background: url(${drawing('<use href="a.svg#b"/>')})">`, 'EXTERNAL_RESOURCE 3:23'],
  [`<img src="${drawing('<path fill="#123456" d="M0 0h9"/>')}" alt="a">`],
  ['<img src="data:image/svg+xml,%3Csvg%3E%3Cimage href=%27a.png%27/%3E%3C/svg%3E" alt="a">', 'EXTERNAL_RESOURCE 3:6'],
  [`<img src="data:image/svg+xml;utf8,<svg><image href='a.png'/></svg>" alt="a">`, 'EXTERNAL_RESOURCE 3:6'],
  ['<svg aria-hidden="true"><path fill="https://example.com/a.svg"/></svg>', 'EXTERNAL_RESOURCE 3:31'],

  // What runs a script, in any spelling.
  ['<a href="java&#115;cript:go()">x</a>', 'SCRIPT_LINK 3:4'],
  ['<a href="&#x6A;avascript:go()">x</a>', 'SCRIPT_LINK 3:4'],
  ['<p onpointerdown="go()" onclick>', 'EVENT_HANDLER 3:4', 'EVENT_HANDLER 3:25'],
  ['<meta http-equiv="&#82;efresh" content="0; url=a">', 'SCRIPT 3:1'],

  // What designers write, and harms nobody.
  ['<link rel="canonical" href="https://example.com/"><link rel="alternate" href="https://example.com/fr">'],
  ['<link rel="icon" href="data:,"><link rel="preload" as="font" href="data:font/woff2;base64,AA==">'],
  ['<base target="_blank">'],
  ['<img src="data:," role="presentation"><img src="data:," role="NONE img"><svg role=" none "><path/></svg>'],
  ['<img src="data:," role="img">', 'NO_ALT_TEXT 3:1'],
  ['<script type="application/ld+json">{ "@type": "Event", "name": "{{eventName}}" }</script>'],
  ['<script type="Application/JSON">{}</script><script type="text/x-template"><p></script>'],
  ['<script type="text/JavaScript">1</script><script type="module">1</script>', 'SCRIPT 3:1', 'SCRIPT 3:42'],
  ['<script type="">1</script><script type="importmap">{}</script>', 'SCRIPT 3:1', 'SCRIPT 3:27'],
  ['<script type="application/x-{{a}}">1</script>', 'SCRIPT 3:1'],
  ['<p online="x" once="y" on="z">'],
  ['<div aria-hidden="true"><img src="data:,"><svg><svg></svg></svg><p><svg></svg></div>'],
  ['<p aria-hidden="true"><p><svg></svg>', 'NO_ALT_TEXT 3:26'],
  ['<div aria-hidden="true"></div><svg></svg>', 'NO_ALT_TEXT 3:31'],
  ['<div role="img" aria-label="A star"><svg></svg></div>'],
  ['<svg role="img" aria-label="A star"><svg></svg></svg>'],
  ['<svg><g><svg></svg></g></svg>', 'NO_ALT_TEXT 3:1'],

  // Names that every object has.
  ['{{#constructor}}{{/constructor}}', 'UNKNOWN_HELPER 3:1'],
  ['{{#toString}}{{/toString}}{{#__proto__}}{{/__proto__}}', 'UNKNOWN_HELPER 3:1', 'UNKNOWN_HELPER 3:27'],
  ['{{constructor x}}{{valueOf x}}', 'UNKNOWN_HELPER 3:1', 'UNKNOWN_HELPER 3:18'],
  ['{{constructor}}{{__proto__}}{{toString}}'],
  ['{{#if constructor}}{{hasOwnProperty}}{{/if}}'],
  ['{{label "constructor"}}{{label "__proto__"}}', 'UNKNOWN_LABEL 3:1', 'UNKNOWN_LABEL 3:24'],
  ['{{asset "constructor"}}{{asset "__proto__"}}', 'UNKNOWN_ASSET 3:1', 'UNKNOWN_ASSET 3:24'],
  ['{{barcode ticketCode type="toString"}}', 'HELPER_ARGUMENTS 3:1'],
  ['{{barcode ticketCode constructor="x"}}', 'HELPER_ARGUMENTS 3:1'],
  ['{{date startsAt "constructor"}}', 'HELPER_ARGUMENTS 3:1'],
  ['{{#12}}{{/12}}{{true}}', 'UNKNOWN_HELPER 3:1', 'UNKNOWN_HELPER 3:15'],
]

for (const [markup, ...codes] of ofMarkup) {
  test(`in markup, ${markup.slice(0, 60)} is ${codes.join(', ') || 'fine'}`, () =>
    assert.deepEqual(found(template(markup)), codes))
}

const ofStyles: [css: string, ...codes: string[]][] = [
  ['p { background: url("https://example.com/a.png") }', 'EXTERNAL_RESOURCE 2:17'],
  ['@import url(a.css);', 'EXTERNAL_RESOURCE 2:1'],
  ['@font-face { font-family: A; src: url(a.woff2) }', 'EXTERNAL_RESOURCE 2:35'],
  ['p { background: url(data:image/png;base64,AA==); fill: url(#a) }'],
  ['/* url(a.png) */'],
  ['p { transition: all 1s }', 'ANIMATION 2:4'],
  ['p { animation: none }'],
  ['@keyframes turn { } p { animation: 1s turn }', 'ANIMATION 2:1', 'ANIMATION 2:24'],
  ['@-webkit-keyframes turn { } p { animation-name: "turn" }', 'ANIMATION 2:1', 'ANIMATION 2:32'],
  ['@keyframes turn { }'],
  ['@keyframes turn { } p { animation: none } @media screen { p { animation: turn 1s } }'],
  ['p { box-shadow: 0 2px 8px rgb(0 0 0 / .3) }', 'COSTLY_STYLE 2:4'],
  ['p { box-shadow: 0 0 0 1px #000 }'],
  ['p { filter: blur(2px) }', 'COSTLY_STYLE 2:4'],
  ['p { color: {{colour}} }', 'UNSAFE_PLACE 2:12'],
  ['@page :first { size: A4 }', 'ODD_PAGE_SIZE 2:1'],
  ['@page { @top-left { content: "a" } size: A4 }', 'ODD_PAGE_SIZE 2:1'],

  // What is loaded from elsewhere, in any spelling.
  ['@IMPORT "a.css";', 'EXTERNAL_RESOURCE 2:1'],
  ['@\\69mport "a.css";', 'EXTERNAL_RESOURCE 2:1'],
  ['@import/**/"a.css";', 'EXTERNAL_RESOURCE 2:1'],
  ['p { background: u\\72l(a.png) }', 'EXTERNAL_RESOURCE 2:17'],
  ['p { background: URL( "a.png" ) }', 'EXTERNAL_RESOURCE 2:17'],
  ['p { background: url(\\61.png) }', 'EXTERNAL_RESOURCE 2:17'],
  ['p { background: image-set("data:," 1x, "a.png" 2x type("image/png")) }', 'EXTERNAL_RESOURCE 2:17'],
  ['p { background: -webkit-image-set(url(a.png) 1x) }', 'EXTERNAL_RESOURCE 2:35'],
  ['p { background: cross-fade(url(a.png), red) }', 'EXTERNAL_RESOURCE 2:28'],
  ['p { background: cross-fade("https://example.com/a.png", red) }', 'EXTERNAL_RESOURCE 2:17'],
  ['p { background: -webkit-cross-fade(url(data:,), url(https://example.com/a.png), 50%) }', 'EXTERNAL_RESOURCE 2:49'],
  ['p { background: https://example.com/a.png no-repeat }', 'EXTERNAL_RESOURCE 2:17'],
  ['p { &:hover { background: url(a.png) } }', 'EXTERNAL_RESOURCE 2:27'],
  ['p { --x: { url(a.png) }; color: red }', 'EXTERNAL_RESOURCE 2:12'],
  ['p { background: url(data:image/svg+xml,<svg xmlns="a">) }', 'EXTERNAL_RESOURCE 2:17'],

  // What designers write, and harms nobody.
  ['@namespace url(http://www.w3.org/1999/xhtml);'],
  ['p { content: "see url(http://x), @import y" }'],
  ['p[title="url(http://x)"] { color: red }'],
  ['@supports (background: url(a.png)) { }'],
  ['<!-- p { color: red } -->'],
  ['@media (prefers-reduced-motion: reduce) { * { animation-duration: 0.01ms !important; transition: all 0.01ms } }'],
  ['@media screen { p { animation: a 1s; box-shadow: 0 0 2px red } @keyframes a { } }'],
  ['@media only screen and (min-width: 1px) { @supports (color: red) { p { transition: all 1s } } }'],
  ['@media not print { p { transition: all 1s } }'],
  ['@media (prefers-reduced-motion: no-preference) { p { animation: a 1s } }', 'ANIMATION 2:53'],
  ['@media screen, print { p { transition: all 1s } }', 'ANIMATION 2:27'],
  ['@media not screen { p { transition: all 1s } }', 'ANIMATION 2:24'],
  ['@media screen { } p { transition: all 1s }', 'ANIMATION 2:22'],
]

for (const [css, ...codes] of ofStyles) {
  test(`in CSS, ${css} is ${codes.join(', ') || 'fine'}`, () => assert.deepEqual(found(template('', css)), codes))
}

test('a template without code, title, language and page size is told so', () => {
  assert.deepEqual(found('<p>{{firstName}}</p>').sort(), [
    'NO_LANGUAGE',
    'NO_PAGE_SIZE',
    'NO_SCANNABLE_CODE',
    'NO_TICKET_CODE',
    'NO_TITLE',
  ])
})

test('a page that no printer takes is told with its place', () => {
  assert.deepEqual(found(template('').replace('A5', '30mm 90mm')), ['ODD_PAGE_SIZE 1:51'])
  assert.deepEqual(found(template('').replace('A5', 'A6')), ['ODD_PAGE_SIZE 1:51'])
  assert.deepEqual(found(template('').replace('A5', 'A5 landscape')), [])
})

const ofSyntax: [markup: string, ...found: string[]][] = [
  ['<p>\n{{#if a}}\n</p>\n\n', '4:1 {{#if a}} is never closed'],
  ['{{#if a}}\n  {{#if b}}\n  x\n{{/if}}', '4:3 {{#if b}} is never closed'],
  ['{{#if a}}\n{{#if b}}x{{/if}}\n', '3:1 {{#if a}} is never closed'],
  ['{{#if a}}\n{{#each b}}\n{{else}}\n{{/if}}', '4:1 {{#each b}} is never closed'],
  ['x\n{{/if}}{{#if a}}x{{/if}}', '4:1 {{/if}} closes no open block'],
  ['{{#if a}}x{{else}}y\n{{else}}z{{/if}}', '4:1 {{#if a}} already has an {{else}}'],
  ['x\n{{else}}', '4:1 {{else}} stands outside of any block'],
  ['<p>{{firstName</p>\n{{lastName}}', '3:4 this mustache does not end'],
  ['<p>{{firstName}</p>\n{{lastName}}', '3:4 this mustache does not end'],
  ['{{!-- never\n{{lastName}}', '3:1 this mustache does not end'],
  [
    '{{first name=}}\n{{label "gate}}',
    '3:1 the syntax of {{first name=}} is wrong',
    '4:1 the syntax of {{label "gate}} is wrong',
  ],
  ['{{#if )}}\n{{else}}\n{{/if}}', '3:1 the syntax of {{#if )}} is wrong'],
  ['{{#if a}}\n{{/if b}}', '4:1 the syntax of {{/if b}} is wrong'],
  ['\\{{#if a}}\n{{/each}}', '4:1 {{/each}} closes no open block'],
  ['{{#if a}}x{{^}}y{{/if}}\n{{#each b}}', '4:1 {{#each b}} is never closed'],
]

test('each syntax error is told where it is caused, and hides nothing else that is wrong', () => {
  for (const [markup, ...expected] of ofSyntax) {
    const { problems } = checkTemplate(template(`${markup}<b onclick="x()">{{shout a}}</b>`))
    const syntax = problems.filter(({ code }) => code === 'SYNTAX')
    assert.deepEqual(
      syntax.map(({ line, column, message }) => `${line}:${column} ${message}`),
      expected,
      markup,
    )
    const others = problems.flatMap(({ code }) => (code === 'SYNTAX' ? [] : [code]))
    assert.deepEqual(others.sort(), ['EVENT_HANDLER', 'UNKNOWN_HELPER'], markup)
  }
})

test('a template whose syntax is wrong is refused with each error', () => {
  assert.throws(
    () => compileTemplate('{{#if a}}\n{{/each}}{{b'),
    ({ details }: TemplateInvalidError) => {
      assert.deepEqual(
        details.map(({ path }) => path),
        ['line 1, column 1', 'line 2, column 1', 'line 2, column 10'],
      )
      return true
    },
  )
})

test('mustaches without an end are told quickly, however many they are', () => {
  for (const unit of ['{{a ', '{{!-- ', '{{! ', '{{a "', '{{"', '{{#if a ', '{{{{', '{{a.b{{#if c}}']) {
    const start = performance.now()
    const { problems } = checkTemplate(unit.repeat(200_000 / unit.length))
    assert.ok(problems.length > 0, unit)
    assert.ok(performance.now() - start < 1500, `${unit}: ${performance.now() - start} ms`)
  }
})

test('a source that is too large is not read', () => {
  assert.deepEqual(found('{{'.repeat(templateLimits.sourceBytes)), ['SOURCE_TOO_LARGE'])
})

test('a near miss says what was meant, and a wrong helper which there are', () => {
  const { problems } = checkTemplate(template('{{firstname}} {{uper lastName}}'))
  assert.match(problems[0]?.message ?? '', /did you mean firstName\?/)
  assert.match(problems[1]?.message ?? '', /did you mean upper\?/)
  assert.match(problems[1]?.advice ?? '', /#if, .*barcode/)
})

test('what a template needs and uses is told', () => {
  const { variables, required } = checkTemplate(
    '{{upper company}}{{#is ticketType "VIP"}}{{lounge}}{{/is}}{{money price fee}}{{qrPayload}}',
  )
  assert.deepEqual(variables, ['company', 'ticketType', 'lounge', 'price', 'fee', 'qrPayload'])
  assert.deepEqual(required, ['company', 'price', 'fee'])
})

const sample = {
  photoUrl: 'https://example.com/a.png',
  inline: 'data:image/png;base64,AA==',
  qrCodeUrl: 'https://example.com/qr.png',
  badge: drawing('<image href="a.png"/>'),
  link: 'javascript:go()',
  guest: { photo: 'https://example.com/b.png' },
  sessions: [{ photo: 'data:image/png;base64,AA==' }, { photo: 'https://example.com/c.png' }],
}

const ofSample: [markup: string, ...codes: string[]][] = [
  ['<img src="{{photoUrl}}" alt="a">', 'EXTERNAL_RESOURCE 3:6'],
  ['<img src="{{guest.photo}}" alt="a">', 'EXTERNAL_RESOURCE 3:6'],
  ['{{#each sessions}}<img src="{{this.photo}}" alt="a">{{/each}}', 'EXTERNAL_RESOURCE 3:24'],
  ['{{#each sessions as |session|}}<img src="{{session.photo}}" alt="a">{{/each}}', 'EXTERNAL_RESOURCE 3:37'],
  ['{{#with guest}}<img src="{{photo}}" alt="a"><img src="{{../inline}}" alt="a">{{/with}}', 'EXTERNAL_RESOURCE 3:21'],
  ['{{#with guest}}<img src="{{@root.photoUrl}}" alt="a">{{/with}}', 'EXTERNAL_RESOURCE 3:21'],
  ['<img srcset="{{inline}} 1x, {{photoUrl}} 2x" alt="a">', 'EXTERNAL_RESOURCE 3:6'],
  ['<p style="background: url({{photoUrl}})">', 'EXTERNAL_RESOURCE 3:23'],
  ['<p style="background:{{photoUrl}}">', 'EXTERNAL_RESOURCE 3:22'],
  ['<p style="background: {{photoUrl}} no-repeat">', 'EXTERNAL_RESOURCE 3:23'],
  ['<img src="{{badge}}" alt="a">', 'EXTERNAL_RESOURCE 3:6'],
  ['<a href="{{link}}">x</a>', 'SCRIPT_LINK 3:4'],
  ['<a href="{{photoUrl}}">x</a> {{photoUrl}}'],
  ['<img src="{{inline}}" alt="a"><img src="{{unknown}}" alt="a"><img src="{{qrCodeUrl}}" alt="a">'],
]

for (const [markup, ...codes] of ofSample) {
  test(`with its sample, ${markup} is ${codes.join(', ') || 'fine'}`, () =>
    assert.deepEqual(found(template(markup), { sample }), codes))
}

test('of many problems, the first 100 are told and the others counted, errors before warnings', () => {
  const { problems, omitted } = checkTemplate(template('<img src="data:,">'.repeat(150) + '<img src="a.png" alt="a">'.repeat(60)))
  assert.equal(problems.length, 100)
  assert.equal(problems.filter(({ code }) => code === 'EXTERNAL_RESOURCE').length, 60)
  assert.deepEqual(omitted, { errors: 0, warnings: 110 })
  assert.deepEqual(
    problems.map(({ column }) => column),
    problems.map(({ column }) => column).sort((one = 0, other = 0) => one - other),
  )
  const many = checkTemplate(template('<i onclick>'.repeat(20_000)))
  assert.deepEqual(many.omitted, { errors: 19_900, warnings: 0 })
  assert(JSON.stringify(many).length < 30_000)
  assert.equal(checkTemplate(template('<i onclick>')).omitted, undefined)
})

test('what a message quotes is short', () => {
  const { problems } = checkTemplate(
    template(`{{asset "${' '.repeat(20_000)}a"}}{{${'a'.repeat(20_000)} b}}<img src="${'a'.repeat(20_000)}" alt="a">`),
  )
  assert.equal(problems.length, 3)
  for (const { message } of problems) assert(message.length < 200, message)
})

test('places are those of the source behind every kind of line end', () => {
  const lines = ['a', 'b\r\n', '\r', '\n\n', '\u2028c ', '{{! \n }}', '<b>{{firstname}}</b>']
  assert.deepEqual(found(template(lines.join(''))), ['UNKNOWN_VARIABLE 7:9'])
})

test('a large asset is told with its size', () => {
  assert.deepEqual(found(template(''), { assets: { photo: `data:image/png;base64,${'A'.repeat(600_000)}` } }), ['LARGE_RESOURCE'])
})

for (const name of ['classic', 'mobile']) {
  test(`the built-in template ${name} has no problems`, async () =>
    assert.deepEqual(found(await readFile(new URL(`../../../templates/${name}/ticket.hbs`, import.meta.url), 'utf8')), []))
}
