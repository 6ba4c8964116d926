import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { type TemplateProblemCode, templateLimits } from '../../functions/contract/template-check.ts'
import { checkTemplate } from '../../functions/pdf/template-check.ts'

/** Puts a line of markup, and one of CSS, into a template that is fine. */
function template(markup: string, css = ''): string {
  return `<html lang="en"><head><title>Ticket</title><style>@page { size: A5; margin: 0 }
${css}</style></head><body>{{qrCode}}{{ticketCode}}
${markup}</body></html>`
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
  ['@keyframes turn { }', 'ANIMATION 2:1'],
  ['p { box-shadow: 0 2px 8px rgb(0 0 0 / .3) }', 'COSTLY_STYLE 2:4'],
  ['p { box-shadow: 0 0 0 1px #000 }'],
  ['p { filter: blur(2px) }', 'COSTLY_STYLE 2:4'],
  ['p { color: {{colour}} }', 'UNSAFE_PLACE 2:12'],
  ['@page :first { size: A4 }', 'ODD_PAGE_SIZE 2:1'],
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

test('a syntax error is told with line and column, alone', () => {
  assert.deepEqual(found('<p>\n{{#if a}}\n</p>'), ['SYNTAX 3:5'])
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

test('a large asset is told with its size', () => {
  assert.deepEqual(found(template(''), { assets: { photo: `data:image/png;base64,${'A'.repeat(600_000)}` } }), ['LARGE_RESOURCE'])
})

for (const name of ['classic', 'mobile']) {
  test(`the built-in template ${name} has no problems`, async () =>
    assert.deepEqual(found(await readFile(new URL(`../../templates/${name}/ticket.hbs`, import.meta.url), 'utf8')), []))
}
