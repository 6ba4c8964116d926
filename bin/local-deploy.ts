import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import * as z from 'zod'
import { fillKeySecret } from '../functions/aws/signing-key-secret.ts'
import { BadInput, reasonOf } from './tickets/failures.ts'
import { setExitCode } from './tickets/program.ts'

const defaults = {
  AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
  // The address inside the functions' containers.
  DATABASE_URL: 'postgres://ticket_user:local@database:5432/event_planner_tickets',
}
for (const [name, value] of Object.entries(defaults)) process.env[name] ||= value

const project = path.join(import.meta.dirname, '..')
const started = performance.now()
await setExitCode(deployLocally)

/**
 * Deploys the stage `local` to an AWS emulator and creates its signing keys: `npm run local:deploy`. Further
 * arguments go to `cdk synth` (`-- -c allowedCallers=…`). Variables default to the services of
 * docker-compose.yml.
 */
async function deployLocally(): Promise<undefined> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'local-deploy-'))
  try {
    await assertReachable(process.env.AWS_ENDPOINT_URL ?? '')
    const outputsFile = path.join(folder, 'outputs.json')
    await Promise.all([
      cdk(['synth', '--quiet', '-c', 'stage=local', ...process.argv.slice(2)], project),
      // In the project's folder it would synthesize the app as well.
      cdk(['bootstrap', `aws://000000000000/${process.env.AWS_REGION}`], folder),
    ])
    const deploy = ['deploy', '--app', 'cdk.out', '--require-approval', 'never', '--progress', 'events']
    await cdk([...deploy, '--outputs-file', outputsFile], project)
    const { ApiUrl, SigningKeysSecret, MigrateFunction } = await readOutputs(outputsFile)
    await migrate(MigrateFunction)
    await fillKeySecret(SigningKeysSecret)
    console.log(`The service answers at ${ApiUrl}`)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Checks that something answers before CDK begins, which would only say so after ten seconds. @throws BadInput */
async function assertReachable(endpoint: string): Promise<void> {
  try {
    await fetch(endpoint)
  } catch (error) {
    throw new BadInput(
      `AWS_ENDPOINT_URL must be the address of a running AWS emulator; ${endpoint} does not answer (${reasonOf(error)}).`,
    )
  }
}

/** Runs the CDK command line. @throws Error with its whole output when it fails. */
async function cdk(args: string[], directory: string): Promise<void> {
  const env = { ...process.env, CI: 'true' }
  const program = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk')
  const child = spawn(process.execPath, [program, ...args], { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const output: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk))
  const [code] = await once(child, 'close')
  console.log(`cdk ${args[0]}: ${((performance.now() - started) / 1000).toFixed(1)} s after the start`)
  if (code !== 0) throw new Error(`"cdk ${args[0]}" failed:\n${Buffer.concat(output)}`)
}

/**
 * Migrates the database, which the deployment has done on AWS: LocalStack's free edition leaves out triggers.
 * @throws Error with what the function says, when it fails.
 */
async function migrate(functionName: string): Promise<void> {
  const { FunctionError, Payload } = await new LambdaClient().send(new InvokeCommand({ FunctionName: functionName }))
  if (FunctionError) throw new Error(`The migration failed: ${Payload?.transformToString()}`)
}

async function readOutputs(file: string) {
  const outputs = z.object({
    'tickets-local': z.object({ ApiUrl: z.url(), SigningKeysSecret: z.string(), MigrateFunction: z.string() }),
  })
  return outputs.parse(JSON.parse(await readFile(file, 'utf8')))['tickets-local']
}
