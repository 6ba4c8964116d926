import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import * as z from 'zod'
import { fillKeySecret } from '../functions/aws/signing-key-secret.ts'
import { BadInput, exitCodes, messageOf } from './tickets/failures.ts'
import { parseOptions, readArguments } from './tickets/options.ts'
import { reportFailure } from './tickets/report.ts'
import { writeText } from './tickets/terminal.ts'

const usage = `Usage: npm run deploy -- --stage <dev|production> [--allowed-callers <list>] [--public-url <url>] [--ops-email <address>] [--yes]

Deploys the service to the AWS account and region of the credentials in the environment, and creates its first signing keys. Running
it again updates the deployment to this version. Run "npx cdk bootstrap" once per account and region first.

  --stage            dev or production
  --allowed-callers  who may call the routes of Core: ARNs of IAM roles or users, or 12-digit accounts, separated by commas
                     (default: everyone in the account whose own permissions allow it)
  --public-url       the address that guest links begin with, for a custom domain (default: the API's own)
  --ops-email        the address that gets an e-mail for each alarm
  --yes              do not ask before permissions or network rules widen

Examples:
  npm run deploy -- --stage dev
  npm run deploy -- --stage production --allowed-callers arn:aws:iam::123456789012:role/core

An option omitted from the next deployment returns to its default. See docs/deploying.md.`

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
  try {
    const typed = readArguments(options)
    if (typed.help) return printLine(usage)
    const stack = await deploy(parseOptions(input, typed))
    await fillKeySecret(stack.SigningKeysSecret)
    return printLine(`\nAPI:       ${stack.ApiUrl}\nDashboard: ${stack.DashboardUrl}\nKeys:      ${stack.SigningKeysSecret}`)
  } catch (error) {
    if (error instanceof BadInput) return reportFailure(error)
    writeText(process.stderr, `${messageOf(error)}\n`)
    return exitCodes.incomplete
  }
}

/** Runs the CDK's command line, which asks for approval, and reads the outputs of the stack. */
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
  if (status !== 0) throw new Error('The deployment failed. The previous deployment is unchanged.')
  const stacks = z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(outputsFile, 'utf8')))
  return outputs.parse(stacks[name])
}

function printLine(text: string): number {
  process.stdout.write(`${text}\n`)
  return exitCodes.done
}
