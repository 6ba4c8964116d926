import { once } from 'node:events'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'

/** Is the ARN of the secret that the stand-in holds. */
export const secretArn = 'arn:aws:secretsmanager:eu-west-3:123456789012:secret:signing-keys-AbCdEf'

interface Call {
  SecretId: string
  SecretString: string
  ClientRequestToken: string
}

/**
 * Stands in for AWS Secrets Manager with one secret, in its JSON protocol on a free port. `fault` is what it answers instead while it is
 * set; `onRead` runs after each answer to GetSecretValue was chosen.
 */
export async function startSecretsManager(content: string) {
  const secret = { content, version: 'first', fault: undefined as { status: number; type: string } | 'hang up' | undefined }
  const state = { ...secret, reads: 0, tokens: [] as string[], onRead: () => {} }
  const server = createServer(async (request, response) => {
    const action = String(request.headers['x-amz-target']).replace('secretsmanager.', '')
    const call = (await json(request)) as Call
    const reply = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
    if (state.fault === 'hang up') return request.socket.destroy()
    if (state.fault) return reply(state.fault.status, { __type: state.fault.type, Message: 'No.' })
    if (call.SecretId !== secretArn) return reply(400, { __type: 'ResourceNotFoundException', Message: 'No such secret.' })
    if (action === 'GetSecretValue') {
      state.reads += 1
      // A secret that was never given a text has no version to read.
      if (state.version === '') return reply(400, { __type: 'ResourceNotFoundException', Message: 'No such version.' })
      reply(200, { ARN: secretArn, SecretString: state.content, VersionId: state.version, VersionStages: ['AWSCURRENT'] })
      return state.onRead()
    }
    if (action !== 'PutSecretValue') return reply(400, { __type: 'InvalidRequestException', Message: action })
    Object.assign(state, { content: call.SecretString, version: call.ClientRequestToken })
    state.tokens.push(call.ClientRequestToken)
    return reply(200, { ARN: secretArn, VersionId: call.ClientRequestToken, VersionStages: ['AWSCURRENT'] })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const stop = () => {
    server.closeAllConnections()
    server.close()
  }
  return { state, endpoint: `http://127.0.0.1:${port}`, stop }
}
