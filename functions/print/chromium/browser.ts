import { mkdtemp, readdir, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
// The half of Puppeteer that speaks to a browser; the other half, which starts one, takes longer to load than this and is not needed here.
import puppeteer, { type Browser, type CDPSession, type Page } from 'puppeteer-core/lib/puppeteer/puppeteer-core-browser.js'
import { browserTimeouts } from '../../contract/retries.ts'
import { unpackChromium } from './binary.ts'
import { chromiumFlags } from './flags.ts'
import { MemoryWatch } from './memory-watch.ts'
import { removeOrphans } from './orphans.ts'
import { type ChromiumProcess, startChromium } from './process.ts'

/** Says how to start the browser: a writable folder to keep Chromium in, and environment for it (`FONTCONFIG_FILE`). */
export interface BrowserOptions {
  cacheFolder: string
  environment?: Record<string, string>
}

/**
 * Is one running Chromium with one warm page. `lost` aborts, with a sentence as the reason, once the browser or its page is gone. `kill`
 * ends the whole process group at once; `close` asks first. Both remove the profile folder and may be called twice.
 */
export interface WarmBrowser {
  page: Page
  session: CDPSession
  memory: MemoryWatch
  lost: AbortSignal
  /** Calls a function in the page, given as its source, which may use nothing from outside itself, and answers what it resolves to. */
  call(source: string, ...values: unknown[]): Promise<unknown>
  kill(): Promise<void>
  close(): Promise<void>
}

/**
 * Launches one Chromium that cannot reach out: no script runs, and no request but for `data:` leaves the page, by seven
 * barriers of which each alone was seen to leak. It dies with this process, also by SIGKILL: it quits when its pipe closes.
 * `givenUp` ends a launch that is under way; it rejects when nothing is left of it.
 * @throws Error with one sentence when Chromium cannot start, naming a missing library, or when the launch was given up
 */
export async function launchBrowser(options: BrowserOptions, givenUp?: AbortSignal): Promise<WarmBrowser> {
  const { executable, libraries } = await unpackChromium(options.cacheFolder)
  const temporary = os.tmpdir()
  await removeOrphans(temporary, profilePrefix)
  givenUp?.throwIfAborted()
  const profile = await mkdtemp(path.join(temporary, `${profilePrefix}${process.pid}-`))
  // Everything that Chromium writes for itself lands in its profile folder, which goes when it goes.
  const env = { ...options.environment, LD_LIBRARY_PATH: libraries, HOME: profile, TMPDIR: profile, LANG: 'C.UTF-8' }
  const start = performance.now()
  try {
    const args = [...chromiumFlags, `--user-data-dir=${profile}`, 'about:blank']
    const chromium = await startChromium(executable, args, { env, cwd: profile })
    const browser = await openWarmPage(chromium, profile, givenUp)
    performance.measure('launch Chromium', { start })
    return browser
  } catch (error) {
    await cleanUp(profile)
    throw error instanceof Error ? new Error(`Chromium cannot start: ${error.message}`, { cause: error }) : error
  }
}

/** Forbids everything that a document can ask for, apart from what it carries in itself. */
export const contentSecurityPolicy = "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'"

/** Makes the window as large as a page's area, in CSS pixels. It stays so: tickets of one template are printed one after the other. */
export async function fitWindow({ session }: WarmBrowser, { width, height }: { width: number; height: number }): Promise<void> {
  const size = { width: Math.max(1, width), height: Math.max(1, height), deviceScaleFactor: 1, mobile: false }
  await session.send('Emulation.setDeviceMetricsOverride', size)
}

const profilePrefix = 'ticket-browser-'

async function openWarmPage(chromium: ChromiumProcess, profile: string, givenUp?: AbortSignal): Promise<WarmBrowser> {
  let end: Promise<void> | undefined
  const kill = (): Promise<void> => {
    end ??= chromium.kill().then(() => cleanUp(profile))
    return end
  }
  try {
    const { browser, page, session, call } = await within(browserTimeouts.connect, connect(chromium), givenUp)
    const lost = new AbortController()
    browser.once('disconnected', () => lost.abort('the browser ended'))
    page.once('error', (error) => lost.abort(error.message))
    page.once('close', () => lost.abort('the page was closed'))
    const close = async (): Promise<void> => {
      await within(browserTimeouts.close, browser.close()).catch(() => undefined)
      await kill()
    }
    return { page, session, memory: new MemoryWatch(chromium.id), lost: lost.signal, call, kill, close }
  } catch (error) {
    await kill()
    throw new Error(explain(chromium.complaints()) ?? (error instanceof Error ? error.message : String(error)), { cause: error })
  }
}

async function connect({
  transport,
}: ChromiumProcess): Promise<Pick<WarmBrowser, 'page' | 'session' | 'call'> & { browser: Browser }> {
  const browser = await puppeteer.connect({ transport, defaultViewport: null })
  const page = (await browser.pages())[0] ?? (await browser.newPage())
  await cagePage(page)
  const session = await page.createCDPSession()
  return { browser, page, session, call: await callerIn(session) }
}

/** Reaches the page's scope, which outlives its documents. Straight by the protocol: Puppeteer's way takes a millisecond more. */
async function callerIn(session: CDPSession): Promise<WarmBrowser['call']> {
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

async function cagePage(page: Page): Promise<void> {
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

async function within<T>(milliseconds: number, work: Promise<T>, givenUp?: AbortSignal): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`it did not answer within ${milliseconds} ms.`)), milliseconds)
  const giveUp = (): void => reject(givenUp?.reason)
  givenUp?.addEventListener('abort', giveUp)
  if (givenUp?.aborted) giveUp()
  return Promise.race([work, late]).finally(() => {
    clearTimeout(timer)
    givenUp?.removeEventListener('abort', giveUp)
  })
}

async function cleanUp(profile: string): Promise<void> {
  await rm(profile, { recursive: true, force: true, maxRetries: 3 })
  const temporary = os.tmpdir()
  const cores = (await readdir(temporary)).filter((name) => /^core\.(chromium\.)?\d+$/.test(name))
  await Promise.all(cores.map((name) => rm(path.join(temporary, name), { force: true })))
}

/** Says in a sentence what Chromium's complaints mean where that is known: mostly that the machine lacks a library. */
function explain(complaints: string): string | undefined {
  const library = /error while loading shared libraries: ([^:\s]+)/.exec(complaints)?.[1]
  if (library) return `the library ${library} is missing on this machine.`
  return /version `([^']+)' not found/.exec(complaints)
    ? `this Linux is too old for it (${complaints.trim().split('\n')[0]}).`
    : undefined
}
