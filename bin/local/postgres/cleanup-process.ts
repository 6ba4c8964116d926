import { endTree } from '../process/process-tree.ts'
import { type News, order } from './cleanup-messages.ts'
import { keepPostgresRunning, type PostgresProcess } from './process.ts'

// This process outlives the server, whatever ends that, and then ends what the server had started.
const watched = new Set<number>()
let postgres: PostgresProcess | undefined

process.on('message', (message) => {
  const request = order.parse(message)
  if (request.type === 'run-postgres') void replacePostgres(request.command)
  else if (request.type === 'watch') watched.add(request.pid)
  else if (request.type === 'unwatch') watched.delete(request.pid)
  else void endEverything()
})
process.on('disconnect', () => void endEverything())

// Signals meant for the whole group (Ctrl-C, a service manager's stop) are the server's to act on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)

async function replacePostgres(command: Parameters<typeof keepPostgresRunning>[0]): Promise<void> {
  const former = postgres
  postgres = undefined
  await former?.stop()
  if (process.connected) postgres = keepPostgresRunning(command, tell)
}

async function endEverything(): Promise<void> {
  // Environments end by themselves when the server is gone, and remove their temporary files when they can.
  const trees = [...watched].map((pid) => endTree(pid, 3000))
  await Promise.all([...trees, postgres?.stop()])
  process.exit(0)
}

function tell(news: News): void {
  // A send fails only when the server is gone, and then "disconnect" does what is left to do.
  if (process.connected) process.send?.(news, () => undefined)
}
