import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { unpackChromium } from '../../../functions/print/chromium/binary.ts'
import { launchBrowser } from '../../../functions/print/chromium/browser.ts'
import { cacheFolder, ownTemporaryFolder } from '../../fixtures/printing.ts'
import { scriptChromium } from '../../fixtures/script-chromium.ts'

const temporary = ownTemporaryFolder()
const run = promisify(execFile)

test('two processes that unpack concurrently both get a working Chromium, and remove leftover folders', async () => {
  const folder = path.join(temporary, 'together')
  mkdirSync(path.join(folder, '.unpacking-4194304999-abc'), { recursive: true })
  const source = `const { unpackChromium } = await import(${JSON.stringify(path.resolve(import.meta.dirname, '../../../functions/print/chromium/binary.ts'))})
    const { executable, libraries } = await unpackChromium(${JSON.stringify(folder)})
    const { execFileSync } = await import('node:child_process')
    process.stdout.write(execFileSync(executable, ['--version', '--no-sandbox'], { env: { LD_LIBRARY_PATH: libraries } }))`
  const answers = await Promise.all([1, 2].map(() => run(process.execPath, ['--input-type=module', '-e', source])))
  for (const { stdout } of answers) assert(stdout.includes('149.'), stdout)
  assert.deepEqual(readdirSync(folder), ['chromium-149.0.0'])
})

test('the libraries that a bare Linux lacks are included', async () => {
  const { libraries } = await unpackChromium(cacheFolder)
  for (const library of ['libnss3.so', 'libnspr4.so', 'libexpat.so.1']) assert(readdirSync(libraries).includes(library))
})

test('a missing library is named in one sentence', async () => {
  const script = 'echo "$0: error while loading shared libraries: libnss3.so: cannot open shared object file" >&2; exit 127'
  const folder = await scriptChromium(path.join(temporary, 'broken'), script)
  await assert.rejects(launchBrowser({ cacheFolder: folder }), {
    message: 'Chromium cannot start: the library libnss3.so is missing on this machine.',
  })
})

test('a folder that cannot be written is named in one sentence', async () => {
  const file = path.join(temporary, 'file')
  writeFileSync(file, '')
  await assert.rejects(unpackChromium(file), new RegExp(`^Error: Chromium cannot be unpacked into ${file}: `))
})
