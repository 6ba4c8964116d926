import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMarkup } from '../../../functions/print/document/markup-fingerprint.ts'
import { shareMarkup } from '../../../functions/print/document/shared-markup.ts'

const shapeOf = (html: string) => parseMarkup(shareMarkup([html]))[0]

for (const [what, one, other, isSame] of [
  ['texts', '<p>Ann</p>', '<p>Bob &amp; "Co" &gt; it\'s</p>', true],
  ['the outlines of pictures', '<path fill="#000" d="M0 0h9z"/>', '<path fill="#000" d="M4 4v7z"/>', true],
  ['where pictures come from', '<img alt="x" src="data:a">', '<img alt="x" src="data:b">', true],
  ['descriptions', '<img alt="x" src="data:a">', '<img alt="y" src="data:a">', false],
  ['attributes after a > in quotes', '<p title="a > b" lang="fr">x</p>', '<p title="a > b" lang="de">x</p>', false],
  ['elements', '<p>x</p>', '<div>x</div>', false],
  ['whether there is text', '<p>x</p>', '<p></p>', false],
  ['whether there is more than space', '<p>x</p>', '<p> </p>', false],
  ['whether a space breaks', '<p>\u00a0</p>', '<p> </p>', false],
  ['styles', '<style>p > b { color: red }</style>', '<style>p > b { display: none }</style>', false],
  ['titles, which describe pictures', '<svg><title>x</title></svg>', '<svg><title>y</title></svg>', false],
  ['the title of the document, which is not printed', '<title>x</title><body>', '<title>y</title><body>', true],
  ['texts behind a comment', "<!-- it's --><p>x</p>", "<!-- it's --><p>y</p>", true],
] as const) {
  test(`tickets that differ in ${what} have ${isSame ? 'the same fingerprint' : 'two fingerprints'}`, () => {
    const [first, second] = parseMarkup(shareMarkup([one, other]))
    assert(first && second)
    assert.equal(first.key === second.key, isSame)
  })
}

test('the texts of a ticket are listed in order, as they are written', () => {
  assert.deepEqual(shapeOf('<h1 class="a">Jazz</h1><p title=\'>\'>Ann &amp; <b>Bob</b> in</p>')?.texts, [
    'Jazz',
    'Ann &amp; ',
    'Bob',
    ' in',
  ])
})

for (const html of [
  '<p title="a < b">x</p>',
  '<p title="a <b> c">x</p>',
  "<p title=it's>x</p>",
  '<style>a { } /* < */ b { }</style>',
  '<!-- < --><p>x</p>',
])
  test(`${html} cannot be split reliably into markup and texts`, () => assert.equal(shapeOf(html), undefined))
