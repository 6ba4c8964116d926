import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { openPrinter, type PrinterOptions } from '../../../functions/print/printer.ts'
import { browserOf, ownTemporaryFolder, printerOptions, processesOfGroup, readText, ticket } from '../../fixtures/printing.ts'
import { scriptChromium } from '../../fixtures/script-chromium.ts'

const temporary = ownTemporaryFolder()
const confine = path.join(import.meta.dirname, 'confine.py')
const unlessSingle = (otherwise: string) => `case "$*" in *--single-process*) exec $chromium "$@" ;; esac\n${otherwise}`

const faults = {
  'does not answer': { script: unlessSingle('echo "waiting" >&2; exec sleep 60'), errorOutput: /^waiting\n$/ },
  'ends at once': { script: unlessSingle('echo "prctl failed" >&2; exit 1'), errorOutput: /^prctl failed\n$/ },
  'may start no process': {
    script: `PATH='${process.env.PATH}' exec python3 ${confine} --one-process $chromium "$@"`,
    errorOutput: /Network service crashed/,
  },
}

for (const [fault, { script, errorOutput }] of Object.entries(faults))
  test(`a Chromium that ${fault} as several processes prints as one, and is never started as several again`, async () => {
    const failures: Parameters<NonNullable<PrinterOptions['onFailedLaunch']>>[0][] = []
    const printer = openPrinter({
      ...printerOptions,
      cacheFolder: await scriptChromium(path.join(temporary, fault.replaceAll(' ', '-')), script),
      processes: 'auto',
      onFailedLaunch: (failure) => failures.push(failure),
    })
    try {
      for (const guest of ['first', 'second']) {
        const [printed] = await printer.print([ticket(guest)], 20_000)
        assert.match(await readText(printed?.pdf ?? new Uint8Array()), new RegExp(guest))
        const browser = await browserOf()
        assert.equal((await processesOfGroup(browser)).length, 1)
        process.kill(browser, 'SIGKILL')
      }
      assert.deepEqual(
        failures.map(({ processes }) => processes),
        ['auto'],
      )
      assert.match(failures[0]?.errorOutput ?? '', errorOutput)
    } finally {
      await printer.close()
    }
  })

test('a Chromium that works as several processes remains several', async () => {
  const printer = openPrinter({ ...printerOptions, processes: 'auto', onFailedLaunch: ({ error }) => assert.ifError(error) })
  try {
    for (const guest of ['first', 'second']) {
      await printer.print([ticket(guest)], 20_000)
      const browser = await browserOf()
      assert((await processesOfGroup(browser)).length > 1)
      process.kill(browser, 'SIGKILL')
    }
  } finally {
    await printer.close()
  }
})
