import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TemplateInvalidError } from '../../../../functions/errors.ts'
import { checkTemplate } from '../../../../functions/template/check/check-template.ts'
import { compileTemplate } from '../../../../functions/template/compile.ts'
import { template } from '../../../fixtures/checked-template.ts'

const ofSyntax: [markup: string, ...found: string[]][] = [
  ['<p>\n{{#if a}}\n</p>\n\n', '4:1 {{#if a}} is never closed'],
  ['{{#if a}}\n  {{#if b}}\n  x\n{{/if}}', '4:3 {{#if b}} is never closed'],
  ['{{#if a}}\n{{#if b}}x{{/if}}\n', '3:1 {{#if a}} is never closed'],
  ['{{#if a}}\n{{#each b}}\n{{else}}\n{{/if}}', '4:1 {{#each b}} is never closed'],
  ['x\n{{/if}}{{#if a}}x{{/if}}', '4:1 {{/if}} closes no open block'],
  ['{{#if a}}x{{else}}y\n{{else}}z{{/if}}', '4:1 {{#if a}} already has an {{else}}'],
  ['x\n{{else}}', '4:1 {{else}} is outside any block'],
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

test('each syntax error is reported at its cause, and hides no other problem', () => {
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

test('a template with syntax errors is rejected with every one of them', () => {
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

test('unterminated mustaches are reported quickly, however many there are', () => {
  for (const unit of ['{{a ', '{{!-- ', '{{! ', '{{a "', '{{"', '{{#if a ', '{{{{', '{{a.b{{#if c}}']) {
    const start = performance.now()
    const { problems } = checkTemplate(unit.repeat(200_000 / unit.length))
    assert.ok(problems.length > 0, unit)
    assert.ok(performance.now() - start < 1500, `${unit}: ${performance.now() - start} ms`)
  }
})
