import { once } from 'node:events'
import type { Server } from 'node:http'
import { StartFailure } from '../process/start-failure.ts'

/**
 * Listens and gives the port, which is a free one for port 0.
 * @throws StartFailure when the port is taken or not ours to take, or the address is not this machine's.
 */
export async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new StartFailure(explain(error, host, port), { cause: error })
  }
  const address = server.address()
  return typeof address === 'object' && address ? address.port : port
}

function explain(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const other = `PORT=${port < 1024 ? 3004 : port + 1} npm start`
  if (code === 'EADDRINUSE') return `Port ${port} is taken: stop what listens there, or take another port with ${other}.`
  if (code === 'EACCES') return `Port ${port} is for root only: take another port with ${other}.`
  return `The address ${host}:${port} cannot be listened on (${code ?? error}): set HOST and PORT.`
}

/** Closes a server: requests that run get `patienceMs` to end, then their connections are cut. */
export async function closeServer(server: Server, patienceMs: number): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  // A connection whose request ends only now would else be kept for the client's next one.
  const sweep = setInterval(() => server.closeIdleConnections(), 20)
  const timer = setTimeout(() => server.closeAllConnections(), patienceMs)
  await closed
  clearInterval(sweep)
  clearTimeout(timer)
}
