import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { DatabaseSync } from 'node:sqlite'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import * as z from 'zod'

type Options = NonNullable<Parameters<typeof startFauxqs>[0]>

/**
 * Starts fauxqs, which stands in for S3, SQS and SNS, with workarounds for two faults of its version 2.4.1.
 */
export function startPatchedFauxqs(options: Options): Promise<FauxqsServer> {
  return withLoopbackOnly(() => withNormalSync(() => startFauxqs(options)))
}

const initialization = z.object({
  fastify: z.custom<{ listen: (options: { port: number; host?: string }) => Promise<string> }>(),
})

/**
 * Fault: `startFauxqs` hard-codes the address 0.0.0.0 and accepts any credentials, so the whole network could
 * read tickets. Workaround: Fastify publishes each new instance on a diagnostics channel; its `listen` is
 * bound to 127.0.0.1.
 */
async function withLoopbackOnly<Server>(start: () => Promise<Server>): Promise<Server> {
  const onInitialization = (message: unknown) => {
    const { fastify } = initialization.parse(message)
    const listen = fastify.listen.bind(fastify)
    fastify.listen = (options) => listen({ ...options, host: '127.0.0.1' })
  }
  subscribe('fastify.initialization', onInitialization)
  try {
    return await start()
  } finally {
    unsubscribe('fastify.initialization', onInitialization)
  }
}

/**
 * Fault: fauxqs opens its SQLite database with `synchronous = FULL` and has no option for it, so each message
 * and each object blocks the whole server for a flush to disk: a quarter of a second for the chunks of ten
 * thousand tickets. Workaround: its connection is set to NORMAL. With a write-ahead log only a power failure
 * can then lose the last writes (SQLite, "PRAGMA synchronous"). The setting belongs to a connection, so it
 * cannot be made from outside.
 * @throws Error when fauxqs opens its database in another way than version 2.4.1.
 */
function withNormalSync<Result>(start: () => Result): Result {
  const { exec } = DatabaseSync.prototype
  let isSet = false
  DatabaseSync.prototype.exec = function (statement) {
    exec.call(this, statement)
    if (statement !== 'PRAGMA journal_mode = WAL') return
    exec.call(this, 'PRAGMA synchronous = NORMAL')
    isSet = true
  }
  try {
    const started = start()
    if (isSet) return started
  } finally {
    DatabaseSync.prototype.exec = exec
  }
  throw new Error('fauxqs opens its database in a new way: see withNormalSync.')
}
