import { unpackChromium } from '../print/chromium/binary.ts'
import { cacheFolder } from './renderer-folder.ts'

// The entry point of a deployed renderer: unpacks Chromium on a thread while the other modules load, since both take about
// half a second. Callers that need Chromium await the same promise and get its error.
unpackChromium(cacheFolder).catch(() => undefined)
export const { handler } = await import('./render.ts')
