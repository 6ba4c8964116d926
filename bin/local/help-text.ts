import * as z from 'zod'
import { variables } from '../../functions/contract/environment.ts'

/** Writes the usage of `npm start`, with every environment variable of the contract that a user may set. */
export function writeHelpText(): string {
  const lines = Object.entries(variables).flatMap(([name, { schema, meaning }]) =>
    setByServer.has(name) ? [] : [`  ${name.padEnd(24)} ${meaning}${defaultOf(schema)}`],
  )
  return `Usage: npm start
       node bin/local.ts [--help] [--version]

Starts the whole service on this machine: PostgreSQL, S3, SQS, SNS, Lambda and API Gateway. Nothing but Node is needed.
Ctrl-C stops everything; the data stays in the state folder for the next start.

Environment variables:
${lines.join('\n')}`
}

/** The variables that the local server sets itself, overriding the shell's. */
const setByServer = new Set([
  ...['DATABASE_URL', 'DB_HOST', 'DB_PORT', 'DB_NAME', 'DB_USER', 'DB_PASSWORD', 'DB_AUTH', 'DB_TLS', 'DB_SECRET_ARN'],
  'MIGRATIONS_PATH',
  ...['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3', 'TICKET_BUCKET', 'RENDER_QUEUE_URL', 'RENDER_HIGH_QUEUE_URL'],
  ...['SIGNING_KEYS_FILE', 'SIGNING_KEYS_SECRET_ARN', 'RENDER_FUNCTION', 'TRIAL_FUNCTION', 'TICKET_EVENTS_TOPIC_ARN'],
  ...['WALLETS', 'WALLET_SECRET_ARN'],
])

function defaultOf(schema: z.ZodType): string {
  const { data } = z.safeParse(schema, undefined)
  return data === undefined ? '' : ` Default: ${data}.`
}
