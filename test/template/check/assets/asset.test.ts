import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAsset } from '../../../../functions/template/check/assets/asset.ts'

function problemOf(content: string, attributes = ''): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" ${attributes}>${content}</svg>`
  const reading = readAsset(Buffer.from(svg))
  return 'problem' in reading ? reading.problem.replace('must be a drawing without ', '') : ''
}

for (const [content, problem] of [
  ['<path d="M0 0h9v9" fill="url(#a)"/><use href="#b"/><image href="data:image/png;base64,AA=="/>', ''],
  ['<!-- <script> url(a.png) --><text>javascript: @import url(a.png)</text>', ''],
  ['<style><![CDATA[ a > b { content: "url(a.png)" } ]]></style>', ''],
  ['<script>go()</script>', 'scripts'],
  ['<s:script xmlns:s="http://www.w3.org/2000/svg"/>', 'scripts'],
  ['<path onclick="go()"/>', 'event handlers'],
  ['<a href="java&#115;cript:go()"/>', 'javascript: addresses'],
  ['<foreignObject/>', 'foreignObject'],
  ['<image href="a.png"/>', 'addresses of other files'],
  ['<image xlink:href="https://example.com/a.png"/>', 'addresses of other files'],
  ['<image l:href="a.png"/>', 'addresses of other files'],
  ['<path fill="url(a.svg#b)"/>', 'addresses of other files'],
  ['<path style="fill: u\\72l(a.svg#b)"/>', 'addresses of other files'],
  ['<style>@import "a.css";</style>', 'addresses of other files'],
  ['<style><![CDATA[ a { b: url(a.png) } ]]></style>', 'addresses of other files'],
  ['<image><set attributeName="href" to="a.png"/></image>', 'addresses of other files'],
] as const) {
  test(`in a drawing, ${content} is ${problem || 'fine'}`, () =>
    assert.equal(problemOf(content).replace(/ \(.*\)$/, ''), problem))
}

test('a refused drawing is told by what and where, also in a drawing that it carries', () => {
  assert.equal(problemOf('<g><path onload="go()"/></g>'), 'event handlers (onload of <path>)')
  assert.equal(
    problemOf('<image href="https://example.com/a.png"/>'),
    'addresses of other files (href of <image> loads https://example.com/a.png)',
  )
  assert.equal(problemOf('<style>@import "a.css";</style>'), 'addresses of other files (<style> loads @import)')
  const inner = encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg"><image href="a.png"/></svg>')
  assert.match(
    problemOf(`<image href="data:image/svg+xml,${inner}"/>`),
    /^addresses of other files \(href of <image> loads data:/,
  )
  const sizeless = readAsset(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'))
  assert.deepEqual(sizeless, { problem: 'must have a width and a height, or a viewBox, in its first <svg> tag' })
})

test('a drawing with entities is refused', () => {
  const reading = readAsset(Buffer.from('<!DOCTYPE svg [<!ENTITY a "b">]><svg width="9" height="9"></svg>'))
  assert.deepEqual(reading, { problem: 'must be a drawing without entities (<!ENTITY …>)' })
})
