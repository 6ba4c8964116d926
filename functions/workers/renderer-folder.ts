import os from 'node:os'
import path from 'node:path'
import { findDeployedFiles } from '../print/chromium/deployed-files.ts'
import { readEnvironment } from '../runtime/environment.ts'

const { BROWSER_CACHE_DIR, XDG_CACHE_HOME } = readEnvironment(['BROWSER_CACHE_DIR', 'XDG_CACHE_HOME'])

/**
 * The folder in which the renderer unpacks Chromium and fonts: on Lambda below the temp folder, which nobody
 * else uses; elsewhere in the user's own cache (XDG Base Directory Specification).
 */
export const cacheFolder =
  BROWSER_CACHE_DIR ??
  path.join(findDeployedFiles() ? os.tmpdir() : (XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache')), 'ticket-generator')
