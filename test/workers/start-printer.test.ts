import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { ownTemporaryFolder, printerOptions } from '../fixtures/printing.ts'
import { scriptChromium } from '../fixtures/script-chromium.ts'

const temporary = ownTemporaryFolder()

test('a failed launch is logged with the end of what Chromium wrote to standard error', async () => {
  const folder = await scriptChromium(path.join(temporary, 'broken'), 'echo "libfoo is broken" >&2; exit 1')
  const fonts = path.dirname(printerOptions.environment.FONTCONFIG_FILE)
  symlinkSync(fonts, path.join(folder, path.basename(fonts)))
  const program = `const { startPrinter } = await import(${JSON.stringify(path.resolve(import.meta.dirname, '../../functions/workers/start-printer.ts'))})
    await (await startPrinter()).probe().catch(() => process.exit())`
  const { stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, LOG_LEVEL: 'warn', BROWSER_CACHE_DIR: folder },
  })
  const line = stderr.split('\n').find((each) => each.includes('Chromium could not be launched')) ?? '{}'
  assert.deepEqual(JSON.parse(line).data, { errorOutput: 'libfoo is broken\n', processes: 'multi' })
})
