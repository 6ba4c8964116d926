import path from 'node:path'
import { findDeployedFiles } from '../chromium/deployed-files.ts'

/**
 * Is the environment that Chromium finds its fonts by. In `XDG_CACHE_HOME` fontconfig keeps what it read from them. It trusts that where the
 * time of their folder is 0, as `makeFontFolder` sets it, whatever the time was when it read them.
 */
export interface FontEnvironment extends Record<string, string> {
  FONTCONFIG_FILE: string
  XDG_CACHE_HOME: string
}

/**
 * Answers the environment that makes Chromium use the service's fonts and no others. A deployed renderer brings them and
 * what fontconfig read from them, so that nothing is written; the sources make them from npm packages in `cacheFolder`, once.
 * @throws Error when the folder cannot be written
 */
export async function prepareFonts(cacheFolder: string): Promise<FontEnvironment> {
  const deployed = findDeployedFiles()
  if (deployed) return fontEnvironment(deployed.fonts)
  // The packages, and what reads them, are no part of a deployed renderer.
  const { makeFontFolder } = await import('./font-folder.ts')
  return fontEnvironment(await makeFontFolder(cacheFolder))
}

/** Answers the environment that makes Chromium use the fonts in a folder that `makeFontFolder` made, wherever it lies now. */
export function fontEnvironment(folder: string): FontEnvironment {
  return { FONTCONFIG_FILE: path.join(folder, 'fonts.conf'), XDG_CACHE_HOME: folder }
}
