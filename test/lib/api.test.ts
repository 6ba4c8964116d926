import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientVariables } from '../../functions/contract/clients.ts'
import { variables } from '../../functions/contract/environment.ts'
import { errorCodes } from '../../functions/contract/errors.ts'
import { routeVariables, type WorkerFunction, workers } from '../../functions/contract/functions.ts'
import { gatewayMethods } from '../../functions/contract/routes/gateway.ts'
import type { Route } from '../../functions/contract/routes/route.ts'
import { routes } from '../../functions/contract/routes/routes.ts'
import { synthesize } from '../fixtures/synthesized.ts'

const { template, nameOf } = synthesize('production')
const ofType = (type: string) => Object.values(template.findResources(type)).map(({ Properties }) => Properties)
const entries: [string, Route][] = Object.entries(routes)

const methodsOfGateway = (() => {
  const resources = template.findResources('AWS::ApiGateway::Resource')
  const pathOf = (id: unknown): string => {
    const { Ref } = id as { Ref?: string }
    const own = resources[Ref ?? '']?.Properties
    return own ? `${pathOf(own.ParentId)}/${own.PathPart}` : ''
  }
  return ofType('AWS::ApiGateway::Method').map((one) => {
    const parts: { 'Fn::GetAtt'?: string[] }[] = one.Integration.Uri['Fn::Join'][1]
    const target = parts.flatMap((part) => part['Fn::GetAtt']?.[0] ?? []).map(nameOf)
    const authorization = { AWS_IAM: 'iam', NONE: 'none' }[String(one.AuthorizationType)]
    const [, name] = target.join().split('/')
    return { method: one.HttpMethod, path: pathOf(one.ResourceId) || '/', authorization, name }
  })
})()

/** Finds the method that API Gateway takes for a request: its own, or else ANY. */
const methodFor = (method: string, path: string) =>
  methodsOfGateway.find((one) => one.path === path && one.method === method) ??
  methodsOfGateway.find((one) => one.path === path && one.method === 'ANY')

test('API Gateway hands every route its requests where it is mounted, HEAD with GET, under its authorization', () => {
  for (const [name, route] of entries)
    for (const { path, authorization } of gatewayMethods(route))
      for (const method of route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]) {
        const found = methodFor(method, path)
        assert.deepEqual([found?.name, found?.authorization], [name, authorization], `${method} ${path}`)
      }
})

test('API Gateway has no method but those of the contract, and on each path one function that refuses other methods', () => {
  const places = entries.flatMap(([name, route]) => gatewayMethods(route).map(({ path }) => `${path} ${name}`))
  assert.deepEqual(methodsOfGateway.map(({ path, name }) => `${path} ${name}`).toSorted(), places.toSorted())
  for (const { path } of methodsOfGateway) assert.ok(methodFor('DELETE', path), path)
})

test('every function has just the variables that the contract names for it, each such as the service takes', () => {
  const ofNode = ['NODE_EXTRA_CA_CERTS', 'METRICS_NAMESPACE']
  const named: Record<string, string[]> = Object.fromEntries(entries.map(([name, route]) => [name, routeVariables(route)]))
  for (const [name, worker] of Object.entries<WorkerFunction>(workers))
    named[name] = [...worker.uses.flatMap((client) => clientVariables[client]), ...worker.variables]
  let count = 0
  for (const { Properties } of Object.values(template.findResources('AWS::Lambda::Function'))) {
    const name = nameOf(Properties.Role['Fn::GetAtt'][0])
      .replace(/(\/Worker)?\/Role$/, '')
      .replace(/^.*\//, '')
    const declared = named[name]
    if (!declared) continue
    count += 1
    for (const [variable, value] of Object.entries(Properties.Environment.Variables)) {
      assert.ok([...declared, ...ofNode].includes(variable), `${name} has ${variable}`)
      const known = Object.entries(variables).find(([one]) => one === variable)
      if (known && typeof value === 'string') known[1].schema.parse(value)
      assert.ok(!/password|secretstring/i.test(JSON.stringify(value)), `${name} has a password`)
    }
  }
  assert.equal(count, entries.length + Object.keys(workers).length)
})

test('what API Gateway answers by itself has the shape and the codes of the contract', () => {
  const answers = ofType('AWS::ApiGateway::GatewayResponse')
  const codes = Object.fromEntries(
    answers.map(({ ResponseType, ResponseTemplates, StatusCode, ResponseParameters }) => {
      assert.equal(ResponseParameters['gatewayresponse.header.strict-transport-security'], "'max-age=31536000'")
      const body = JSON.parse(ResponseTemplates['application/json'])
      assert.deepEqual([body.success, body.error.details, body.error.requestId], [false, [], '$context.requestId'])
      assert.ok(body.error.code in errorCodes)
      return [ResponseType, `${StatusCode} ${body.error.code}`]
    }),
  )
  assert.equal(codes.MISSING_AUTHENTICATION_TOKEN, '404 ROUTE_NOT_FOUND')
  assert.equal(codes.ACCESS_DENIED, '403 FORBIDDEN')
  assert.equal(codes.INVALID_SIGNATURE, '403 FORBIDDEN')
  assert.equal(codes.REQUEST_TOO_LARGE, '413 PAYLOAD_TOO_LARGE')
  assert.equal(codes.THROTTLED, '429 TOO_MANY_REQUESTS')
  assert.equal(codes.WAF_FILTERED, '429 TOO_MANY_REQUESTS')
  assert.equal(codes.DEFAULT_5XX, '500 INTERNAL_ERROR')
})

test('every function waits for the migration, so that no new code meets an old database', () => {
  const functions = Object.entries(template.findResources('AWS::Lambda::Function'))
  const [trigger] = Object.keys(template.findResources('Custom::Trigger'))
  const early = functions.filter(([, { DependsOn = [] }]) => ![DependsOn].flat().includes(trigger)).map(([id]) => nameOf(id))
  assert.deepEqual(early.map((name) => name.replace(/\/.*/, '')).toSorted(), [
    'AWSCDK.TriggerCustomResourceProviderCustomResourceProvider',
    'Custom::VpcRestrictDefaultSGCustomResourceProvider',
    'Migration',
  ])
})
