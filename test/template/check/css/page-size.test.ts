import assert from 'node:assert/strict'
import { test } from 'node:test'
import { found, template } from '../../../fixtures/checked-template.ts'

test('a page size that printers do not have is reported at its place', () => {
  assert.deepEqual(found(template('').replace('A5', '30mm 90mm')), ['ODD_PAGE_SIZE 1:51'])
  assert.deepEqual(found(template('').replace('A5', 'A6')), ['ODD_PAGE_SIZE 1:51'])
  assert.deepEqual(found(template('').replace('A5', 'A5 landscape')), [])
})
