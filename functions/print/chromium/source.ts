import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { findDeployedFiles } from './deployed-files.ts'
import { type SlicedChromium, slicesFile } from './slices.ts'

/**
 * A packed Chromium, and the name of its unpacked folder, by version and content: `slices` in a deployed
 * renderer, whose `libraries` need no unpacking, or else the archives of the npm package.
 */
export interface ChromiumSource {
  name: string
  folder: string
  slices?: SlicedChromium
  libraries?: string
}

/**
 * Finds Chromium in a deployed renderer or the npm package; synchronously, so that unpacking starts
 * immediately.
 */
export function findChromium(): ChromiumSource {
  const deployed = findDeployedFiles()?.chromium
  if (deployed) {
    const slices = slicedChromium.parse(JSON.parse(readFileSync(path.join(deployed, slicesFile), 'utf8')))
    return { name: slices.name, folder: deployed, slices, libraries: path.join(deployed, 'lib') }
  }
  const folder = path.join(path.dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '..')
  const { version } = packageSchema.parse(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')))
  return { name: `chromium-${version}`, folder: path.join(folder, 'bin') }
}

const slicedChromium = z.object({ name: z.string(), sliceBytes: z.int(), slices: z.int() })
const packageSchema = z.object({ version: z.string() })
