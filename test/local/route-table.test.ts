import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { matchRoute } from '../../bin/local/route-table.ts'
import { routes } from '../../functions/contract/routes.ts'

const table = {
  list: { method: 'GET', path: '/things' },
  add: { method: 'POST', path: '/things' },
  read: { method: 'GET', path: '/things/{thingId}' },
  special: { method: 'POST', path: '/things/special' },
  part: { method: 'GET', path: '/things/{thingId}/parts/{partId}' },
  firstPart: { method: 'GET', path: '/things/{thingId}/parts/first' },
}

describe('finding a route', () => {
  for (const [method, path, name, parameters] of [
    ['GET', '/things', 'list', {}],
    ['POST', '/things', 'add', {}],
    ['GET', '/things/7', 'read', { thingId: '7' }],
    ['POST', '/things/special', 'special', {}],
    ['GET', '/things/a%2Fb', 'read', { thingId: 'a%2Fb' }],
    ['GET', '/things/7/parts/8', 'part', { thingId: '7', partId: '8' }],
    ['GET', '/things/7/parts/first', 'firstPart', { thingId: '7' }],
  ] as const) {
    test(`${method} ${path} is ${name}`, () => {
      assert.deepEqual(matchRoute(table, method, path), { name, parameters })
    })
  }

  for (const [method, path, allowedMethods] of [
    ['DELETE', '/things', ['GET', 'POST']],
    ['GET', '/things/special', ['POST']],
    ['get', '/things', ['GET', 'POST']],
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

  test('every route of the contract is found by its own path', () => {
    for (const [name, { method, path }] of Object.entries(routes)) {
      const match = matchRoute(routes, method, path.replaceAll(/\{\w+\}/g, '1'))
      assert.ok('name' in match && match.name === name, name)
    }
  })
})
