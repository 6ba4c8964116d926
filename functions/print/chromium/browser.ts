import { mkdtemp, readdir, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
// Puppeteer without its launcher, which takes longer to load than this half and is not needed.
import puppeteer, { type CDPSession, type Page } from 'puppeteer-core/lib/puppeteer/puppeteer-core-browser.js'
import { browserTimeouts } from '../../contract/retries.ts'
import { withTimeout } from '../../runtime/with-timeout.ts'
import { unpackChromium } from './binary.ts'
import { chromiumFlags, singleProcessFlag } from './flags.ts'
import { MemoryWatch } from './memory-watch.ts'
import { removeOrphans } from './orphans.ts'
import { type ChromiumProcess, startChromium } from './process.ts'

/**
 * Whether Chromium starts a process for its page (`multi`) or is one process (`single`). `auto` is a trial of
 * `multi`, with little time to answer and to print a blank page.
 */
export type ProcessModel = 'multi' | 'single' | 'auto'

/**
 * How to start the browser: a writable folder to keep Chromium in, and its environment (`FONTCONFIG_FILE`).
 */
export interface BrowserOptions {
  cacheFolder: string
  environment?: Record<string, string>
  /** Called with each launch that fails, and the end of what Chromium wrote to standard error. */
  onFailedLaunch?: (failure: { error: Error; errorOutput: string; processes: ProcessModel }) => void
}

/** How to launch, `multi` by default, and a signal that cancels it. */
export interface Launch {
  processes?: ProcessModel
  signal?: AbortSignal
}

/**
 * A running Chromium with one warm page. `lost` aborts, with a clause as the reason, once the browser or its
 * page is gone. `kill` ends the whole process group immediately, removes the profile folder, and may be
 * called twice. Killing loses nothing, whereas a browser that is asked to quit may hang.
 */
export interface WarmBrowser {
  page: Page
  session: CDPSession
  memory: MemoryWatch
  lost: AbortSignal
  /**
   * Calls a function in the page, given as source that uses nothing from outside itself; resolves to its
   * result.
   */
  call(source: string, ...values: unknown[]): Promise<unknown>
  kill(): Promise<void>
}

/**
 * Launches a Chromium without network: no script runs, and no request but for `data:` leaves the page, by
 * seven layers, since each alone leaked. It dies with this process, even on SIGKILL, since it quits when its
 * pipe closes. A cancelled launch rejects once everything is cleaned up.
 * @throws Error with one sentence when Chromium cannot start, naming a missing library, or when the launch is
 * cancelled
 */
export async function launchBrowser(options: BrowserOptions, launch: Launch = {}): Promise<WarmBrowser> {
  const { executable, libraries } = await unpackChromium(options.cacheFolder)
  const temporary = os.tmpdir()
  await removeOrphans(temporary, profilePrefix)
  launch.signal?.throwIfAborted()
  const profile = await mkdtemp(path.join(temporary, `${profilePrefix}${process.pid}-`))
  // Everything that Chromium writes for itself lands in its profile folder, which is removed with it.
  const env = { ...options.environment, LD_LIBRARY_PATH: libraries, HOME: profile, TMPDIR: profile, LANG: 'C.UTF-8' }
  const start = performance.now()
  try {
    const args = [...chromiumFlags, `--user-data-dir=${profile}`, 'about:blank']
    if (launch.processes === 'single') args.unshift(singleProcessFlag)
    const chromium = await startChromium(executable, args, { env, cwd: profile })
    const browser = await openWarmPage(chromium, profile, { ...options, ...launch })
    performance.measure('launch Chromium', { start })
    return browser
  } catch (error) {
    await cleanUp(profile)
    throw error instanceof Error ? new Error(`Chromium cannot start: ${error.message}`, { cause: error }) : error
  }
}

/** Forbids all requests of a document, apart from what it contains itself. */
export const contentSecurityPolicy = "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'"

/**
 * Makes the window as large as a page's area, in CSS pixels. It stays so, since prints of one template follow
 * each other.
 */
export async function fitWindow({ session }: WarmBrowser, { width, height }: { width: number; height: number }): Promise<void> {
  const size = { width: Math.max(1, width), height: Math.max(1, height), deviceScaleFactor: 1, mobile: false }
  await session.send('Emulation.setDeviceMetricsOverride', size)
}

const profilePrefix = 'ticket-browser-'

async function openWarmPage(
  chromium: ChromiumProcess,
  profile: string,
  { processes = 'multi', signal, onFailedLaunch }: BrowserOptions & Launch,
): Promise<WarmBrowser> {
  let end: Promise<void> | undefined
  const kill = (): Promise<void> => {
    end ??= chromium.kill().then(() => cleanUp(profile))
    return end
  }
  const lost = new AbortController()
  try {
    const isTrial = processes === 'auto'
    const timeoutMs = isTrial ? browserTimeouts.trial : browserTimeouts.connect
    const connected = await withTimeout(connect(chromium, { lost, isTrial }), {
      timeoutMs,
      onTimeout: () => new Error(`it did not answer within ${timeoutMs} ms.`),
      signal: AbortSignal.any([lost.signal, ...(signal ? [signal] : [])]),
    })
    return { ...connected, memory: new MemoryWatch(chromium.id), lost: lost.signal, kill }
  } catch (cause) {
    await kill()
    const errorOutput = chromium.errorOutput()
    const error = new Error(explain(errorOutput) ?? (cause instanceof Error ? cause.message : `${cause}.`), { cause })
    if (!signal?.aborted) onFailedLaunch?.({ error, errorOutput, processes })
    throw error
  }
}

/** Connects to Chromium and its page. Aborts `lost` once either is gone, meanwhile or later. */
async function connect(
  { transport }: ChromiumProcess,
  { lost, isTrial }: { lost: AbortController; isTrial: boolean },
): Promise<Pick<WarmBrowser, 'page' | 'session' | 'call'>> {
  const browser = await puppeteer.connect({ transport, defaultViewport: null })
  browser.once('disconnected', () => lost.abort('the browser ended'))
  const page = (await browser.pages())[0] ?? (await browser.newPage())
  page.once('error', (error) => lost.abort(error.message))
  page.once('close', () => lost.abort('the page was closed'))
  await isolatePage(page)
  const session = await page.createCDPSession()
  if (isTrial) await session.send('Page.printToPDF')
  return { page, session, call: await makeCaller(session) }
}

/**
 * Makes a caller in the page's global scope, which outlives its documents. Puppeteer's own way takes a
 * millisecond more.
 */
async function makeCaller(session: CDPSession): Promise<WarmBrowser['call']> {
  const { result: scope } = await session.send('Runtime.evaluate', { expression: 'globalThis' })
  return async (functionDeclaration, ...values) => {
    const { result, exceptionDetails } = await session.send('Runtime.callFunctionOn', {
      functionDeclaration,
      arguments: values.map((value) => ({ value })),
      ...(scope.objectId ? { objectId: scope.objectId } : {}),
      returnByValue: true,
      awaitPromise: true,
    })
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value
  }
}

async function isolatePage(page: Page): Promise<void> {
  await page.setJavaScriptEnabled(false)
  await page.setRequestInterception(true)
  page.on('request', (request) => {
    const answer = request.url().startsWith('data:') ? request.continue() : request.abort('blockedbyclient')
    // A request that died with its page needs no answer.
    answer.catch(() => undefined)
  })
  await page.setOfflineMode(true)
  await page.emulateMediaType('print')
}

async function cleanUp(profile: string): Promise<void> {
  await rm(profile, { recursive: true, force: true, maxRetries: 3 })
  const temporary = os.tmpdir()
  const cores = (await readdir(temporary)).filter((name) => /^core\.(chromium\.)?\d+$/.test(name))
  await Promise.all(cores.map((name) => rm(path.join(temporary, name), { force: true })))
}

/** Explains Chromium's error output if the cause is known: mostly a missing library. */
function explain(errorOutput: string): string | undefined {
  const library = /error while loading shared libraries: ([^:\s]+)/.exec(errorOutput)?.[1]
  if (library) return `the library ${library} is missing on this machine.`
  return /version `([^']+)' not found/.exec(errorOutput)
    ? `this Linux is too old for it (${errorOutput.trim().split('\n')[0]}).`
    : undefined
}
