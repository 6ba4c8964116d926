import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import * as z from 'zod'
import { variables } from '../functions/contract/environment.ts'

/** The help of an option: a placeholder for its value, none for a switch, and its meaning. */
const optionText = z.object({ value: z.string().optional(), meaning: z.string() })
const text = (pattern: RegExp, problem: string) => z.string().regex(pattern, problem)
const arnOf = (service: string) =>
  text(new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:[0-9]{12}:.+$`), `must be an ARN of ${service}`)
const listOf = ({ source }: RegExp, problem: string) => text(new RegExp(`^${source}(,${source})*$`), problem)
const option = <Schema extends z.ZodType>(schema: Schema, value: string, meaning: string) =>
  schema.optional().meta({ value, meaning })
const collector = z.union(
  [z.literal('xray'), z.url({ protocol: /^https$/ })],
  'must be xray, or the https address of a collector',
)

const fields = z.strictObject({
  stage: z.enum(['dev', 'production', 'local'], 'must be dev, production or local').meta({
    value: '<name>',
    meaning: 'dev or production: sizes and limits, from `lib/stage.ts`',
  }),
  allowedCallers: option(
    variables.ALLOWED_CALLERS.schema.transform((callers) => callers.join(',')),
    '<list>',
    'who may call the routes of Core: ARNs of IAM roles or users, or 12-digit accounts (default: the account)',
  ),
  domain: option(
    text(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'must be a host name in lower case'),
    '<host>',
    'host name of the API and of guest links; the API is then reachable under no other',
  ),
  certificateArn: option(arnOf('acm'), '<arn>', 'certificate of the domain, in ACM of the same region'),
  hostedZone: option(
    text(/^Z[A-Z0-9]+\/[a-z0-9.-]+$/, 'must be <zone id>/<zone name>'),
    '<id/name>',
    "Route 53 zone in which to create the domain's record (default: none)",
  ),
  publicUrl: option(
    z.url('must be a URL'),
    '<url>',
    'start of guest links, if an address other than `--domain` leads to the API',
  ),
  wallets: option(
    listOf(/(apple|google)/, 'must be apple, google, or both separated by a comma'),
    '<list>',
    'wallets that guests are offered: apple, google or both',
  ),
  walletSecretArn: option(arnOf('secretsmanager'), '<arn>', 'secret with the keys that sign wallet passes (`docs/wallets.md`)'),
  opsEmail: option(z.email('must be an e-mail address'), '<address>', 'gets an e-mail for each alarm'),
  monthlyBudget: option(
    z.coerce.number('must be dollars').positive('must be dollars'),
    '<dollars>',
    "account's monthly cost; `--ops-email` gets an e-mail at 80% of it",
  ),
  traces: option(collector, '<where>', 'where traces go: AWS X-Ray, or a collector of OTLP over HTTP (default: none)'),
  tags: option(
    listOf(/[\w.:/+@-]+=[\w.:/+@ -]*/, 'must be <key>=<value>, separated by commas'),
    '<key=value,…>',
    'tags of all resources',
  ),
  ownKey: z
    .union([z.boolean(), z.stringbool()])
    .optional()
    .meta({ meaning: 'encrypt everything stored with a KMS key of the stack; fixed once deployed' }),
  vpcCidr: option(
    z.cidrv4('must be a range such as 10.20.0.0/16'),
    '<range>',
    'addresses of the network (default: 10.0.0.0/16); fixed once deployed',
  ),
  vpc: option(
    text(/^vpc-[0-9a-f]+$/, 'must be the id of a VPC'),
    '<id>',
    'existing VPC to use instead of one of the stack; fixed once deployed',
  ),
  subnets: option(
    listOf(/subnet-[0-9a-f]+/, 'must be ids of subnets, separated by commas'),
    '<ids>',
    'private subnets of the VPC, in two zones',
  ),
  restoreSnapshot: option(z.string().min(1), '<id>', 'RDS snapshot to replace the database with; keep the option afterwards'),
})

/** The options of a deployment. */
export type DeployOptions = z.output<typeof fields>

/** The options that a template keeps: all but the stage, which names the stack. */
export const keptOptions = fields.omit({ stage: true })

/** The name of an option. */
export type DeployOption = keyof DeployOptions

/** Pairs of options in which the first requires the second. */
const needs: [DeployOption, DeployOption][] = [
  ['domain', 'certificateArn'],
  ['certificateArn', 'domain'],
  ['hostedZone', 'domain'],
  ['wallets', 'walletSecretArn'],
  ['walletSecretArn', 'wallets'],
  ['monthlyBudget', 'opsEmail'],
  ['vpc', 'subnets'],
  ['subnets', 'vpc'],
]
const conflicts: [DeployOption, DeployOption][] = [
  ['publicUrl', 'domain'],
  ['vpcCidr', 'vpc'],
]

/** Every option of a deployment, as `npm run deploy`, the CDK's context and the file of a stage give them. */
export const deployOptions = fields.superRefine((given, { addIssue }) => {
  const refuse = (name: DeployOption, message: string) => addIssue({ code: 'custom', path: [name], message, input: given[name] })
  for (const [name, other] of needs)
    if (given[name] !== undefined && given[other] === undefined) refuse(name, `needs ${flagOf(other)}`)
  for (const [name, other] of conflicts)
    if (given[name] !== undefined && given[other] !== undefined) refuse(name, `cannot be used with ${flagOf(other)}`)
  const zone = given.hostedZone?.split('/')[1]
  if (zone && given.domain && !`.${given.domain}`.endsWith(`.${zone}`)) refuse('hostedZone', `must be a zone of ${given.domain}`)
})

/** The options with their help. */
export const optionHelp = Object.entries(fields.shape).map(([name, schema]) => ({
  name,
  flag: flagOf(name),
  ...optionText.parse(schema.meta()),
}))

/** Writes the name of an option as on a command line. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** The key of the template's metadata that holds the options it was deployed with. */
export const optionsKey = 'DeployOptions'

/** Picks the given options, without the stage. */
export function optionsIn(find: (name: string) => unknown): Record<string, unknown> {
  const given = Object.keys(fields.shape).map((name) => [name, find(name)] as const)
  return Object.fromEntries(given.filter(([name, value]) => name !== 'stage' && value !== undefined))
}

const project = path.join(import.meta.dirname, '..')

/**
 * Reads the options that a stage keeps in the file `deploy.<stage>.json`, if there is one.
 * @throws Error when it is not a JSON object.
 */
export function readStageFile(stage: unknown, folder = project): Record<string, unknown> {
  const name = `deploy.${stage}.json`
  const file = path.join(folder, name)
  if (!existsSync(file)) return {}
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    throw new Error(`${name} must hold a JSON object of options, such as {"opsEmail": "ops@example.com"}.`, { cause })
  }
}

/** Returns the address that the options give the API: that of the domain, or the public one; undefined: API Gateway's own. */
export function addressOf({ domain, publicUrl }: Pick<DeployOptions, 'domain' | 'publicUrl'>): string | undefined {
  return domain ? `https://${domain}` : publicUrl
}
