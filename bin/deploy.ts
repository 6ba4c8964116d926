import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { fillKeySecret } from '../functions/signing-key-secret.ts'
import { exitCodes, messageOf } from './tickets/failures.ts'

const usage = `Usage: npm run deploy -- --stage <dev|production> [--allowed-callers <list>] [--public-url <url>] [--ops-email <address>] [--yes]

Deploys the service to the AWS account and region that the environment's credentials are for, and makes its first signing keys. Running it
again brings what is deployed to this version. The account needs "npx cdk bootstrap" once.

  --allowed-callers  who may call the routes of Core: ARNs of IAM roles or users, or 12-digit accounts, separated by commas; default: everyone
                     in the account whose own rights let them
  --public-url       the address that guest links begin with, where a domain of yours leads to the API; default: the API's own
  --ops-email        gets an e-mail of each alarm
  --yes              does not ask before rights of functions or rules of the network get wider

What is left out at the next deployment is at its default again. docs/deploying.md tells more.`

const options = {
  stage: { type: 'string' },
  'allowed-callers': { type: 'string' },
  'public-url': { type: 'string' },
  'ops-email': { type: 'string' },
  yes: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const
const input = z.object({
  stage: z.enum(['dev', 'production'], 'must be dev or production'),
  'allowed-callers': z.string().optional(),
  'public-url': z.url('must be a URL').optional(),
  'ops-email': z.email('must be an e-mail address').optional(),
  yes: z.boolean(),
})
type Options = z.output<typeof input>

const outputs = z.object({ ApiUrl: z.string(), DashboardUrl: z.string(), SigningKeysSecret: z.string() })
const project = path.join(import.meta.dirname, '..')

process.exitCode = await main()

async function main(): Promise<number> {
  const given = readOptions()
  if (typeof given === 'number') return given
  try {
    const stack = await deploy(given)
    await fillKeySecret(stack.SigningKeysSecret)
    return say(
      `\nAPI:       ${stack.ApiUrl}\nDashboard: ${stack.DashboardUrl}\nKeys:      ${stack.SigningKeysSecret}`,
      exitCodes.done,
    )
  } catch (error) {
    return complain(messageOf(error), exitCodes.incomplete)
  }
}

/** Reads the command line, or tells with which status to end. */
function readOptions(): Options | number {
  try {
    const { values } = parseArgs({ options })
    if (values.help) return say(usage, exitCodes.done)
    const parsed = input.safeParse(values)
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    return complain(`--${issue?.path.join('.')} ${issue?.message}. Try --help.`, exitCodes.badInput)
  } catch (error) {
    return complain(`${messageOf(error)} Try --help.`, exitCodes.badInput)
  }
}

/** Runs the CDK's own command line, which asks what it has to ask, and reads what the stack tells of itself. */
async function deploy(given: Options): Promise<z.output<typeof outputs>> {
  const name = `tickets-${given.stage}`
  const outputsFile = path.join(project, 'cdk.out', `${name}.outputs.json`)
  const context = [
    ['stage', given.stage],
    ['allowedCallers', given['allowed-callers']],
    ['publicUrl', given['public-url']],
    ['opsEmail', given['ops-email']],
  ].flatMap(([key, value]) => (value === undefined ? [] : ['--context', `${key}=${value}`]))
  const approval = ['--require-approval', given.yes ? 'never' : 'broadening']
  const words = ['deploy', name, ...context, ...approval, '--outputs-file', outputsFile]
  const cdk = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk')
  const child = spawn(process.execPath, [cdk, ...words], { cwd: project, stdio: 'inherit' })
  const [status] = await once(child, 'exit')
  if (status !== 0) throw new Error('The deployment did not succeed; what was deployed before stays as it was.')
  const stacks = z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(outputsFile, 'utf8')))
  return outputs.parse(stacks[name])
}

function say(text: string, status: number): number {
  process.stdout.write(`${text}\n`)
  return status
}

function complain(text: string, status: number): number {
  process.stderr.write(`${text}\n`)
  return status
}
