import os from 'node:os'
import path from 'node:path'
import { readEnvironment } from '../environment.ts'
import { unpackChromium } from '../pdf/chromium-binary.ts'

/** Is where the renderer unpacks Chromium and fonts. */
export const cacheFolder = readEnvironment(['BROWSER_CACHE_DIR']).BROWSER_CACHE_DIR ?? path.join(os.tmpdir(), 'ticket-generator')

// On threads of its own, while the other modules are loaded: each takes about half a second. Whoever needs Chromium asks again, and hears what went wrong.
unpackChromium(cacheFolder).catch(() => undefined)
