import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareRandomTemplates } from './compare-templates.ts'

test('tickets of random templates are the same from shared prints as printed alone', async () => {
  const seeds = Array.from({ length: 12 }, (_, index) => 2_000 + index)
  assert.deepEqual((await compareRandomTemplates(seeds, 6)).differences, [])
})
