import { existsSync } from 'node:fs'
import path from 'node:path'

/** Paths of the files that lib/renderer-bundle.ts packs beside the code of a deployed renderer. */
export interface DeployedFiles {
  /** The folder of Chromium in slices, with its libraries in `lib`. */
  chromium: string
  /** The folder of `fonts.conf`, the fonts, and fontconfig's cache of them. */
  fonts: string
}

/** Returns the paths of these files in a renderer's package. */
export function filesOfPackage(folder: string): DeployedFiles {
  return { chromium: path.join(folder, 'chromium'), fonts: path.join(folder, 'fonts') }
}

/**
 * Finds these files beside the running code. Returns undefined when the service runs from source, where the
 * npm packages are unpacked instead. Checks the file system rather than Lambda's variables, which emulators
 * set in part.
 */
export function findDeployedFiles(): DeployedFiles | undefined {
  const files = filesOfPackage(import.meta.dirname)
  return existsSync(files.chromium) ? files : undefined
}
