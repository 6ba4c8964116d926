import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { createInterface } from 'node:readline/promises'
import * as z from 'zod'
import { fillKeySecret } from '../functions/aws/signing-key-secret.ts'
import { type DeployOptions, deployOptions, optionHelp, optionsIn, readStageFile } from '../lib/deploy-options.ts'
import { stages } from '../lib/stage.ts'
import { describeFailure, isFirstDeployment, readStack } from './deploy/deployed-stack.ts'
import { approveChanges } from './deploy/option-changes.ts'
import { planDeployment } from './deploy/plan.ts'
import { openAwsClients, preflight } from './deploy/preflight.ts'
import { BadInput } from './tickets/failures.ts'
import { flag, option, parseOptions } from './tickets/options.ts'
import { runProgram } from './tickets/program.ts'
import { writeLines } from './tickets/terminal.ts'

const typedOptions = Object.fromEntries(
  optionHelp.map(({ name, value, meaning }) => {
    const schema = value ? z.string().optional() : z.boolean().optional()
    return [name, schema.meta({ value, meaning: meaning.replaceAll('`', '') })]
  }),
)
const outputs = z.object({ ApiUrl: z.string(), DashboardUrl: z.string().optional(), SigningKeysSecret: z.string() })
const project = path.join(import.meta.dirname, '..')

await runProgram(
  {
    usage: 'npm run deploy --',
    description:
      'Deploys the service to the AWS account and region of the credentials in the environment, and creates its first signing ' +
      'keys. Running it again updates the deployment to this version. It first checks whether the account can take it. Run ' +
      '"npx cdk bootstrap" once per account and region before.',
    notes: [
      'A stage keeps its options in the file deploy.<stage>.json, such as {"opsEmail": "ops@example.com"}; options of the command',
      'line win. See docs/deploying.md.',
    ],
    examples: [
      'npm run deploy -- --stage dev',
      'npm run deploy -- --stage production --allowed-callers arn:aws:iam::123456789012:role/core',
    ],
  },
  {
    ...typedOptions,
    yes: flag('do not ask before permissions or network rules of AWS widen'),
    accept: option(z.string().default(''), '<options>', 'change these options without asking, such as allowed-callers'),
  },
  async ({ yes, accept, ...typed }) => await deploy(readOptions(typed), { skipsApproval: yes, accepted: accept.split(',') }),
)

function readOptions(typed: Record<string, unknown>): DeployOptions {
  const given = optionsIn((name) => typed[name])
  const options = parseOptions(deployOptions, { ...readStageFile(typed.stage), ...given, stage: typed.stage })
  if (options.stage === 'local') throw new BadInput('--stage must be dev or production; "npm run local:deploy" deploys local.')
  return options
}

async function deploy(options: DeployOptions, given: { skipsApproval: boolean; accepted: string[] }): Promise<undefined> {
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
