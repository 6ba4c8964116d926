import { SignatureV4 } from '@smithy/signature-v4'
import { Sha256 } from '../../bin/tickets/aws-signature.ts'

/** Is an access key of somebody whom AWS knows. */
export interface AccessKey {
  accessKeyId: string
  secretAccessKey: string
}

/** Is a request to a service of AWS; a body goes as it is. */
export interface AwsRequest {
  method: string
  address: string
  headers?: Record<string, string>
  body?: string | undefined
}

/** Gives the region that everything of this test is in. */
export const region = process.env.AWS_REGION ?? 'us-east-1'

/** Signs a request with the AWS SDK's own signer and sends it. Redirects are not followed. */
export async function sendSigned(service: string, credentials: AccessKey, { method, address, headers, body }: AwsRequest) {
  const { protocol, host, hostname, pathname: path, searchParams } = new URL(address)
  const signature = new SignatureV4({ service, region, credentials, sha256: Sha256 })
  const query = Object.fromEntries(searchParams)
  const signed = await signature.sign({ method, protocol, hostname, path, query, headers: { ...headers, host }, body })
  const { host: _, ...sent } = signed.headers
  return fetch(address, { method, headers: sent, redirect: 'manual', ...(body === undefined ? {} : { body }) })
}

/**
 * Makes an IAM user who may send requests to any API, and gives an access key of theirs. IAM's client is not among the SDK's packages that the
 * service needs, so this speaks its query protocol. Source: IAM API Reference.
 */
export async function makeUser(endpoint: string, root: AccessKey, name: string): Promise<{ arn: string; key: AccessKey }> {
  const ask = async (parameters: Record<string, string>) => {
    const body = new URLSearchParams({ ...parameters, UserName: name, Version: '2010-05-08' }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await sendSigned('iam', root, { method: 'POST', address: `${endpoint}/`, headers, body })
    const content = await answer.text()
    if (!answer.ok) throw new Error(`IAM refuses ${parameters.Action}: ${answer.status} ${content}`)
    return (tag: string) => new RegExp(`<${tag}>([^<]+)</${tag}>`).exec(content)?.[1] ?? ''
  }
  const made = await ask({ Action: 'CreateUser' })
  const Statement = [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }]
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  await ask({ Action: 'PutUserPolicy', PolicyName: 'call', PolicyDocument })
  const key = await ask({ Action: 'CreateAccessKey' })
  return { arn: made('Arn'), key: { accessKeyId: key('AccessKeyId'), secretAccessKey: key('SecretAccessKey') } }
}
