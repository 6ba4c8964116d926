import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { after, describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { BrowserUnavailableError, RenderFailedError, RenderTimeoutError } from '../../../functions/errors.ts'
import type { WarmBrowser } from '../../../functions/print/chromium/browser.ts'
import { openPrinter, type Printer, type PrinterOptions } from '../../../functions/print/printer.ts'
import {
  browserOf,
  browsersOf,
  ownTemporaryFolder,
  printerOptions,
  processesOfGroup,
  readText,
  rendererOf,
  ticket,
  until,
} from '../../fixtures/printing.ts'

const temporary = ownTemporaryFolder()
const deadlineMs = 20_000
// Twenty times as long as this print takes in a healthy browser.
const hungAfterMs = 1_000
const several = Array.from({ length: 5 }, (_, guest) => ticket(`<h1>Guest ${guest}</h1>${'<p>text</p>'.repeat(30)}`))
const long = [ticket('<p>text</p>'.repeat(20_000))]

async function withPrinter(options: PrinterOptions, work: (printer: Printer) => Promise<void>): Promise<void> {
  const printer = openPrinter(options)
  try {
    await printer.probe()
    await work(printer)
  } finally {
    await printer.close()
  }
}

/** Waits for all processes of a browser to end; the last may end a moment after the first. */
function gone(browser: number): Promise<void> {
  return until(async () => (await processesOfGroup(browser)).length === 0, 3)
}

/** Faults of a browser, and of its page, which is a separate process or a thread of the browser. */
const faults: Record<string, (browser: number, session: WarmBrowser['session']) => unknown> = {
  'a crashed browser': (browser) => process.kill(browser, 'SIGKILL'),
  'a hung browser': (browser) => process.kill(browser, 'SIGSTOP'),
  'a crashed page': (_, session) => session.send('Page.crash').catch(() => undefined),
  'a hung page': (_, session) => session.send('Runtime.evaluate', { expression: 'for (;;);' }).catch(() => undefined),
}

for (const processes of ['multi', 'single'] as const)
  describe(`Chromium as ${processes === 'multi' ? 'several processes' : 'one process'}`, () => {
    const options: PrinterOptions = { ...printerOptions, processes }

    test('it starts that many', async () => {
      await withPrinter(options, async () => {
        assert.equal((await processesOfGroup(await browserOf())).length > 1, processes === 'multi')
      })
    })

    // The browser that replaces a faulty one is the next to get a fault.
    describe('under a print', () => {
      const printer = openPrinter(options)
      after(() => printer.close())

      for (const [name, fault] of Object.entries(faults))
        test(`${name} is replaced, and the print succeeds within seconds`, async () => {
          await printer.probe()
          const browser = await browserOf()
          const session = await printer.use(deadlineMs, async (each) => each.session)
          const [start, restarts] = [performance.now(), printer.restarts]
          // A crash is detected immediately, however long a print may take.
          const printing = printer.print(several, name.includes('hung') ? hungAfterMs : deadlineMs)
          await setImmediate()
          fault(browser, session)
          const printed = await printing
          assert(performance.now() - start < 12_000)
          assert.match(await readText(printed[4]?.pdf ?? new Uint8Array()), /^Guest 4\n/)
          assert.equal(printer.restarts, restarts + 1)
          await gone(browser)
        })
    })

    describe('before a print', () => {
      const printer = openPrinter({ ...options, probeAfterIdleMs: 0, probeDeadlineMs: 500 })
      after(() => printer.close())

      for (const [name, fault] of Object.entries(faults))
        test(`${name} is detected, and the print succeeds within seconds`, async () => {
          await printer.probe()
          const browser = await browserOf()
          fault(browser, await printer.use(deadlineMs, async ({ session }) => session))
          const start = performance.now()
          const [printed] = await printer.print([ticket('still here')], deadlineMs)
          assert(performance.now() - start < 12_000)
          assert.match(await readText(printed?.pdf ?? new Uint8Array()), /^still here/)
          await gone(browser)
        })
    })

    test('a print that takes too long fails after two attempts, and the next one succeeds', async () => {
      await withPrinter(options, async (printer) => {
        await assert.rejects(printer.print([ticket('<p>x</p>'.repeat(200_000))], 100), RenderTimeoutError)
        assert.equal((await printer.print([ticket('x')], deadlineMs)).length, 1)
      })
    })

    test('a ticket that takes too much memory fails, and the next one succeeds', async () => {
      await withPrinter({ ...options, memoryLimitBytes: 400_000_000 }, async (printer) => {
        const levels = Array.from(
          { length: 9 },
          (_, level) => `<g id="l${level + 1}">${`<use href="#l${level}"/>`.repeat(10)}</g>`,
        )
        const bomb = `<svg><g id="l0"><path d="M0 0h9v9z"/></g>${levels.join('')}</svg>`
        await assert.rejects(printer.print([ticket(bomb)], deadlineMs), /memory/)
        assert.equal((await printer.print([ticket('x')], deadlineMs)).length, 1)
      })
    })

    test('a browser is replaced after a fixed number of prints, which does not count as a restart', async () => {
      await withPrinter({ ...options, printsPerBrowser: 3 }, async (printer) => {
        const first = await browserOf()
        for (let print = 0; print < 4; print++) await printer.print([ticket('x')], deadlineMs)
        assert.notEqual(await browserOf(), first)
        await gone(first)
        assert.equal(printer.restarts, 0)
      })
    })

    test('a browser that uses much memory is replaced after its tenth print, which does not count as a restart', async () => {
      await withPrinter({ ...options, replaceAboveBytes: 1 }, async (printer) => {
        const first = await browserOf()
        for (let print = 0; print < 10; print++) await printer.print([ticket('x')], deadlineMs)
        await gone(first)
        assert.equal(printer.restarts, 0)
      })
    })

    test('a browser with a large heap collects garbage after its tenth print', async () => {
      await withPrinter({ ...options, collectAboveBytes: 1 }, async (printer) => {
        await printer.use(deadlineMs, ({ page }) => page.evaluate('globalThis.garbage = new WeakRef({})'))
        for (let print = 0; print < 10; print++) await printer.print([ticket('x')], deadlineMs)
        const left = await printer.use(deadlineMs, ({ page }) => page.evaluate('globalThis.garbage.deref()'))
        assert.equal(left, undefined)
      })
    })

    test('close leaves no process and no file, and later prints are refused', async () => {
      const printer = openPrinter(options)
      await printer.print([ticket('x')], deadlineMs)
      const browser = await browserOf()
      await printer.close()
      await printer.close()
      await gone(browser)
      assert.deepEqual(readdirSync(temporary), [])
      await assert.rejects(printer.print([ticket('x')], deadlineMs), RenderFailedError)
    })

    test('close ends a running print', async () => {
      const printer = openPrinter(options)
      await printer.probe()
      const printing = assert.rejects(printer.print(several, deadlineMs), BrowserUnavailableError)
      await setImmediate()
      await printer.close()
      await printing
      assert.deepEqual(readdirSync(temporary), [])
    })

    describe('close while a browser starts leaves no process and no file', () => {
      const starts = { 'the first': 'nothing', 'one after a crash': 'a crash', 'one that follows a worn one': 'a print' }
      const signs: Record<string, () => Promise<(number | string)[]>> = {
        folder: () => readdir(temporary),
        process: () => browsersOf(),
        renderer: async () => Promise.all((await browsersOf()).map((browser) => rendererOf(browser).catch(() => browser))),
      }

      for (const [name, before] of Object.entries(starts))
        for (const [sign, look] of Object.entries(signs))
          test(`${name}, as soon as it has a ${sign}`, async () => {
            const printer = openPrinter({ ...options, printsPerBrowser: 2 })
            if (before !== 'nothing') await printer.probe()
            const old = new Set([...(await look()), ...(await browsersOf())])
            if (before === 'a crash') process.kill(await browserOf(), 'SIGKILL')
            // Only a long print is still running when the printer is closed.
            const printed = printer.print(before === 'a print' ? [ticket('x')] : long, deadlineMs).catch((error) => error)
            await until(async () => (await look()).some((each) => !old.has(each)), 5)
            const browsers = await browsersOf()
            await printer.close()
            assert.deepEqual(readdirSync(temporary), [])
            for (const browser of browsers) await gone(browser)
            assert.deepEqual(await browsersOf(), [])
            assert.equal((await printed) instanceof BrowserUnavailableError, before !== 'a print')
            await assert.rejects(printer.probe(), BrowserUnavailableError)
          })
    })

    test('a hung browser is closed by force', async () => {
      const printer = openPrinter(options)
      await printer.probe()
      const browser = await browserOf()
      process.kill(browser, 'SIGSTOP')
      await printer.close()
      await gone(browser)
    })

    for (const state of ['idle', 'busy']) {
      test(`when our process is killed while ${state}, its browser ends too, and the next start removes what it left`, async (t) => {
        const child = spawn(process.execPath, [path.join(import.meta.dirname, 'printing-process.ts'), state, processes], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        t.after(() => child.kill('SIGKILL'))
        await once(child.stdout, 'data')
        assert(child.pid !== undefined)
        const browser = await browserOf(child.pid)
        child.kill('SIGKILL')
        await once(child, 'exit')
        await gone(browser)
        const next = openPrinter(options)
        await next.probe()
        await next.close()
        assert.deepEqual(
          readdirSync(temporary).filter((name) => name.includes(`-${child.pid}-`)),
          [],
        )
      })
    }
  })
