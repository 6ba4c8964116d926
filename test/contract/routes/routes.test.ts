import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { clientVariables } from '../../../functions/contract/clients.ts'
import { variables } from '../../../functions/contract/environment.ts'
import { errorCodes } from '../../../functions/contract/errors.ts'
import { type WorkerFunction, workers } from '../../../functions/contract/functions.ts'
import { notices } from '../../../functions/contract/notices.ts'
import { openApiDocument } from '../../../functions/contract/openapi.ts'
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

test('the OpenAPI document says of every place of a route who may call it there', () => {
  const { paths } = openApiDocument({ version: '1.0.0', url: 'https://tickets.example.org' })
  const validate = paths['/api/tickets/validate']?.post as { security: unknown }
  const atDoor = paths['/door/api/tickets/validate']?.post as { security: unknown; operationId: string }
  assert.deepEqual([validate.security, atDoor.security], [[{ sigv4: [] }], [{ doorPass: [] }]])
  assert.equal(atDoor.operationId, 'validate-ticket-at-door')
})

test('the OpenAPI document says which parameters a call cannot do without', () => {
  const { paths } = openApiDocument({ version: '1.0.0', url: 'https://tickets.example.org' })
  const wallet = paths['/wallet/{ticketId}']?.get as { parameters: { name: string; required: boolean }[] }
  const needed = wallet.parameters.filter(({ required }) => required).map(({ name }) => name)
  assert.deepEqual(needed, ['ticketId', 'type'])
})

test('the OpenAPI document passes a public validator and describes every error code', async () => {
  const document = openApiDocument({ version: '1.0.0', url: 'https://tickets.example.org' })
  assert.deepEqual(Object.keys(document.webhooks), Object.keys(notices))
  const file = path.join(os.tmpdir(), `openapi-${process.pid}.json`)
  await writeFile(file, JSON.stringify(document))
  const redocly = path.join(root, 'node_modules/.bin/redocly')
  const { stderr } = await promisify(execFile)(process.execPath, [redocly, 'lint', file, '--extends=spec'], {
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  })
  assert.match(stderr, /Your API description is valid/)
  const text = JSON.stringify(document)
  for (const [code, { when }] of Object.entries(errorCodes))
    assert.ok(text.includes(code) && text.includes(JSON.stringify(when).slice(1, -1)), code)
})
