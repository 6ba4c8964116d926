import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listVariants } from '../../functions/print/trial/trial-variants.ts'
import { compileTemplate } from '../../functions/template/compile.ts'

const source = `{{#if notes}}{{notes}}{{/if}}{{#unless seat}}standing{{/unless}}{{#is locale "de" "ar"}}x{{/is}}
  {{#each sessions}}{{#if this.room}}{{this.room}}{{/if}}{{/each}}{{tierColour}}`
const template = compileTemplate(source)

test('the branches of a template are what its conditions and lists ask of its variables', () => {
  assert.deepEqual(template.branches, [
    { variable: 'notes', kind: 'presence', words: [] },
    { variable: 'seat', kind: 'presence', words: [] },
    { variable: 'locale', kind: 'word', words: ['de', 'ar'] },
    { variable: 'sessions', kind: 'list', words: [] },
  ])
})

test('variants take each condition both ways, each word and another, lists of three lengths, and other values', () => {
  const base = { seat: '4', sessions: [{ room: 'A' }], tierColour: '#b8860b' }
  const variants = new Map(listVariants(template, base).map(({ name, variables }) => [name, variables]))
  assert.equal(variants.get('with notes')?.notes, 'notes')
  assert.equal(variants.get('without seat')?.seat, undefined)
  assert.deepEqual(
    ['locale de', 'locale ar', 'locale other'].map((name) => [variants.get(name)?.locale, variants.get(name)?.dir]),
    [
      ['de', 'ltr'],
      ['ar', 'rtl'],
      ['other', 'ltr'],
    ],
  )
  for (const count of [0, 1, 40])
    assert.deepEqual(
      variants.get(`${count} sessions`)?.sessions,
      Array.from({ length: count }, () => ({ room: 'A' })),
    )
  assert.equal(variants.get('another tierColour')?.tierColour, '#36c')
})
