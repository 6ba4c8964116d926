import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import postgres from 'postgres'
import { Guard } from '../../bin/local/guard.ts'
import { startPostgres } from '../../bin/local/postgres.ts'
import { letOwnerMakeRoles } from '../../bin/local/postgres-roles.ts'
import { makeKeySet, writeKeySet } from '../../functions/trust/key-set.ts'
import { makeStateFolder } from '../local/local-server.ts'
import { type AccessKey, makeUser, region, sendSigned } from './aws-caller.ts'

const project = path.join(import.meta.dirname, '../..')
const started = performance.now()

/** Writes how far the test is and how long it took until here, for who reads the log. */
export function tell(step: string): void {
  console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(7)} s  ${step}`)
}

/**
 * Deploys the service to the stand-in for AWS that AWS_ENDPOINT_URL names, with the CDK command line, and starts its database.
 * `stop` ends the database; what was deployed stays with the stand-in.
 */
export async function deploy() {
  const endpoint = findEndpoint()
  const root = { accessKeyId: 'test', secretAccessKey: 'test' }
  // The CDK command line and the SDK's clients of this test read the same variables.
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: root.accessKeyId, AWS_SECRET_ACCESS_KEY: root.secretAccessKey, AWS_REGION: region })
  const [core, stranger] = [await makeUser(endpoint, root, 'core'), await makeUser(endpoint, root, 'stranger')]
  const database = await startDatabase()
  tell('PostgreSQL runs')
  try {
    const outputs = await deployStack(database.url, core.arn)
    tell('deployed')
    const keys = makeKeySet()
    const put = { SecretId: outputs.SigningKeysSecret, SecretString: writeKeySet(keys) }
    await new SecretsManagerClient().send(new PutSecretValueCommand(put))
    const sql = postgres(database.url, { max: 2 })
    const stop = async () => {
      await sql.end({ timeout: 1 })
      await database.stop()
    }
    return { url: outputs.ApiUrl, core: core.key, stranger: stranger.key, keys, sql, stop, call: caller(outputs.ApiUrl, core.key) }
  } catch (error) {
    await database.stop()
    throw error
  }
}

function findEndpoint(): string {
  const { AWS_ENDPOINT_URL: endpoint } = process.env
  assert.ok(endpoint, 'AWS_ENDPOINT_URL is not set: start a stand-in for AWS and name it, or "npm run test:deployed:ci"; see docs/local-aws.md.')
  return endpoint.replace(/\/+$/, '')
}

async function startDatabase() {
  const stateFolder = makeStateFolder()
  const guard = new Guard((line) => tell(line))
  const { url } = await startPostgres(stateFolder, guard, () => undefined)
  await letOwnerMakeRoles(url)
  const stop = async () => {
    await guard.stop()
    await rm(stateFolder, { recursive: true, force: true })
  }
  return { url, stop }
}

async function deployStack(databaseUrl: string, allowedCallers: string) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'deployed-'))
  try {
    const file = path.join(folder, 'outputs.json')
    const context = ['-c', 'stage=local', '-c', `allowedCallers=${allowedCallers}`]
    const synth = cdk(['synth', '--quiet', ...context], project, { DATABASE_URL: databaseUrl })
    // Not in the project's folder, where it would synthesize the app as well.
    await cdk(['bootstrap', `aws://000000000000/${region}`], folder)
    tell('bootstrapped')
    await synth
    tell('synthesized')
    await cdk(['deploy', '--app', 'cdk.out', '--require-approval', 'never', '--progress', 'events', '--outputs-file', file], project)
    const outputs: { 'tickets-local': Record<'ApiUrl' | 'SigningKeysSecret', string> } = JSON.parse(await readFile(file, 'utf8'))
    return outputs['tickets-local']
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Runs the CDK command line; what it says is shown when it fails. */
async function cdk(args: string[], folder: string, variables: NodeJS.ProcessEnv = {}): Promise<void> {
  const env = { ...process.env, ...variables, CI: 'true' }
  const child = spawn('cdk', args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk))
  const [code] = await once(child, 'close')
  assert.equal(code, 0, `"cdk ${args[0]}" failed:\n${Buffer.concat(said)}`)
}

/** Makes what calls the API as somebody; `key` null calls without a signature. */
function caller(url: string, core: AccessKey) {
  return async (method: string, target: string, { body, key = core }: { body?: unknown; key?: AccessKey | null } = {}) => {
    const address = target.startsWith('http') ? target : `${url}${target}`
    const headers = body === undefined ? {} : { 'content-type': 'application/json' }
    const request = { method, address, headers, body: body === undefined ? undefined : JSON.stringify(body) }
    const plain = { method, headers, redirect: 'manual', ...(request.body === undefined ? {} : { body: request.body }) } as const
    const response = key ? await sendSigned('execute-api', key, request) : await fetch(address, plain)
    const bytes = Buffer.from(await response.arrayBuffer())
    const type = response.headers.get('content-type') ?? ''
    return { status: response.status, headers: response.headers, bytes, json: type.includes('json') ? JSON.parse(bytes.toString()) : undefined }
  }
}
