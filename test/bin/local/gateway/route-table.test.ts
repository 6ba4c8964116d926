import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { matchRoute } from '../../../../bin/local/gateway/route-table.ts'
import { gatewayMethods } from '../../../../functions/contract/routes/gateway.ts'
import type { Route } from '../../../../functions/contract/routes/route.ts'
import { routes } from '../../../../functions/contract/routes/routes.ts'

const table = [
  { name: 'list', method: 'GET', path: '/things' },
  { name: 'add', method: 'POST', path: '/things' },
  { name: 'read', method: 'GET', path: '/things/{thingId}' },
  { name: 'special', method: 'POST', path: '/things/special' },
  { name: 'part', method: 'GET', path: '/things/{thingId}/parts/{partId}' },
  { name: 'firstPart', method: 'GET', path: '/things/{thingId}/parts/first' },
]

test('a route that takes all that remains gives way to every other, and takes every method', () => {
  const all = [{ name: 'rest', method: 'ANY', path: '/{proxy+}' }, { name: 'start', method: 'ANY', path: '/' }, ...table]
  for (const [method, path, name] of [
    ['GET', '/', 'start'],
    ['PATCH', '/nothing%zz', 'rest'],
    ['GET', '/things/', 'rest'],
    ['GET', '/things/7/parts', 'rest'],
    ['GET', '/things/7', 'read'],
  ] as const) {
    const match = matchRoute(all, method, path)
    assert.equal('route' in match && match.route.name, name, path)
  }
  assert.deepEqual(matchRoute(all, 'DELETE', '/things/7'), { allowedMethods: ['GET', 'HEAD'] })
})

describe('finding a route', () => {
  for (const [method, path, name, parameters] of [
    ['GET', '/things', 'list', {}],
    ['POST', '/things', 'add', {}],
    ['GET', '/things/7', 'read', { thingId: '7' }],
    ['HEAD', '/things/7', 'read', { thingId: '7' }],
    ['POST', '/things/special', 'special', {}],
    ['GET', '/things/a%2Fb', 'read', { thingId: 'a%2Fb' }],
    ['GET', '/things/7/parts/8', 'part', { thingId: '7', partId: '8' }],
    ['GET', '/things/7/parts/first', 'firstPart', { thingId: '7' }],
  ] as const) {
    test(`${method} ${path} is ${name}`, () => {
      assert.deepEqual(matchRoute(table, method, path), { route: table.find((route) => route.name === name), parameters })
    })
  }

  for (const [method, path, allowedMethods] of [
    ['DELETE', '/things', ['GET', 'HEAD', 'POST']],
    ['OPTIONS', '/things/7', ['GET', 'HEAD']],
    ['GET', '/things/special', ['POST']],
    ['HEAD', '/things/special', ['POST']],
    ['get', '/things', ['GET', 'HEAD', 'POST']],
    ['GET', '/', []],
    ['GET', '', []],
    ['GET', '/things/', []],
    ['GET', '//things', []],
    ['GET', '/Things', []],
    ['GET', '/things/7/parts', []],
    ['GET', '/constructor', []],
  ] as const) {
    test(`${method} ${path || 'nothing'} is none, and the path takes ${allowedMethods.join(', ') || 'nothing'}`, () => {
      assert.deepEqual(matchRoute(table, method, path), { allowedMethods })
    })
  }

  test('every route of the contract is found wherever it is mounted', () => {
    const mounted = Object.values<Route>(routes).flatMap((route) =>
      gatewayMethods(route).map(({ path }) => ({ method: route.method, path })),
    )
    for (const route of mounted) {
      const match = matchRoute(mounted, route.method, route.path.replaceAll(/\{\w+\}/g, '1'))
      assert.ok('route' in match && match.route === route, route.path)
    }
  })
})
