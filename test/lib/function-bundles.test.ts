import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { routes } from '../../functions/contract/routes/routes.ts'
import { bundleMigrate, bundleService } from '../../lib/function-bundles.ts'

const folder = await mkdtemp(path.join(os.tmpdir(), 'bundles-'))
after(() => rm(folder, { recursive: true, force: true }))
const service = bundleService(path.join(folder, 'service'))

test('every route has a module of its own, and all together are small', () => {
  const modules = new Set(readdirSync(service))
  assert.deepEqual(
    Object.keys(routes).filter((name) => !modules.has(`${name}.mjs`)),
    [],
  )
  assert.ok(bytesOf(service) < 20 * 1024 * 1024)
})

test('bundled routes find their files without the project around them', async () => {
  process.env.LOG_LEVEL = 'silent'
  const files = { 'get-docs-asset': 'swagger-ui.css', 'get-door-asset': 'zxing_reader.wasm' }
  for (const [name, asset] of Object.entries(files)) {
    const { handler } = await import(pathToFileURL(path.join(service, `${name}.mjs`)).href)
    const event = { httpMethod: 'GET', headers: {}, pathParameters: { asset }, requestContext: { requestId: 'r' } }
    const answer = await handler(event, { getRemainingTimeInMillis: () => 5000 })
    assert.equal(answer.statusCode, 200, name)
    assert.ok(answer.body.length > 100_000, name)
  }
})

test('the migration has its SQL and the built-in templates with it', () => {
  const migrate = bundleMigrate(path.join(folder, 'migrate'))
  assert.ok(readdirSync(path.join(migrate, 'migrations')).includes('0003_roles.sql'))
  assert.ok(readdirSync(path.join(migrate, 'templates')).length >= 2)
})

function bytesOf(root: string): number {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' })
  return names.reduce((total, name) => total + statSync(path.join(root, name)).size, 0)
}
