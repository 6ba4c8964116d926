import path from 'node:path'
import { findDeployedFiles } from '../chromium/deployed-files.ts'

/**
 * The environment in which Chromium finds its fonts. `XDG_CACHE_HOME` holds fontconfig's cache, which it
 * trusts because the time of the font folder is 0 (see `makeFontFolder`).
 */
export interface FontEnvironment extends Record<string, string> {
  FONTCONFIG_FILE: string
  XDG_CACHE_HOME: string
}

/**
 * Prepares the environment in which Chromium uses only the service's fonts. A deployed renderer has them with
 * fontconfig's cache, and writes nothing; from source, they are made from npm packages in `cacheFolder`,
 * once.
 * @throws Error when the folder cannot be written
 */
export async function prepareFonts(cacheFolder: string): Promise<FontEnvironment> {
  const deployed = findDeployedFiles()
  if (deployed) return fontEnvironment(deployed.fonts)
  // A deployed renderer has neither the packages nor what reads them.
  const { makeFontFolder } = await import('./font-folder.ts')
  return fontEnvironment(await makeFontFolder(cacheFolder))
}

/** Returns the environment for a folder that `makeFontFolder` made, wherever it is now. */
export function fontEnvironment(folder: string): FontEnvironment {
  return { FONTCONFIG_FILE: path.join(folder, 'fonts.conf'), XDG_CACHE_HOME: folder }
}
