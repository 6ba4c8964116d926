import { unpackChromium } from '../print/chromium/binary.ts'
import { cacheFolder } from './renderer-folder.ts'

// This is where a deployed renderer begins: Chromium is unpacked on a thread while the modules of the rest are loaded, each of which takes about
// half a second. Whoever needs Chromium asks again, and hears what went wrong.
unpackChromium(cacheFolder).catch(() => undefined)
export const { handler } = await import('./render.ts')
