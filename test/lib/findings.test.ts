import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AwsSolutionsChecks } from 'cdk-nag'
import { makeStack } from './synthesized.ts'

for (const stage of ['dev', 'production', 'local'] as const)
  test(`cdk-nag finds nothing unexplained in the stage ${stage}`, () => {
    const { app, stack } = makeStack(stage)
    const { violations } = new AwsSolutionsChecks(app).validateScope(stack)
    const found = violations.map(({ ruleName, violatingResources }) => [ruleName, violatingResources[0]?.constructPath])
    assert.deepEqual(found, [])
  })

test('cdk-nag does look: without an explanation it finds the bucket without access logs', () => {
  const { app, stack } = makeStack('local')
  for (const construct of stack.node.findAll())
    for (const entry of [...construct.node.metadata].filter(({ type }) => /acknowledged/i.test(type)))
      delete (entry as { data: Record<string, unknown> }).data[Object.keys(entry.data)[0] ?? '']
  const { violations } = new AwsSolutionsChecks(app).validateScope(stack)
  assert.ok(violations.some(({ ruleName }) => ruleName === 'AwsSolutions-S1'))
})
