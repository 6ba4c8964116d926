import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { createInterface } from 'node:readline/promises'
import * as z from 'zod'
import { fillKeySecret } from '../functions/aws/signing-key-secret.ts'
import { type DeployOptions, deployOptions, flagOf, optionHelp, optionsIn, readStageFile } from '../lib/deploy-options.ts'
import { stages } from '../lib/stage.ts'
import { openAwsClients } from './deploy/aws-clients.ts'
import { describeFailure, isFirstDeployment, readStack } from './deploy/deployed-stack.ts'
import { approveChanges } from './deploy/option-changes.ts'
import { planDeployment } from './deploy/plan.ts'
import { preflight } from './deploy/preflight.ts'
import { BadInput, exitCodes, messageOf } from './tickets/failures.ts'
import { parseOptions, readArguments } from './tickets/options.ts'
import { reportFailure } from './tickets/report.ts'
import { writeLines, writeText } from './tickets/terminal.ts'

const describedOptions = optionHelp.map(
  ({ flag, value = '', meaning }) => `  ${`${flag} ${value}`.padEnd(28)} ${meaning?.replaceAll('`', '')}`,
)
const usage = `Usage: npm run deploy -- --stage <dev|production> [options]

Deploys the service to the AWS account and region of the credentials in the environment, and creates its first signing keys. Running
it again updates the deployment to this version. It first checks whether the account can take it. Run "npx cdk bootstrap" once per
account and region before.

${describedOptions.join('\n')}
  --yes                        do not ask before permissions or network rules of AWS widen
  --accept <options>           change these options without asking, such as allowed-callers

A stage keeps its options in the file deploy.<stage>.json, such as {"opsEmail": "ops@example.com"}; options of the command line win.

Examples:
  npm run deploy -- --stage dev
  npm run deploy -- --stage production --allowed-callers arn:aws:iam::123456789012:role/core

See docs/deploying.md.`

const typedOptions = Object.fromEntries(
  optionHelp.map(({ flag, value }) => [flag.slice(2), { type: value ? ('string' as const) : ('boolean' as const) }]),
)
const own = { yes: { type: 'boolean' }, accept: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const
const outputs = z.object({ ApiUrl: z.string(), DashboardUrl: z.string().optional(), SigningKeysSecret: z.string() })
const project = path.join(import.meta.dirname, '..')

process.exitCode = await main()

async function main(): Promise<number> {
  try {
    const typed = readArguments({ ...typedOptions, ...own })
    if (typed.help) writeText(process.stdout, `${usage}\n`)
    else await deploy(readOptions(typed), { skipsApproval: typed.yes === true, accepted: String(typed.accept ?? '').split(',') })
    return exitCodes.done
  } catch (error) {
    if (error instanceof BadInput) return reportFailure(error)
    writeText(process.stderr, `${messageOf(error)}\n`)
    return exitCodes.incomplete
  }
}

function readOptions(typed: Record<string, unknown>): DeployOptions {
  const given = optionsIn((name) => typed[flagOf(name).slice(2)])
  const options = parseOptions(deployOptions, { ...readStageFile(typed.stage), ...given, stage: typed.stage })
  if (options.stage === 'local') throw new BadInput('--stage must be dev or production; "npm run local:deploy" deploys local.')
  return options
}

async function deploy(options: DeployOptions, given: { skipsApproval: boolean; accepted: string[] }): Promise<void> {
  const clients = openAwsClients()
  const plan = planDeployment(options)
  const found = await preflight(plan, clients)
  if (found.problems.length > 0) throw new BadInput(['The deployment cannot begin:', ...found.problems].join('\n- '))
  const isFirst = isFirstDeployment(found.deployed)
  const change = { before: found.deployed?.options, after: options, account: found.account }
  if (!isFirst) await approveChanges(change, { accepted: given.accepted, ask: process.stdin.isTTY ? ask : undefined })
  const run = async (isFirstDeployment: boolean) => {
    if (await runCdk(plan.stackName, { ...options, isFirstDeployment }, given.skipsApproval)) return
    throw new Error(describeFailure(found.deployed, await readStack(clients.stacks, plan.stackName)))
  }
  await run(isFirst)
  const stack = await readOutputs(plan.stackName)
  await fillKeySecret(stack.SigningKeysSecret)
  // Protections would have kept a failed creation from being rolled back.
  if (isFirst && stages[options.stage].keepsData) await run(false)
  writeLines(process.stdout, [
    '',
    `API:       ${stack.ApiUrl}`,
    ...(stack.DashboardUrl ? [`Dashboard: ${stack.DashboardUrl}`] : []),
    `Keys:      ${stack.SigningKeysSecret}`,
  ])
}

async function ask(lines: string[]): Promise<boolean> {
  writeLines(process.stdout, lines)
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question('Deploy nevertheless? (yes/no) ')
  terminal.close()
  return answer.trim() === 'yes'
}

/** Runs the CDK's command line, which asks for approval. @returns whether it succeeded. */
async function runCdk(stackName: string, values: Record<string, unknown>, skipsApproval: boolean): Promise<boolean> {
  const context = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : ['--context', `${name}=${value}`],
  )
  const approval = ['--require-approval', skipsApproval ? 'never' : 'broadening']
  const words = ['deploy', stackName, ...context, ...approval, '--outputs-file', outputsFile(stackName)]
  const cdk = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk')
  const [status] = await once(spawn(process.execPath, [cdk, ...words], { cwd: project, stdio: 'inherit' }), 'exit')
  return status === 0
}

function outputsFile(stackName: string): string {
  return path.join(project, 'cdk.out', `${stackName}.outputs.json`)
}

async function readOutputs(stackName: string): Promise<z.output<typeof outputs>> {
  const stacks = z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(outputsFile(stackName), 'utf8')))
  return outputs.parse(stacks[stackName])
}
