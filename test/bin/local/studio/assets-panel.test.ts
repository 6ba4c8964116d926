import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameAsset } from '../../../../bin/local/studio/assets-panel.ts'

test('an asset is named after its file in letters without marks, digits and -, a small letter first', () => {
  for (const [file, name] of [
    ['événement.png', 'evenement'],
    ['Our Logo (2).final.svg', 'our-Logo-2-final'],
    ['2026_plan.jpg', 'plan'],
    ['東京.png', 'asset'],
  ] as const)
    assert.equal(nameAsset(file), name)
})
