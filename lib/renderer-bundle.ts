import { cpSync } from 'node:fs'
import path from 'node:path'
import { bundle } from './function-bundles.ts'

/** Writes the renderer's folder. @returns the folder. */
export function bundleRenderer(into: string): string {
  bundle(into, ['workers/render'], ['@sparticuz/chromium', 'subset-font', 'fontverter'])
  cpSync(
    path.join(import.meta.dirname, '../node_modules/@sparticuz/chromium'),
    path.join(into, 'node_modules/@sparticuz/chromium'),
    {
      recursive: true,
    },
  )
  return into
}
