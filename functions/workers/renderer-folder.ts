import os from 'node:os'
import path from 'node:path'
import { readEnvironment } from '../runtime/environment.ts'

/** The folder in which the renderer unpacks Chromium and fonts. */
export const cacheFolder = readEnvironment(['BROWSER_CACHE_DIR']).BROWSER_CACHE_DIR ?? path.join(os.tmpdir(), 'ticket-generator')
