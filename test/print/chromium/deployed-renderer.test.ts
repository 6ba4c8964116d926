import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { launchBrowser } from '../../../functions/print/chromium/browser.ts'
import { bundleRenderer, packageLimitBytes } from '../../../lib/renderer-bundle.ts'
import { cacheFolder, ownTemporaryFolder, printerOptions } from '../../fixtures/printing.ts'

const temporary = ownTemporaryFolder()
const run = promisify(execFile)
const folder = await bundleRenderer(path.join(temporary, 'package'), cacheFolder)

function list(below: string): string[] {
  const entries = readdirSync(below, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name))
}

test("a renderer's package is within Lambda's limit, with room for the next Chromium", () => {
  const bytes = list(folder).reduce((sum, file) => sum + statSync(file).size, 0)
  assert(bytes < 0.8 * packageLimitBytes, `${bytes} bytes`)
})

test('from its package alone and an empty temp folder a renderer prints', async () => {
  const own = path.join(temporary, 'cold')
  mkdirSync(own)
  const before = list(folder)
  const source = `const { handler } = await import(${JSON.stringify(path.join(folder, 'render.mjs'))})
    console.log(JSON.stringify(await handler({ probe: true })))
    process.exit()`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', source], {
    cwd: own,
    env: { TMPDIR: own, AWS_REGION: 'us-east-1', LOG_LEVEL: 'silent', TICKET_EVENTS_TOPIC_ARN: 'arn:aws:sns:us-east-1:1:t' },
  })
  assert.equal(stdout.trim().split('\n').at(-1), '{"outcome":"working"}')
  assert.match(readdirSync(path.join(own, 'ticket-generator')).join(), /^chromium-149\.0\.0-[0-9a-f]{12}$/)
  assert.deepEqual(list(folder), before, 'it wrote into its package, which Lambda does not allow')
})

test('memory that a crashed browser dumped is deleted with it', async () => {
  const browser = await launchBrowser(printerOptions)
  for (const name of ['core.chromium.4711', 'core.4712']) writeFileSync(path.join(temporary, name), 'memory')
  await browser.kill()
  assert.deepEqual(
    readdirSync(temporary).filter((name) => name.startsWith('core')),
    [],
  )
})
