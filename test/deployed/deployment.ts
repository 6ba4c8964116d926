import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import postgres from 'postgres'
import { startPostgres } from '../../bin/local/postgres/postgres.ts'
import { allowRoleCreation } from '../../bin/local/postgres/roles.ts'
import { makeStateFolder } from '../fixtures/local-server.ts'
import { type AccessKey, actAsOwner, makeUser, sendSigned } from './aws-caller.ts'
import { letSendersSendBatches } from './ministack-differences.ts'

const project = path.join(import.meta.dirname, '../..')
const started = performance.now()

/** Whether the stand-in checks signatures and rights, as AWS does; LocalStack's free edition does not. */
export const checksSignatures = process.env.STAND_IN !== 'localstack'
const checksRights = checksSignatures

/** Writes how far the test is and how long it took until here, for who reads the log. */
export function tell(step: string): void {
  console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${step}`)
}

/**
 * Deploys the service to the stand-in for AWS that AWS_ENDPOINT_URL names, as a user does, with a database of its own. `stop` ends the
 * database; what was deployed stays with the stand-in.
 */
export async function deploy() {
  actAsOwner()
  const [core, stranger] = [await makeUser('core'), await makeUser('stranger')]
  const allowedCallers = checksSignatures ? core.arn : 'anyone'
  const database = await startDatabase()
  tell('PostgreSQL runs')
  try {
    const url = await deployStack(database.url, allowedCallers)
    if (checksRights) await letSendersSendBatches()
    const sql = postgres(database.url, { max: 2, onnotice: () => undefined })
    const stop = async () => {
      await sql.end({ timeout: 1 })
      await database.stop()
    }
    return { url, callers: { core: core.key, stranger: stranger.key }, sql, stop, call: caller(url, core.key) }
  } catch (error) {
    await database.stop()
    throw error
  }
}

async function startDatabase() {
  const stateFolder = makeStateFolder()
  const { url, dataFolder, stop: stopPostgres } = await startPostgres(stateFolder, tell)
  await allowRoleCreation(url)
  const stop = async () => {
    await stopPostgres()
    for (const folder of [stateFolder, dataFolder]) await rm(folder, { recursive: true, force: true })
  }
  return { url, stop }
}

/** Returns the address of the API, as the command says it. */
async function deployStack(databaseUrl: string, allowedCallers: string): Promise<string> {
  const args = ['run', '--silent', 'local:deploy', '--', '-c', `allowedCallers=${allowedCallers}`]
  const env = { ...process.env, DATABASE_URL: databaseUrl }
  const child = spawn('npm', args, { cwd: project, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const output = text(child.stdout)
  const [code] = await once(child, 'close')
  const said = (await output).trim()
  tell(`deployed; ${said.replaceAll('\n', '; ')}`)
  assert.equal(code, 0, 'npm run local:deploy failed.')
  return /The service answers at (\S+)/.exec(said)?.[1] ?? assert.fail(said)
}

/** Makes what calls the API, as Core unless it is told otherwise; with `key` null it signs nothing. */
function caller(url: string, core: AccessKey) {
  return async (method: string, target: string, { body, key = core }: { body?: unknown; key?: AccessKey | null } = {}) => {
    const address = `${url}${target}`
    const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
    const content = body === undefined ? {} : { body: JSON.stringify(body) }
    const request = { method, address, headers, ...content }
    const response = await (key ? sendSigned('execute-api', key, request) : fetch(address, { method, headers, ...content }))
    const bytes = Buffer.from(await response.arrayBuffer())
    const type = response.headers.get('content-type') ?? ''
    return { status: response.status, bytes, json: type.includes('json') ? JSON.parse(bytes.toString()) : undefined }
  }
}
