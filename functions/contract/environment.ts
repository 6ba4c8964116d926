import * as z from 'zod'
import { metricNamespace } from './monitoring/metrics.ts'

const integer = (least: number, most: number) => {
  const problem = `must be an integer from ${least} to ${most}`
  return z.coerce.number(problem).int(problem).min(least, problem).max(most, problem)
}
const seconds = integer(1, 900)

/** The wallets that there are passes for. */
export const walletTypes = ['apple', 'google'] as const

/** The name of one of the wallets. */
export type WalletType = (typeof walletTypes)[number]

const caller = z.union(
  [
    z.literal('anyone'),
    z.string().regex(/^[0-9]{12}$/),
    z.string().regex(/^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)\/[\w+=,.@/-]+$/),
  ],
  'must be ARNs of IAM roles or users (arn:aws:iam::<account>:role/<name>), 12-digit AWS accounts, or the word anyone, separated by commas',
)
const callers = z
  .string('is required')
  .transform((list) => list.split(',').map((one) => one.trim()))
  .pipe(z.array(caller))

/**
 * Every environment variable the service reads, once: its type with the default, and what it means. Names and
 * defaults follow the original specification, "Configuration", where it has them; storage and queues are AWS
 * names.
 */
export const variables = {
  DATABASE_URL: { schema: z.string().startsWith('postgres').optional(), meaning: 'PostgreSQL by URL; wins over DB_*.' },
  DB_HOST: { schema: z.string().default('localhost'), meaning: 'PostgreSQL host.' },
  DB_PORT: { schema: integer(1, 65_535).default(5432), meaning: 'PostgreSQL port.' },
  DB_NAME: { schema: z.string().default('event_planner_tickets'), meaning: 'PostgreSQL database.' },
  DB_USER: { schema: z.string().default('ticket_user'), meaning: 'PostgreSQL role.' },
  DB_PASSWORD: { schema: z.string().optional(), meaning: 'Password of DB_USER.' },
  DB_AUTH: {
    schema: z.enum(['password', 'iam']).default('password'),
    meaning: 'How DB_USER logs in: by DB_PASSWORD, or by a token that AWS signs (RDS IAM authentication).',
  },
  DB_TLS: {
    schema: z.enum(['off', 'verify']).default('off'),
    meaning: 'Whether the connection to DB_HOST is encrypted, and the certificate of the host checked.',
  },
  DB_SECRET_ARN: {
    schema: z.string().startsWith('arn:').optional(),
    meaning:
      'Secret of AWS Secrets Manager with the password of the role that owns the tables; only "migrate" reads it, where DB_AUTH "iam" is refused, as at the first deployment.',
  },
  DB_POOL_SIZE: { schema: integer(1, 50).default(1), meaning: 'Connections one process keeps; a Lambda needs one.' },
  AWS_ENDPOINT_URL: { schema: z.url().optional(), meaning: 'Endpoint that stands in for AWS, for all its services.' },
  AWS_ENDPOINT_URL_S3: { schema: z.url().optional(), meaning: 'Endpoint that stands in for S3.' },
  TICKET_BUCKET: { schema: z.string().default('tickets'), meaning: 'S3 bucket of the PDFs.' },
  RENDER_FUNCTION: { schema: z.string().default('render-now'), meaning: 'Lambda function that prints single tickets.' },
  TRIAL_FUNCTION: {
    schema: z.string().default('render-trial'),
    meaning: 'Lambda function that checks, tries and shows templates.',
  },
  DOWNLOAD_FUNCTION: {
    schema: z.string().default('make-download'),
    meaning: 'Lambda function that makes the downloads of batches.',
  },
  RENDER_QUEUE_URL: { schema: z.url(), meaning: 'SQS queue of chunks of normal priority.' },
  RENDER_HIGH_QUEUE_URL: { schema: z.url(), meaning: 'SQS queue of chunks of high priority.' },
  TICKET_EVENTS_TOPIC_ARN: { schema: z.string().startsWith('arn:'), meaning: 'SNS topic that is told when a batch is done.' },
  SWEEP_AFTER_SECONDS: {
    schema: integer(1, 86_400).default(120),
    meaning: 'Age at which the sweeper takes an unsettled ticket for lost.',
  },
  TIDY_AFTER_SECONDS: {
    schema: integer(1, 86_400).default(600),
    meaning: 'Age at which the sweeper deletes a file that no ticket names; presigned S3 addresses of it live 300 seconds.',
  },
  SIGNING_KEYS_FILE: {
    schema: z.string().optional(),
    meaning: 'File (mode 0600) with the keys that sign codes and guest links. This or SIGNING_KEYS_SECRET_ARN.',
  },
  SIGNING_KEYS_SECRET_ARN: {
    schema: z.string().startsWith('arn:').optional(),
    meaning: 'Secret of AWS Secrets Manager with the same keys. This or SIGNING_KEYS_FILE.',
  },
  ALLOWED_CALLERS: {
    schema: callers,
    meaning:
      'Who may call the routes of Core: ARNs of IAM roles or users, or 12-digit AWS accounts, separated by commas; "anyone" asks nobody who they are (the local server without REQUIRE_AUTH).',
  },
  PUBLIC_URL: { schema: z.url().default('http://localhost:3004'), meaning: 'Address that guest links begin with.' },
  LINK_LIFETIME_DAYS: { schema: integer(1, 3650).default(365), meaning: 'How long guest links stay good.' },
  WALLETS: {
    schema: z
      .string()
      .default('')
      .transform((list) => list.split(',').flatMap((one) => one.trim() || []))
      .pipe(z.array(z.enum(walletTypes, `must be ${walletTypes.join(', ')}, or both separated by a comma`))),
    meaning: 'Wallets that guests are offered: apple, google, or both separated by a comma; none otherwise.',
  },
  WALLET_FILE: {
    schema: z.string().optional(),
    meaning: 'File (mode 0600) with what signs wallet passes. This or WALLET_SECRET_ARN, where there are wallets.',
  },
  WALLET_SECRET_ARN: {
    schema: z.string().startsWith('arn:').optional(),
    meaning: 'Secret of AWS Secrets Manager with what signs wallet passes. This or WALLET_FILE, where there are wallets.',
  },
  MAX_FILE_SIZE: { schema: integer(1024, 104_857_600).default(10_485_760), meaning: 'Largest PDF, in bytes.' },
  TEMPLATES_PATH: { schema: z.string().default('./templates'), meaning: 'Folder of the built-in templates.' },
  MIGRATIONS_PATH: { schema: z.string().default('./migrations'), meaning: 'Folder of the SQL files that make the database.' },
  BROWSER_CACHE_DIR: {
    schema: z.string().optional(),
    meaning: 'Where Chromium and fonts are unpacked; the temp folder otherwise.',
  },
  RENDER_DEADLINE_SECONDS: { schema: seconds.default(6), meaning: 'How long one print may take before the browser is replaced.' },
  LOG_LEVEL: {
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    meaning: 'Least severe log line that is written.',
  },
  TAG_CACHE: {
    schema: z.enum(['0', '1'], 'must be 0 or 1').default('1'),
    meaning: 'With 0 Chromium tags every ticket anew: slower, for comparison and to find faults.',
  },
  REQUIRE_AUTH: {
    schema: z.enum(['0', '1'], 'must be 0 or 1').default('0'),
    meaning: 'With 1 the local server wants signed calls on the routes of Core, as API Gateway does.',
  },
  METRICS_NAMESPACE: { schema: z.string().default(metricNamespace), meaning: 'CloudWatch namespace of the metrics.' },
  PORT: { schema: integer(0, 65_535).default(3004), meaning: 'Port of the local server; 0 takes a free one.' },
  HOST: { schema: z.string().default('127.0.0.1'), meaning: 'Address the local server listens on.' },
  LOCAL_STATE_DIR: { schema: z.string().default('.local'), meaning: 'Where the local server keeps its state.' },
  LOCAL_SCHEDULE_SECONDS: {
    schema: integer(1, 3600).optional(),
    meaning: 'How often the local server runs the sweeper; as on AWS otherwise.',
  },
  RENDERERS: { schema: integer(1, 64).optional(), meaning: 'Renderer processes of the local server; one a core otherwise.' },
} satisfies Record<string, { schema: z.ZodType; meaning: string }>

/** The name of one of the environment variables. */
export type VariableName = keyof typeof variables

/** The parsed values of the named variables. */
export type Environment<Name extends VariableName> = { [N in Name]: z.output<(typeof variables)[N]['schema']> }
