import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { APIGatewayProxyEvent, Context } from 'aws-lambda'
import { studioRoutes } from '../../../../bin/local/gateway/studio-routes.ts'

test('a file that the studio does not have is answered as plain text', async () => {
  const event = { pathParameters: { file: 'nothing.js' } } as unknown as APIGatewayProxyEvent
  const routes = studioRoutes({ signed: false, service: '', readOnly: false })
  const answer = await routes.find(({ path }) => path === '/studio/{file}')?.handler(event, {} as Context)
  const { statusCode, headers } = answer as { statusCode: number; headers: Record<string, string> }
  assert.deepEqual([statusCode, headers['content-type']], [404, 'text/plain; charset=utf-8'])
})
