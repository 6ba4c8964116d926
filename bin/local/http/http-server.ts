import { once } from 'node:events'
import type { IncomingMessage, Server } from 'node:http'
import { StartFailure } from '../process/start-failure.ts'

/**
 * Listens on a port; 0 takes a free one.
 * @returns the port.
 * @throws StartFailure when the port is taken or privileged, or the address does not belong to this machine.
 */
export async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new StartFailure(describeFailure(error, host, port), { cause: error })
  }
  const address = server.address()
  return typeof address === 'object' && address ? address.port : port
}

function describeFailure(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const other = `PORT=${port < 1024 ? 3004 : port + 1} npm start`
  if (code === 'EADDRINUSE') return `Port ${port} is taken: stop the program that uses it, or choose another port with ${other}.`
  if (code === 'EACCES') return `Only root may listen on port ${port}: choose another port with ${other}.`
  return `The server cannot listen on ${host}:${port} (${code ?? error}): set HOST and PORT.`
}

/** Closes a server. Running requests have `graceMs` to finish before their connections are closed. */
export async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  // A connection becomes idle when its request ends, and would otherwise be kept alive.
  const sweep = setInterval(() => server.closeIdleConnections(), 20)
  const timer = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearInterval(sweep)
  clearTimeout(timer)
}

/** Reads a request's body into memory, up to a limit. "aborted" means that the client disconnected. */
export async function readBody(request: IncomingMessage, maximumBytes: number): Promise<Buffer | 'too large' | 'aborted'> {
  if (Number(request.headers['content-length']) > maximumBytes) return 'too large'
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    // A destroyed request could not be answered any more.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += chunk.length
      if (bytes > maximumBytes) return 'too large'
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } catch {
    return 'aborted'
  }
}
