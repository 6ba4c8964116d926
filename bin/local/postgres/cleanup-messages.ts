import * as z from 'zod'

/** Describes how to run PostgreSQL. `uid` and `gid` are given when we are root, which PostgreSQL refuses to be. */
export const postgresCommand = z.object({
  file: z.string(),
  args: z.array(z.string()),
  dataFolder: z.string(),
  logFile: z.string(),
  account: z.object({ uid: z.int(), gid: z.int() }).optional(),
})

/** Describes how to run PostgreSQL. */
export type PostgresCommand = z.output<typeof postgresCommand>

/** Takes what the server asks of its guardian. */
export const order = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run-postgres'), command: postgresCommand }),
  z.object({ type: z.literal('watch'), pid: z.int() }),
  z.object({ type: z.literal('unwatch'), pid: z.int() }),
  z.object({ type: z.literal('stop') }),
])

/** Is what the server asks of its guardian. */
export type Order = z.output<typeof order>

/** Takes what the guardian tells its server. `lastLines` is the end of PostgreSQL's log. */
export const news = z.discriminatedUnion('type', [
  z.object({ type: z.literal('postgres-ready') }),
  z.object({ type: z.literal('postgres-exited'), lastLines: z.array(z.string()) }),
])

/** Is what the guardian tells its server. */
export type News = z.output<typeof news>
