import assert from 'node:assert/strict'
import { test } from 'node:test'
import { templateLimits } from '../../../../functions/contract/template-check.ts'
import { checkSize } from '../../../../functions/template/check/handlebars/parse-template.ts'

const { nesting, mustaches } = templateLimits
const nested = (depth: number, begin: string, end: string) => begin.repeat(depth) + end.repeat(depth)
const chain = (length: number) => `{{#if a}}${'x{{else if b}}'.repeat(length)}{{/if}}`

test('what templates need is not counted as too much', () => {
  for (const source of [
    '',
    '<p>{{a}}'.repeat(mustaches),
    nested(nesting, '{{#if a}}', '{{/if}}'),
    nested(nesting, '{{^a}}', '{{/a}}'),
    chain(nesting - 1).repeat(10),
    '{{#if a}}x{{^}}y{{else}}z{{/if}}'.repeat(400),
    `{{!-- ${'{{#if a}}'.repeat(nesting + 1)} --}}`,
  ])
    assert.equal(checkSize(source), undefined, source.slice(0, 60))
})

const tooMuch = {
  mustaches: '{{a}}'.repeat(mustaches + 1),
  comments: '{{!-- --}}'.repeat(20_000),
  'unclosed comments': '{{!--}}'.repeat(30_000),
  'opened blocks': '{{#if a}}'.repeat(10_000),
  'nested blocks': nested(nesting + 1, '{{#if a}}', '{{/if}}'),
  'blocks with blanks': nested(nesting + 1, '{{~# if a}}', '{{~/ if}}'),
  'a chain of else': chain(nesting + 1),
  'a chain of a helper': chain(nesting + 1).replaceAll('else if', '~else is'),
  'nested expressions': `{{is ${'(a '.repeat(nesting + 1)}${')'.repeat(nesting + 1)}}}`,
  arguments: `{{is ${'a '.repeat(20_000)}}}`,
  'a path': `{{a${'.a'.repeat(20_000)}}}`,
}

for (const [what, source] of Object.entries(tooMuch))
  test(`too much of ${what} is refused with its place, at once`, () => {
    const start = performance.now()
    const problem = checkSize(`\n${source}`)
    assert.equal(problem?.code, 'TOO_COMPLEX')
    assert.equal(problem.line, 2)
    assert.ok(performance.now() - start < 250, `${performance.now() - start} ms`)
  })
