import { existsSync } from 'node:fs'
import path from 'node:path'

/** Says where the files lie that a renderer needs beside its code, made ready when it is packed (lib/renderer-bundle.ts). */
export interface DeployedFiles {
  /** Holds Chromium in slices, and its libraries in `lib`. */
  chromium: string
  /** Holds `fonts.conf`, the fonts, and what fontconfig knows of them. */
  fonts: string
}

/** Names where those files lie in a renderer's package, beside its code. */
export function filesOfPackage(folder: string): DeployedFiles {
  return { chromium: path.join(folder, 'chromium'), fonts: path.join(folder, 'fonts') }
}

/**
 * Finds those files beside the code that runs; there are none where the service runs from its sources, which unpack the npm packages.
 * It asks the file system and not for Lambda's variables: what stands in for Lambda sets only some of them.
 */
export function findDeployedFiles(): DeployedFiles | undefined {
  const files = filesOfPackage(import.meta.dirname)
  return existsSync(files.chromium) ? files : undefined
}
