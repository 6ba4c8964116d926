import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { setImmediate as anotherTurn } from 'node:timers/promises'
import tls from 'node:tls'
import postgres from 'postgres'
import { clientVariables } from '../../functions/contract/clients.ts'
import { connect } from '../../functions/database/client.ts'
import { readEnvironment } from '../../functions/runtime/environment.ts'
import { openNetwork } from '../fixtures/cuttable-network.ts'
import { service } from '../fixtures/service.ts'

test('an encrypted connection checks the certificate, and is replaced when it falls silent', async () => {
  const certificate = await encrypt()
  const { username, password, host } = new URL(service.databaseUrl)
  const network = await openNetwork(`http://${host}`)
  const login = { DB_HOST: 'localhost', DB_PORT: Number(new URL(network.url).port), DB_USER: username, DB_PASSWORD: password }
  const environment = { ...readEnvironment(clientVariables.sql), ...login, DATABASE_URL: undefined, DB_TLS: 'verify' as const }
  const distrustful = connect(environment)
  await assert.rejects(distrustful`SELECT 1`, { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  await distrustful.end({ timeout: 0 })

  tls.setDefaultCACertificates([certificate])
  const sql = connect(environment)
  const [row] = await sql`SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`
  assert.equal(row?.ssl, true)
  await anotherTurn()
  network.freeze()
  const [answer] = await sql`SELECT 1 AS one`
  assert.equal(answer?.one, 1)
  await sql.end({ timeout: 0 })
  network.close()
})

/** Turns on the encryption of the service's PostgreSQL, and returns its certificate, for "localhost". */
async function encrypt(): Promise<string> {
  const [key, certificate] = ['server.key', 'server.crt'].map((name) => path.join(service.databaseFolder, name)) as [
    string,
    string,
  ]
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, ...name], {
    stdio: 'ignore',
  })
  const { uid, gid } = statSync(service.databaseFolder)
  for (const file of [key, certificate]) {
    chownSync(file, uid, gid)
    chmodSync(file, 0o600)
  }
  const superuser = new URL(service.databaseUrl)
  superuser.username = 'postgres'
  const sql = postgres(superuser.href, { max: 1 })
  await sql.unsafe('ALTER SYSTEM SET ssl = on')
  await sql`SELECT pg_reload_conf()`
  await sql.end()
  return readFileSync(certificate, 'utf8')
}
