import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { type ApiGateway, openApiGateway } from '../../../../bin/local/gateway/api-gateway.ts'
import { type Signing, signRequest } from '../../../fixtures/signing.ts'

const session = {
  profile: 'core',
  arn: 'arn:aws:sts::111122223333:assumed-role/core/i-0abc',
  ...{ accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG', sessionToken: 'dG9r/ZW4+dG9rZW4=' },
}
const user = {
  profile: 'ada',
  arn: 'arn:aws:iam::111122223333:user/people/ada',
  ...{ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'bPxRfiCYEXAMPLEKEYwJa' },
}
const echo = async ({ requestContext }: APIGatewayProxyEvent) => ({
  statusCode: 200,
  body: JSON.stringify(requestContext.identity),
})
const routes = [
  { name: 'echo', method: 'POST', path: '/things/{thing}', timeoutSeconds: 5, authorization: 'iam' },
  { name: 'echo', method: 'GET', path: '/things/{thing}', timeoutSeconds: 5, authorization: 'iam' },
  { name: 'echo', method: 'GET', path: '/open', timeoutSeconds: 5, authorization: 'none' },
] as const
const body = '{"é":1}'
const minute = 60_000

describe('a gateway that requires signatures', () => {
  let gateway: ApiGateway
  let address: string

  before(async () => {
    gateway = await openApiGateway({ host: '127.0.0.1', port: 0 })
    gateway.serve({ routes: routes.map((each) => ({ ...each, handler: echo })), callers: [session, user], log: assert.fail })
    address = `http://127.0.0.1:${gateway.port}/things/a%20b%2Fc%C3%A9?x=2&x=1&cursor=a%2Bb%20c%2F%3D&empty=`
  })
  after(() => gateway.stop())

  const signed = (signing: Partial<Signing> = {}, headers = {}) =>
    signRequest(
      { method: 'POST', address, body, headers: { 'content-type': 'application/json', ...headers } },
      { credentials: session, ...signing },
    )

  async function refusalOf(target: string, init: RequestInit): Promise<string> {
    const response = await fetch(target, init)
    const { success, error } = (await response.json()) as { success: boolean; error: Record<string, unknown> }
    assert.deepEqual([response.status, success, error.code, error.details], [403, false, 'FORBIDDEN', []])
    assert.equal(error.requestId, response.headers.get('x-amzn-requestid'))
    return String(error.message)
  }

  test("takes what the AWS SDK's signer signs, and tells the function who it was, as API Gateway does", async () => {
    const { sourceIp, userAgent, ...identity } = await (await fetch(address, await signed())).json()
    assert.equal(sourceIp, '127.0.0.1')
    const nothing = ['apiKey', 'apiKeyId', 'clientCert', 'cognitoAuthenticationProvider', 'cognitoAuthenticationType']
    for (const name of [...nothing, 'cognitoIdentityId', 'cognitoIdentityPoolId', 'principalOrgId']) {
      assert.equal(identity[name], null, name)
      delete identity[name]
    }
    assert.match(identity.caller, /^AROA\w+:i-0abc$/)
    assert.deepEqual(identity, {
      ...{ accessKey: 'ASIAEXAMPLE', accountId: '111122223333', userArn: session.arn },
      ...{ caller: identity.caller, user: identity.caller },
    })
  })

  test("takes a user's keys, any region, a body signed without its own header, and a request without a body", async () => {
    const ofUser = await fetch(address, await signed({ credentials: user, region: 'us-gov-east-1', withoutBodyHash: true }))
    assert.equal((await ofUser.json()).userArn, user.arn)
    assert.equal((await fetch(address, await signRequest({ method: 'GET', address }, { credentials: user }))).status, 200)
    const almostStale = new Date(Date.now() - 4.5 * minute)
    assert.equal((await fetch(address, await signed({ signedAt: almostStale }))).status, 200)
  })

  test('asks nobody where the route is open', async () => {
    const response = await fetch(new URL('/open', address), { headers: { authorization: 'Door 1.2.3.x' } })
    assert.equal((await response.json()).userArn, null)
  })

  test('refuses what is not signed, or signed in another way', async () => {
    assert.match(await refusalOf(address, { method: 'POST', body }), /not signed: it has no Authorization header/)
    for (const authorization of ['Basic YTpi', 'Door 1.2.3.x', 'AWS4-HMAC-SHA256 Credential=x', 'AWS4-HMAC-SHA256'])
      assert.match(await refusalOf(address, { method: 'POST', headers: { authorization } }), /not an AWS Signature Version 4/)
    assert.match(await refusalOf(address, await signed({ service: 's3' })), /for the service s3, not for execute-api/)
  })

  test('refuses unknown keys, wrong secrets and wrong tokens', async () => {
    const { sessionToken, ...bare } = session
    const other = { ...session, secretAccessKey: 'another' }
    assert.match(
      await refusalOf(address, await signed({ credentials: { ...user, accessKeyId: 'AKIDX' } })),
      /key AKIDX is unknown/,
    )
    assert.match(await refusalOf(address, await signed({ credentials: other })), /does not match/)
    assert.match(await refusalOf(address, await signed({ credentials: bare })), /security token .* is missing or wrong/)
    assert.match(await refusalOf(address, await signed({ credentials: { ...session, sessionToken: 'x' } })), /security token/)
    assert.match(await refusalOf(address, await signed({ credentials: { ...user, sessionToken } })), /security token/)
  })

  test('refuses a signature of more than five minutes ago, or from more than five minutes on', async () => {
    assert.match(
      await refusalOf(address, await signed({ signedAt: new Date(Date.now() - 5.1 * minute) })),
      /expired after five minutes/,
    )
    assert.match(await refusalOf(address, await signed({ signedAt: new Date(Date.now() + 5.1 * minute) })), /from the future/)
    const { headers, ...init } = await signed()
    const fresh = { ...headers, 'x-amz-date': '20200101T000000Z' }
    assert.match(await refusalOf(address, { ...init, headers: fresh }), /day of the credential is not that of x-amz-date/)
    assert.match(
      await refusalOf(address, { ...init, headers: { ...headers, 'x-amz-date': 'now' } }),
      /x-amz-date is missing, or is not a time/,
    )
  })

  for (const [what, alter] of [
    ['path', (url: URL) => url.pathname.replace('c%C3%A9', 'd') + url.search],
    ['value in the query', (url: URL) => url.pathname + url.search.replace('x=1', 'x=3')],
    ['query with more in it', (url: URL) => `${url.pathname}${url.search}&y=1`],
    ['query with less in it', (url: URL) => url.pathname + url.search.replace('x=2&', '')],
  ] as const)
    test(`refuses another ${what}`, async () => {
      assert.match(await refusalOf(new URL(alter(new URL(address)), address).href, await signed()), /signature does not match/)
    })

  test('refuses another method, another signed header, and one that was signed and is missing', async () => {
    const { headers } = await signed()
    const post = await signRequest({ method: 'POST', address }, { credentials: user })
    assert.equal((await fetch(address, post)).status, 200)
    assert.match(await refusalOf(address, { ...post, method: 'GET' }), /does not match/)
    const other = { ...headers, 'content-type': 'text/plain' }
    assert.match(await refusalOf(address, { method: 'POST', headers: other, body }), /does not match/)
    const { 'x-own': _, ...rest } = (await signed({}, { 'x-own': 'a' })).headers
    assert.match(await refusalOf(address, { method: 'POST', headers: rest, body }), /header x-own was signed and is missing/)
    const more = { ...headers, 'x-amz-own': 'b' }
    assert.match(await refusalOf(address, { method: 'POST', headers: more, body }), /header x-amz-own must be signed/)
    const renamed = { ...headers, authorization: (headers.authorization ?? '').replace('=content-type;', '=constructor;') }
    assert.match(
      await refusalOf(address, { method: 'POST', headers: renamed, body }),
      /header constructor was signed and is missing/,
    )
  })

  test('refuses another body, whether or not its hash has a header, and a body that was not signed', async () => {
    const [withHash, without] = [await signed(), await signed({ withoutBodyHash: true })]
    assert.match(await refusalOf(address, { ...withHash, body: '{"é":2}' }), /body is not what was signed/)
    assert.match(await refusalOf(address, { ...without, body: '{"é":2}' }), /signature does not match/)
    assert.match(
      await refusalOf(address, await signed({}, { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' })),
      /UNSIGNED-PAYLOAD is not allowed/,
    )
  })
})
