import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { launchBrowser } from '../../../functions/print/chromium/browser.ts'
import { bundleRenderer, packageLimitBytes } from '../../../lib/renderer-bundle.ts'
import { cacheFolder, ownTemporaryFolder, printerOptions } from '../../fixtures/printing.ts'

const temporary = ownTemporaryFolder()
const run = promisify(execFile)
const confine = path.join(import.meta.dirname, 'confine.py')
const lambda = { AWS_REGION: 'us-east-1', LOG_LEVEL: 'warn' }
const folder = await bundleRenderer(path.join(temporary, 'package'), cacheFolder)

function list(below: string): string[] {
  const entries = readdirSync(below, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name))
}

test("a renderer's package is within Lambda's limit, with room for the next Chromium", () => {
  const bytes = list(folder).reduce((sum, file) => sum + statSync(file).size, 0)
  assert(bytes < 0.8 * packageLimitBytes, `${bytes} bytes`)
})

test('under the restrictions of Lambda, from its package alone and an empty temp folder, a renderer prints in several processes', async () => {
  const own = path.join(temporary, 'cold')
  mkdirSync(own)
  if (process.getuid?.() === 0) chownSync(own, 65_534, 65_534)
  chmodSync(temporary, 0o755)
  // As copying it and packing it as a zip would.
  const fonts = path.join(folder, 'fonts/fonts')
  utimesSync(fonts, new Date(), new Date())
  const before = list(folder)
  const source = `const { handler } = await import(${JSON.stringify(path.join(folder, 'render.mjs'))})
    console.log(JSON.stringify(await handler({ probe: true })))
    process.exit()`
  const confined = [confine, '--ordinary-user', '--opened', fonts, process.execPath]
  const { stdout, stderr } = await run('python3', [...confined, '--input-type=module', '-e', source], {
    cwd: own,
    env: { ...lambda, PATH: process.env.PATH, TMPDIR: own },
  })
  assert.equal(stderr, '', 'it warned, perhaps that it fell back to one process')
  const [answer, opened = ''] = stdout.split('\n')
  assert.equal(answer, '{"outcome":"working"}')
  assert(JSON.parse(opened).length < 20, `it read the fonts again: ${opened}`)
  assert.match(readdirSync(path.join(own, 'ticket-generator')).join(), /^chromium-149\.0\.0-[0-9a-f]{12}$/)
  assert.deepEqual(list(folder), before, 'it wrote into its package, which Lambda does not allow')
})

test('the core dump of a crashed browser is deleted with it', async () => {
  const browser = await launchBrowser(printerOptions)
  for (const name of ['core.chromium.4711', 'core.4712']) writeFileSync(path.join(temporary, name), 'memory')
  await browser.kill()
  assert.deepEqual(
    readdirSync(temporary).filter((name) => name.startsWith('core')),
    [],
  )
})
