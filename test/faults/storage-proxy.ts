import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { listen } from '../../bin/local/http/http-server.ts'

const slowDown =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Please reduce your rate.</Message></Error>'

/**
 * Stands between the functions and S3, and answers 503 to some of the puts: to half of those before S3 has got them, to the other half
 * after, as when an answer gets lost.
 * @param isFaulty Tells of each put whether it is one of them.
 * @returns Its address.
 */
export async function startStorageProxy(endpoint: string, isFaulty: () => boolean): Promise<string> {
  const agent = new Agent({ keepAlive: true })
  let faults = 0
  const server = createServer((incoming, outgoing) => {
    if (incoming.method !== 'PUT' || !isFaulty()) return forward({ endpoint, agent }, incoming, outgoing)
    faults += 1
    if (faults % 2 === 0) return forward({ endpoint, agent, status: 503 }, incoming, outgoing)
    incoming.resume().once('end', () => refuse(outgoing))
  })
  const port = await listen(server, { host: '127.0.0.1', port: 0 })
  return `http://127.0.0.1:${port}`
}

function forward(
  { endpoint, agent, status }: { endpoint: string; agent: Agent; status?: number },
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  const { method, headers } = incoming
  const upstream = request(new URL(incoming.url ?? '/', endpoint), { method, headers, agent }, (answer) => {
    if (status) return void answer.resume().once('end', () => refuse(outgoing))
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  upstream.once('error', () => outgoing.destroy())
  incoming.pipe(upstream)
}

function refuse(outgoing: ServerResponse): void {
  outgoing.writeHead(503, { 'content-type': 'application/xml' }).end(slowDown)
}
