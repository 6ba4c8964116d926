import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { clientVariables } from '../../functions/contract/clients.ts'
import { variables } from '../../functions/contract/environment.ts'
import { type ErrorCode, type ErrorDescription, errorCodes } from '../../functions/contract/errors.ts'
import { type WorkerFunction, workers } from '../../functions/contract/functions.ts'
import { functionOf, routeFunctions, routeVariables } from '../../functions/contract/route-functions.ts'
import { gatewayMethods, methodThrottles, withHead } from '../../functions/contract/routes/gateway.ts'
import type { Route } from '../../functions/contract/routes/route.ts'
import { routes } from '../../functions/contract/routes/routes.ts'
import { makeStack, synthesize } from '../fixtures/synthesized.ts'

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

/** Lists where a route is mounted in a stage with a resource policy: unknown paths with parameters stay with API Gateway. */
const placesOf = (route: Route) => gatewayMethods(route).filter(({ path }) => route.method !== 'ANY' || !path.includes('{'))

/** Finds the method that API Gateway takes for a request: its own, or else ANY. */
const methodFor = (method: string, path: string) =>
  methodsOfGateway.find((one) => one.path === path && one.method === method) ??
  methodsOfGateway.find((one) => one.path === path && one.method === 'ANY')

test('API Gateway hands every route its requests where it is mounted, HEAD with GET, under its authorization', () => {
  for (const [, route] of entries)
    for (const { path, authorization } of placesOf(route))
      for (const method of route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]) {
        const found = methodFor(method, path)
        assert.deepEqual([found?.name, found?.authorization], [functionOf(route), authorization], `${method} ${path}`)
      }
})

test('API Gateway has no method but those of the contract, and on each path one function that refuses other methods', () => {
  const places = entries.flatMap(([, route]) => placesOf(route).map(({ path }) => `${path} ${functionOf(route)}`))
  assert.deepEqual(methodsOfGateway.map(({ path, name }) => `${path} ${name}`).toSorted(), places.toSorted())
  for (const { path } of methodsOfGateway) assert.ok(methodFor('DELETE', path), path)
})

test('every function has just the variables that the contract names for it, each such as the service takes', () => {
  const ofNode = ['NODE_EXTRA_CA_CERTS', 'METRICS_NAMESPACE']
  const named: Record<string, string[]> = {}
  for (const [name, served] of routeFunctions) named[name] = routeVariables(Object.values(served))
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
  const withWallets = ['find-changed-passes', 'push-passes']
  assert.equal(count, routeFunctions.size + Object.keys(workers).length - withWallets.length)
})

test('what API Gateway answers by itself has the shape and the codes of the contract', () => {
  const answers = ofType('AWS::ApiGateway::GatewayResponse')
  const codes = Object.fromEntries(
    answers.map(({ ResponseType, ResponseTemplates, StatusCode, ResponseParameters }) => {
      assert.equal(ResponseParameters['gatewayresponse.header.strict-transport-security'], "'max-age=31536000'")
      const body = JSON.parse(ResponseTemplates['application/json'])
      assert.deepEqual([body.success, body.error.details, body.error.requestId], [false, [], '$context.requestId'])
      const { retryAfterSeconds }: ErrorDescription = errorCodes[body.error.code as ErrorCode]
      const retryAfter = ResponseParameters['gatewayresponse.header.retry-after']
      if (retryAfterSeconds) assert.equal(retryAfter, `'${retryAfterSeconds}'`, ResponseType)
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
  // What a function whose environments are all busy comes to.
  assert.equal(codes.INTEGRATION_FAILURE, '429 TOO_MANY_REQUESTS')
  assert.equal(codes.INTEGRATION_TIMEOUT, '504 INTERNAL_ERROR')
})

test('every method has the throttle of those who may call it, and open ones together stay below that of the account', () => {
  const settings: Record<string, number | string>[] = ofType('AWS::ApiGateway::Stage')[0]?.MethodSettings
  const throttleOf = (path: string, method: string) => {
    const resource = `/${path.replaceAll('/', '~1')}`
    const found =
      settings.find(({ ResourcePath, HttpMethod }) => ResourcePath === resource && HttpMethod === method) ?? settings[0]
    return { perSecond: found?.ThrottlingRateLimit, burst: found?.ThrottlingBurstLimit }
  }
  assert.deepEqual([settings[0]?.ResourcePath, settings[0]?.HttpMethod], ['/*', '*'])
  for (const { LoggingLevel } of settings) assert.equal(LoggingLevel, 'ERROR')
  let open = 0
  for (const [name, route] of entries.filter(([, { method }]) => method !== 'ANY'))
    for (const { path, authorization } of gatewayMethods(route))
      for (const method of withHead([route.method])) {
        assert.deepEqual(throttleOf(path, method), methodThrottles[route.access], `${name} ${path}`)
        if (authorization === 'none') open += methodThrottles[route.access].perSecond
      }
  // API Gateway, "Quotas": 10,000 requests a second in an account and region.
  assert.ok(open < 10_000, String(open))
})

test('the resource policy lets the listed callers call every route, and everyone the open ones alone', () => {
  const policyOf = (stack: Stack): { Principal: unknown; Resource: string | string[] }[] =>
    Object.values(Template.fromStack(stack).findResources('AWS::ApiGateway::RestApi'))[0]?.Properties.Policy?.Statement
  const core = 'arn:aws:iam::111122223333:role/core'
  const [listed, everyone] = policyOf(makeStack('production', { allowedCallers: `${core}, 444455556666` }).stack)
  assert.deepEqual(listed?.Resource, 'execute-api:/production/*')
  assert.match(JSON.stringify(listed?.Principal), /arn:aws:iam::111122223333:role\/core.+:iam::444455556666:root/)
  assert.deepEqual(everyone?.Principal, { AWS: '*' })
  const open = [everyone?.Resource ?? []].flat().map((pattern) => pattern.replace('execute-api:/production/*', ''))
  const isOpen = (path: string) =>
    open.some((pattern) => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(path))
  for (const [, route] of entries)
    for (const { path, authorization } of placesOf(route))
      assert.equal(isOpen(path.replace(/\{\w+\}/g, '1')), authorization === 'none', path)
  assert.ok(JSON.stringify([listed, everyone]).length < 8192, 'API Gateway, "Quotas": length of a resource policy')
  assert.equal(policyOf(makeStack('local').stack), undefined)
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
