import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routeFunctions } from '../../functions/contract/route-functions.ts'
import { gatewayMethods } from '../../functions/contract/routes/gateway.ts'
import { dispatchRoutes } from '../../functions/http/dispatch.ts'

/** Makes a function of routes whose handlers answer their names. */
function dispatcher(names: string[]) {
  const modules = names.map((name) => [name, { handler: async () => ({ statusCode: 200, body: name }) }] as const)
  const handler = dispatchRoutes(Object.fromEntries(modules))
  return async (httpMethod: string, resource: string) => (await handler({ httpMethod, resource } as never, {} as never))?.body
}

test('every function hands each request to the route that is mounted there, HEAD to that of GET', async () => {
  for (const served of routeFunctions.values()) {
    const ask = dispatcher(Object.keys(served))
    for (const [name, route] of Object.entries(served))
      for (const { path } of gatewayMethods(route)) {
        assert.equal(await ask(route.method, path), name)
        if (route.method === 'GET') assert.equal(await ask('HEAD', path), name)
      }
  }
})

test('a method that no route takes goes to a route of its path, which refuses it', async () => {
  const ask = dispatcher(['list-templates', 'get-template'])
  assert.equal(await ask('DELETE', '/api/templates'), 'list-templates')
  assert.equal(await ask('PATCH', '/api/templates/{templateId}'), 'get-template')
})

test('a path of another function is a fault, and a wake-up is answered without any route', async () => {
  await assert.rejects(dispatcher(['list-templates'])('GET', '/health'), /This function has no route at \/health/)
  assert.equal(await dispatchRoutes({})({ wake: true }, {} as never), undefined)
})
