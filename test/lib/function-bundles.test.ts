import assert from 'node:assert/strict'
import { hash, X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { routeFunctions } from '../../functions/contract/route-functions.ts'
import { databaseRoots, databaseRootsFile } from '../../lib/database-roots.ts'
import { bundleMigrate, bundleService } from '../../lib/function-bundles.ts'
import { bundleRenderer } from '../../lib/renderer-bundle.ts'

const folder = await mkdtemp(path.join(os.tmpdir(), 'bundles-'))
after(() => rm(folder, { recursive: true, force: true }))
const service = bundleService(path.join(folder, 'service'))

test('every function of routes has a module of its own, and all together are small', () => {
  const modules = new Set(readdirSync(service))
  assert.deepEqual(
    [...routeFunctions.keys()].filter((name) => !modules.has(`${name}.mjs`)),
    [],
  )
  assert.ok(bytesOf(service) < 20 * 1024 * 1024)
})

test('a bundled function answers each of its routes, and finds its files without the project around it', async () => {
  Object.assign(process.env, { LOG_LEVEL: 'silent', ALLOWED_CALLERS: 'anyone' })
  const { handler } = await import(pathToFileURL(path.join(service, 'public-lookup.mjs')).href)
  const ask = (resource: string, asset?: string) => {
    const request = { httpMethod: 'GET', headers: {}, path: resource, pathParameters: asset ? { asset } : null }
    return handler({ resource, ...request, requestContext: { requestId: 'r' } }, { getRemainingTimeInMillis: () => 5000 })
  }
  assert.equal((await ask('/health')).statusCode, 200)
  for (const [folder, asset] of [['/door', 'zxing_reader.wasm']] as const) {
    const answer = await ask(`${folder}/{asset}`, asset)
    assert.equal(answer.statusCode, 200, asset)
    assert.ok(answer.body.length > 100_000, asset)
  }
})

test('a bundle holds the roots of RDS by region: one for each kind of key, self-signed and valid for decades', () => {
  assert.ok(databaseRoots.size >= 25)
  for (const region of databaseRoots.keys()) {
    const file = databaseRootsFile(region).replace('/var/task', service)
    const roots = readFileSync(file, 'utf8').match(/-----BEGIN[\s\S]+?END CERTIFICATE-----/g) ?? []
    const read = roots.map((pem) => new X509Certificate(pem))
    const kinds = read.map(({ subject }) => / Root CA (\w+) G1/.exec(subject)?.[1])
    assert.deepEqual(kinds.toSorted(), ['ECC384', 'RSA2048', 'RSA4096'], region)
    for (const root of read) assert.ok(root.verify(root.publicKey) && root.validToDate.getFullYear() > 2050, region)
  }
})

test('the migration has its SQL and the built-in templates with it', () => {
  const migrate = bundleMigrate(path.join(folder, 'migrate'))
  assert.ok(readdirSync(path.join(migrate, 'migrations')).includes('0003_roles.sql'))
  assert.ok(readdirSync(path.join(migrate, 'templates')).length >= 2)
})

// A deployment replaces only functions whose package has changed, and nobody can check a package that is different each time.
test('packed twice, with nothing prepared and from another folder, every package has the same bytes', async (t) => {
  const pack = async (into: string, cacheFolder?: string) => [
    hashesOf(bundleService(path.join(into, 'service'))),
    hashesOf(bundleMigrate(path.join(into, 'migrate'))),
    hashesOf(await bundleRenderer(path.join(into, 'renderer'), cacheFolder)),
  ]
  const first = await pack(path.join(folder, 'first'))
  const project = process.cwd()
  t.after(() => process.chdir(project))
  process.chdir(folder)
  assert.deepEqual(await pack(path.join(folder, 'second'), path.join(folder, 'cache')), first)
})

function hashesOf(root: string): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const files = entries.map((entry) => path.join(entry.parentPath, entry.name)).sort()
  return Object.fromEntries(files.map((file) => [path.relative(root, file), hash('sha256', readFileSync(file))]))
}

function bytesOf(root: string): number {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' })
  return names.reduce((total, name) => total + statSync(path.join(root, name)).size, 0)
}
