import * as z from 'zod'
import { metricNamespace } from './monitoring/metrics.ts'
import { choice } from './schemas/values.ts'

const integer = (least: number, most: number) => {
  const problem = `must be an integer from ${least} to ${most}`
  return z.coerce.number(problem).int(problem).min(least, problem).max(most, problem)
}
const seconds = integer(1, 900)

/** The wallets that the service makes passes for. */
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

const address = z.url({ protocol: /^https?$/, error: 'must be an address that begins with http:// or https://' })
const arn = z.string('is required').startsWith('arn:', 'must be an ARN, which begins with arn:')

const variable = <Schema extends z.ZodType>(schema: Schema, meaning: string) => ({ schema, meaning })

/**
 * Every environment variable of the service: its type, default and meaning. Names and defaults follow the
 * original specification, "Configuration", where it has them.
 */
export const variables = {
  DATABASE_URL: variable(
    z
      .url({ protocol: /^postgres(ql)?$/, error: 'must be an address like postgres://user:password@host:5432/database' })
      .optional(),
    'PostgreSQL by URL; wins over DB_*. The local server uses it as the owner of the tables, and starts none of its own.',
  ),
  DB_HOST: variable(z.string().default('localhost'), 'PostgreSQL host.'),
  DB_PORT: variable(integer(1, 65_535).default(5432), 'PostgreSQL port.'),
  DB_NAME: variable(z.string().default('event_planner_tickets'), 'PostgreSQL database.'),
  DB_USER: variable(z.string().default('ticket_user'), 'PostgreSQL role.'),
  DB_PASSWORD: variable(z.string().optional(), 'Password of DB_USER.'),
  DB_AUTH: variable(
    choice(['password', 'iam']).default('password'),
    'How DB_USER logs in: by DB_PASSWORD, or by a token that AWS signs (RDS IAM authentication).',
  ),
  DB_TLS: variable(
    choice(['off', 'verify']).default('off'),
    'Whether the connection to DB_HOST is encrypted, and the certificate of the host checked.',
  ),
  DB_SECRET_ARN: variable(
    arn.optional(),
    'Secret of AWS Secrets Manager with the password of the role that owns the tables; only "migrate" reads it, where DB_AUTH "iam" is refused, as at the first deployment.',
  ),
  DB_POOL_SIZE: variable(integer(1, 50).default(1), 'Connections one process keeps; a Lambda needs one.'),
  AWS_REGION: variable(z.string().default('us-east-1'), 'AWS region; Lambda sets it.'),
  AWS_LAMBDA_FUNCTION_NAME: variable(z.string().optional(), 'Name of the Lambda function; Lambda sets it.'),
  AWS_ENDPOINT_URL: variable(address.optional(), 'Endpoint that stands in for AWS, for all its services.'),
  AWS_ENDPOINT_URL_S3: variable(address.optional(), 'Endpoint that stands in for S3.'),
  STORAGE_PUBLIC_URL: variable(address.optional(), 'Address that presigned links to S3 begin with; that of S3 otherwise.'),
  TICKET_BUCKET: variable(z.string().default('tickets'), 'S3 bucket of the PDFs.'),
  RENDER_FUNCTION: variable(z.string().default('render-now'), 'Lambda function that prints single tickets.'),
  TRIAL_FUNCTION: variable(z.string().default('render-trial'), 'Lambda function that checks, tries and shows templates.'),
  DOWNLOAD_FUNCTION: variable(z.string().default('make-download'), 'Lambda function that makes the downloads of batches.'),
  PREPARE_FUNCTION: variable(z.string().default('prepare-batch'), 'Lambda function that prepares the tickets of large batches.'),
  PUSH_FUNCTION: variable(z.string().default('push-passes'), 'Lambda function that tells wallets of changed passes.'),
  ERASE_FUNCTION: variable(z.string().default('erase'), 'Lambda function that erases guests.'),
  RENDER_QUEUE_URL: variable(address, 'SQS queue of chunks of normal priority.'),
  RENDER_HIGH_QUEUE_URL: variable(address, 'SQS queue of chunks of high priority.'),
  TICKET_EVENTS_TOPIC_ARN: variable(arn, 'SNS topic that is told of every change.'),
  SWEEP_AFTER_SECONDS: variable(integer(1, 86_400).default(120), 'Age at which the sweeper takes an unsettled ticket for lost.'),
  TIDY_AFTER_SECONDS: variable(
    integer(1, 86_400).default(600),
    'Age at which the sweeper deletes a file that no ticket names; presigned S3 addresses of it live 300 seconds.',
  ),
  SIGNING_KEYS_FILE: variable(
    z.string().optional(),
    'File (mode 0600) with the keys that sign codes and guest links. This or SIGNING_KEYS_SECRET_ARN.',
  ),
  SIGNING_KEYS_SECRET_ARN: variable(
    arn.optional(),
    'Secret of AWS Secrets Manager with the same keys. This or SIGNING_KEYS_FILE.',
  ),
  ALLOWED_CALLERS: variable(
    callers,
    'Who may call the routes of Core: ARNs of IAM roles or users, or 12-digit AWS accounts, separated by commas; "anyone" asks nobody who they are (the local server without REQUIRE_AUTH).',
  ),
  PUBLIC_URL: variable(address.default('http://localhost:3004'), 'Address that guest links begin with.'),
  LINK_LIFETIME_DAYS: variable(integer(1, 3650).default(365), 'How long guest links stay good.'),
  WALLETS: variable(
    z
      .string()
      .default('')
      .transform((list) => list.split(',').flatMap((one) => one.trim() || []))
      .pipe(z.array(z.enum(walletTypes, `must be ${walletTypes.join(', ')}, or both separated by a comma`))),
    'Wallets that guests are offered: apple, google, or both separated by a comma; none otherwise.',
  ),
  WALLET_FILE: variable(
    z.string().optional(),
    'File (mode 0600) with what signs wallet passes. This or WALLET_SECRET_ARN, where there are wallets.',
  ),
  WALLET_SECRET_ARN: variable(
    arn.optional(),
    'Secret of AWS Secrets Manager with what signs wallet passes. This or WALLET_FILE, where there are wallets.',
  ),
  MAX_FILE_SIZE: variable(integer(1024, 104_857_600).default(10_485_760), 'Largest PDF, in bytes.'),
  TEMPLATES_PATH: variable(z.string().default('./templates'), 'Folder of the built-in templates.'),
  MIGRATIONS_PATH: variable(z.string().default('./migrations'), 'Folder of the SQL files that make the database.'),
  BROWSER_CACHE_DIR: variable(
    z.string().optional(),
    'Where Chromium and fonts are unpacked, in a folder that only its owner may write; for the local server ticket-generator in XDG_CACHE_HOME otherwise, and on Lambda in the temp folder.',
  ),
  XDG_CACHE_HOME: variable(z.string().optional(), "The user's cache folder; ~/.cache otherwise."),
  CHROMIUM_PROCESSES: variable(
    choice(['auto', 'multi', 'single']).default('auto'),
    'Whether Chromium starts a process for its page (multi) or is one process (single); auto means multi, and on Lambda single where the first launch fails.',
  ),
  RENDER_DEADLINE_SECONDS: variable(seconds.default(6), 'How long one print may take before the browser is replaced.'),
  LOG_LEVEL: variable(
    choice(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    'Least severe log line that is written.',
  ),
  LOG_FORMAT: variable(
    choice(['auto', 'json', 'text']).default('auto'),
    'How the local server writes its log: as JSON, as text for people, or as text on a terminal alone.',
  ),
  TAG_CACHE: variable(
    choice(['0', '1']).default('1'),
    'With 0 Chromium tags every ticket anew: slower, for comparison and to find faults.',
  ),
  REQUIRE_AUTH: variable(
    choice(['0', '1']).default('0'),
    'With 1 the local server wants signed calls on the routes of Core, as API Gateway does.',
  ),
  OTEL_TRACES_EXPORTER: variable(
    choice(['none', 'otlp', 'xray']).default('none'),
    'Where OpenTelemetry sends traces: by OTLP to OTEL_EXPORTER_OTLP_ENDPOINT, or to AWS X-Ray.',
  ),
  METRICS_NAMESPACE: variable(z.string().default(metricNamespace), 'CloudWatch namespace of the metrics.'),
  PORT: variable(integer(0, 65_535).default(3004), 'Port of the local server; 0 takes a free one.'),
  HOST: variable(z.string().default('127.0.0.1'), 'Address the local server listens on.'),
  METRICS_PORT: variable(
    integer(0, 65_535).optional(),
    'Port of the local server for Prometheus, at /metrics; 0 takes a free one, and without it there are none.',
  ),
  LOCAL_STATE_DIR: variable(z.string().default('.local'), 'Where the local server keeps its state.'),
  LOCAL_SCHEDULE_SECONDS: variable(
    integer(1, 3600).optional(),
    'How often the local server runs the sweeper; as on AWS otherwise.',
  ),
  RENDERERS: variable(integer(1, 64).optional(), 'Renderer processes of the local server; one a core otherwise.'),
}

/** The name of one of the environment variables. */
export type VariableName = keyof typeof variables

/** The parsed values of the named variables. */
export type Environment<Name extends VariableName> = { [N in Name]: z.output<(typeof variables)[N]['schema']> }
