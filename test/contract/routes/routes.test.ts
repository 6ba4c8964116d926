import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { clientVariables } from '../../../functions/contract/clients.ts'
import { variables } from '../../../functions/contract/environment.ts'
import { type WorkerFunction, workers } from '../../../functions/contract/functions.ts'
import { routeVariables } from '../../../functions/contract/route-functions.ts'
import { gatewayMethods } from '../../../functions/contract/routes/gateway.ts'
import type { Route } from '../../../functions/contract/routes/route.ts'
import { routes } from '../../../functions/contract/routes/routes.ts'

const root = path.join(import.meta.dirname, '../../..')

test('every route has one file, named as the route, and no file is without a route', async () => {
  const files = (await readdir(path.join(root, 'functions/api'))).map((file) => path.basename(file, '.ts')).sort()
  assert.deepEqual(files, Object.keys(routes).sort())
})

test('every worker has its file', () => {
  for (const { module } of Object.values(workers))
    assert.ok(existsSync(path.join(root, `functions/workers/${module}.ts`)), module)
})

test("every example fits its route's schemas", () => {
  for (const [name, route] of Object.entries<Route>(routes)) {
    assert.ok(route.params?.safeParse(route.example.params).success ?? true, `${name} params`)
    assert.ok(route.body?.safeParse(route.example.body).success ?? true, `${name} body`)
    const schema = 'data' in route.success ? route.success.data : 'document' in route.success ? route.success.document : undefined
    if (schema) assert.deepEqual(schema.safeParse(route.example.answer).error?.issues, undefined, name)
  }
})

test('of the workers, only the one that prepares batches holds the signing keys', () => {
  const holders = Object.entries<WorkerFunction>(workers).filter(([, { uses, variables }]) => {
    const held: readonly string[] = [...variables, ...uses.flatMap((client) => clientVariables[client])]
    return held.some((variable) => variable.startsWith('SIGNING'))
  })
  assert.deepEqual(
    holders.map(([name]) => name),
    ['prepare-batch'],
  )
})

test('every route that a door pass opens has what it takes to check one', () => {
  for (const [name, route] of Object.entries<Route>(routes))
    if (route.access === 'door') assert.ok(route.uses.includes('sql') && route.uses.includes('doors'), name)
})

test('API Gateway wants signatures wherever Core is meant, and every route for doors has a place for passes too', () => {
  const mounts = (path: string, access: Route['access']) => gatewayMethods({ path, access })
  assert.deepEqual(mounts('/api/x', 'core'), [{ path: '/api/x', authorization: 'iam' }])
  assert.deepEqual(mounts('/pdf/{x}', 'link'), [{ path: '/pdf/{x}', authorization: 'none' }])
  assert.deepEqual(mounts('/health', 'public'), [{ path: '/health', authorization: 'none' }])
  assert.deepEqual(mounts('/api/{x}', 'door'), [
    { path: '/api/{x}', authorization: 'iam' },
    { path: '/door/api/{x}', authorization: 'none' },
  ])
})

test('a function whose callers sign has the list of callers', () => {
  assert.ok(routeVariables([routes['generate-ticket']]).includes('ALLOWED_CALLERS'))
  assert.ok(routeVariables([routes['validate-ticket']]).includes('ALLOWED_CALLERS'))
  assert.deepEqual(routeVariables([routes['get-health']]), [])
  assert.deepEqual(routeVariables([routes['get-openapi']]), ['PUBLIC_URL', 'ALLOWED_CALLERS'])
  assert.ok(!routeVariables([routes['get-pdf']]).includes('ALLOWED_CALLERS'))
})

test('the list of callers takes roles, users, accounts and the word anyone, and nothing else', () => {
  const { schema } = variables.ALLOWED_CALLERS
  assert.deepEqual(schema.parse('arn:aws:iam::111122223333:role/core/sender, 444455556666'), [
    'arn:aws:iam::111122223333:role/core/sender',
    '444455556666',
  ])
  assert.deepEqual(schema.parse('anyone'), ['anyone'])
  for (const bad of [
    undefined,
    '',
    ',',
    '*',
    'arn:aws:iam::111122223333:role/*',
    '1234',
    'arn:aws:sts::111122223333:assumed-role/a/b',
  ])
    assert.equal(schema.safeParse(bad).success, false, bad)
})
