import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkTemplate } from '../../../../functions/template/check/check-template.ts'
import { found, template } from '../../../fixtures/checked-template.ts'

const ofMustaches: [markup: string, ...problems: string[]][] = [
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

for (const [markup, ...problems] of ofMustaches)
  test(`${markup} ${problems.length > 0 ? `has ${problems.join(', ')}` : 'has no problems'}`, () =>
    assert.deepEqual(found(template(markup)), problems))

test('a typo gets a suggestion, and an unknown helper the list of helpers', () => {
  const { problems } = checkTemplate(template('{{firstname}} {{uper lastName}}'))
  assert.match(problems[0]?.message ?? '', /did you mean firstName\?/)
  assert.match(problems[1]?.message ?? '', /did you mean upper\?/)
  assert.match(problems[1]?.advice ?? '', /#if, .*barcode/)
})

test('the variables that a template uses and requires are listed', () => {
  const { variables, required } = checkTemplate(
    '{{upper company}}{{#is ticketType "VIP"}}{{lounge}}{{/is}}{{money price fee}}{{qrPayload}}',
  )
  assert.deepEqual(variables, ['company', 'ticketType', 'lounge', 'price', 'fee', 'qrPayload'])
  assert.deepEqual(required, ['company', 'price', 'fee'])
})
