import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runWithin, TimeBudgetError } from '../../../functions/template/helpers/time-budget.ts'

const forever = () => {
  for (;;);
}

test('work that ends in time gives its result or its own error', () => {
  assert.equal(
    runWithin(1000, () => 'done'),
    'done',
  )
  assert.throws(() => runWithin(1000, () => assert.fail('its own')), /its own/)
})

test('a loop and a regular expression are ended when their time is up', () => {
  assert.throws(() => runWithin(50, forever), TimeBudgetError)
  assert.throws(() => runWithin(50, () => /^(a+)+$/.test(`${'a'.repeat(40)}b`)), TimeBudgetError)
  assert.equal(
    runWithin(1000, () => 1),
    1,
  )
})

test('a budget inside of another ends first', () => {
  const outer = runWithin(5000, () => {
    assert.throws(() => runWithin(50, forever), TimeBudgetError)
    return 'goes on'
  })
  assert.equal(outer, 'goes on')
})
