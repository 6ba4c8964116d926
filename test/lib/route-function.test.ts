import assert from 'node:assert/strict'
import { test } from 'node:test'
import { App, Stack } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { routes } from '../../functions/contract/routes/routes.ts'
import { makeRouteFunction } from '../../lib/route-function.ts'
import { stages } from '../../lib/stage.ts'

test('routes that would widen the rights of each other cannot share a function', () => {
  const stack = new Stack(new App(), 'Stack')
  const uses = ['storage'] as const
  const served = { 'download-batch': { ...routes['download-batch'], uses }, 'get-png': { ...routes['get-png'], uses } }
  const parts = { bucket: new Bucket(stack, 'Bucket') } as never
  const others = { code: Code.fromInline('x'), stage: stages.local, parts, network: undefined, allowedCallers: 'anyone' }
  assert.throws(
    () => makeRouteFunction(stack, 'mixed', { served, ...others }),
    /The routes of mixed need different permissions: give them different `uses`\./,
  )
})
