import assert from 'node:assert/strict'
import { test } from 'node:test'
import { found, template } from '../../../fixtures/checked-template.ts'

const ofStyles: [css: string, ...problems: string[]][] = [
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

for (const [css, ...problems] of ofStyles)
  test(`${css} ${problems.length > 0 ? `has ${problems.join(', ')}` : 'has no problems'}`, () =>
    assert.deepEqual(found(template('', css)), problems))
