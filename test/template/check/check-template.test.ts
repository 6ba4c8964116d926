import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { templateLimits } from '../../../functions/contract/template-check.ts'
import { checkTemplate } from '../../../functions/template/check/check-template.ts'
import { found, template } from '../../fixtures/checked-template.ts'

test('a template without problems passes', () => {
  assert.deepEqual(found(template('<p class="a">{{firstName}} {{seatColour}}</p>')), [])
})

test('the missing code, title, language and page size of a template are reported', () => {
  assert.deepEqual(found('<p>{{firstName}}</p>').sort(), [
    'NO_LANGUAGE',
    'NO_PAGE_SIZE',
    'NO_SCANNABLE_CODE',
    'NO_TICKET_CODE',
    'NO_TITLE',
  ])
})

test('a source that is too large is not parsed', () => {
  assert.deepEqual(found('{{'.repeat(templateLimits.sourceBytes)), ['SOURCE_TOO_LARGE'])
})

test('of many problems, the first 100 are reported and the others counted, errors before warnings', () => {
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

test('messages shorten what they quote', () => {
  const { problems } = checkTemplate(
    template(`{{asset "${' '.repeat(20_000)}a"}}{{${'a'.repeat(20_000)} b}}<img src="${'a'.repeat(20_000)}" alt="a">`),
  )
  assert.equal(problems.length, 3)
  for (const { message } of problems) assert(message.length < 200, message)
})

test('places count every kind of line end as the source has it', () => {
  const lines = ['a', 'b\r\n', '\r', '\n\n', '\u2028c ', '{{! \n }}', '<b>{{firstname}}</b>']
  assert.deepEqual(found(template(lines.join(''))), ['UNKNOWN_VARIABLE 7:9'])
})

test('a large asset is reported', () => {
  assert.deepEqual(found(template(''), { assets: { photo: `data:image/png;base64,${'A'.repeat(600_000)}` } }), ['LARGE_RESOURCE'])
})

for (const name of ['classic', 'mobile', 'stub', 'festival']) {
  test(`the built-in template ${name} has no problems`, async () =>
    assert.deepEqual(found(await readFile(new URL(`../../../templates/${name}/ticket.hbs`, import.meta.url), 'utf8')), []))
}
