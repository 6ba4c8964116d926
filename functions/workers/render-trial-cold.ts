import { unpackChromium } from '../print/chromium/binary.ts'
import { cacheFolder } from './renderer-folder.ts'

// As in render-cold.ts.
unpackChromium(cacheFolder).catch(() => undefined)
export const { handler } = await import('./render-trial.ts')
