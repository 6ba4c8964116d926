import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeFailure, isFirstDeployment } from '../../../bin/deploy/deployed-stack.ts'

const at = (status: string) => ({ status, options: {} })

test('a stack that does not exist, or was rolled back, is created', () => {
  assert.ok(
    isFirstDeployment(undefined) && isFirstDeployment(at('ROLLBACK_COMPLETE')) && isFirstDeployment(at('REVIEW_IN_PROGRESS')),
  )
  for (const status of ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'])
    assert.ok(!isFirstDeployment(at(status)))
})

test('a failed deployment says truly what it has left', () => {
  const before = at('UPDATE_COMPLETE')
  assert.match(
    describeFailure(undefined, at('ROLLBACK_COMPLETE')),
    /first deployment failed, and everything it had created was deleted/,
  )
  assert.match(
    describeFailure(undefined, at('ROLLBACK_FAILED')),
    /could not be undone \(ROLLBACK_FAILED\): see docs\/runbook\.md/,
  )
  assert.match(
    describeFailure(before, at('UPDATE_ROLLBACK_COMPLETE')),
    /was undone: the previous version runs, on the migrated database/,
  )
  assert.match(describeFailure(before, before), /failed before it changed anything/)
  assert.match(describeFailure(undefined, undefined), /failed before it changed anything/)
})
