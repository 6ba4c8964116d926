import { copyFile, mkdir, mkdtemp, readdir, symlink, utimes } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { findDeployedFiles } from '../chromium/deployed-files.ts'
import { removeOrphans } from '../chromium/orphans.ts'

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
 * fontconfig's cache; from source, they are made from npm packages in `cacheFolder`, once.
 * @throws Error when a folder cannot be written
 */
export async function prepareFonts(cacheFolder: string): Promise<FontEnvironment> {
  const deployed = findDeployedFiles()
  if (deployed) {
    const temporary = os.tmpdir()
    await removeOrphans(temporary, linksPrefix)
    return linkFonts(deployed.fonts, await mkdtemp(path.join(temporary, `${linksPrefix}${process.pid}-`)))
  }
  // A deployed renderer has neither the packages nor what reads them.
  const { makeFontFolder } = await import('./font-folder.ts')
  return fontEnvironment(await makeFontFolder(cacheFolder))
}

/** Returns the environment for a folder that `makeFontFolder` made, wherever it is now. */
export function fontEnvironment(folder: string): FontEnvironment {
  return { FONTCONFIG_FILE: path.join(folder, 'fonts.conf'), XDG_CACHE_HOME: folder }
}

const linksPrefix = 'ticket-fonts-'

/**
 * Links the fonts of a package from an empty folder, which gets the time that fontconfig's cache was written
 * for. A package loses its times when it is copied or zipped, and is read-only, so that Chromium would read all
 * fonts at each launch.
 */
export async function linkFonts(folder: string, links: string): Promise<FontEnvironment> {
  const environment = fontEnvironment(links)
  await copyFile(fontEnvironment(folder).FONTCONFIG_FILE, environment.FONTCONFIG_FILE)
  const [from, to] = [path.join(folder, 'fonts'), path.join(links, 'fonts')]
  await mkdir(to)
  await Promise.all((await readdir(from)).map((name) => symlink(path.join(from, name), path.join(to, name))))
  await utimes(to, 0, 0)
  return { ...environment, XDG_CACHE_HOME: folder }
}
