import assert from 'node:assert/strict'
import { signRequest } from '../fixtures/signing.ts'

/** An access key of somebody whom AWS knows. */
export interface AccessKey {
  accessKeyId: string
  secretAccessKey: string
}

/** A request to a service of AWS; a body goes as it is. */
export interface AwsRequest {
  method: string
  address: string
  headers?: Record<string, string>
  body?: string
}

const region = 'us-east-1'
const root = { accessKeyId: 'test', secretAccessKey: 'test' }

/** Lets the SDK's clients and child processes act as the owner of the local account, and returns its endpoint. */
export function actAsOwner(): string {
  const { AWS_ENDPOINT_URL: endpoint } = process.env
  assert.ok(
    endpoint,
    'AWS_ENDPOINT_URL is not set: name a stand-in for AWS, or let "npm run test:deployed:ci" start one (docs/local-aws.md).',
  )
  const { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY } = root
  Object.assign(process.env, { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION: region })
  return endpoint.replace(/\/+$/, '')
}

/** Signs a request with the AWS SDK's own signer and sends it. */
export async function sendSigned(service: string, credentials: AccessKey, request: AwsRequest): Promise<Response> {
  return fetch(request.address, await signRequest(request, { credentials, service, region }))
}

/**
 * Asks IAM in its query protocol, since its client is none of the packages that the service needs, and gives what reads an element of the
 * answer. Source: IAM API Reference.
 */
export async function askIam(parameters: Record<string, string>): Promise<(element: string) => string> {
  const body = new URLSearchParams({ ...parameters, Version: '2010-05-08' }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await sendSigned('iam', root, { method: 'POST', address: `${actAsOwner()}/`, headers, body })
  const content = await answer.text()
  assert.ok(answer.ok, `IAM refuses ${parameters.Action}: ${answer.status} ${content}`)
  return (element) => new RegExp(`<${element}>([^<]+)</${element}>`).exec(content)?.[1] ?? ''
}

/** Makes an IAM user whom their policy lets call any API, and gives an access key of theirs. */
export async function makeUser(name: string): Promise<{ arn: string; key: AccessKey }> {
  const made = await askIam({ Action: 'CreateUser', UserName: name })
  const Statement = [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }]
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  await askIam({ Action: 'PutUserPolicy', UserName: name, PolicyName: 'call', PolicyDocument })
  const key = await askIam({ Action: 'CreateAccessKey', UserName: name })
  return { arn: made('Arn'), key: { accessKeyId: key('AccessKeyId'), secretAccessKey: key('SecretAccessKey') } }
}
