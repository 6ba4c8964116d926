import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { AwsSolutionsChecks } from 'cdk-nag'
import { makeStack, synthesize } from '../fixtures/synthesized.ts'

for (const stage of ['dev', 'production', 'local'] as const)
  test(`cdk-nag finds nothing unexplained in the stage ${stage}`, () => {
    const { app, stack } = synthesize(stage)
    const { violations } = new AwsSolutionsChecks(app).validateScope(stack)
    const found = violations.map(({ ruleName, violatingResources }) => [ruleName, violatingResources[0]?.constructPath])
    assert.deepEqual(found, [])
  })

test('cdk-nag does look: it finds a bucket that nothing explains', () => {
  const { app, stack } = makeStack('local')
  new Bucket(stack, 'Open')
  const { violations } = new AwsSolutionsChecks(app).validateScope(stack)
  assert.ok(violations.some(({ ruleName }) => ruleName === 'AwsSolutions-S1'))
})
