import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { buildSync } from 'esbuild'

const functionsFolder = path.join(import.meta.dirname, '../functions')

/**
 * Bundles modules of functions/ as ES modules into one folder that it empties first, where `import.meta.dirname` is the same for all. Names
 * stay as they are written, so that a stack trace can be read; and nothing is wrapped to keep them, since functions are sent to pages as source.
 */
export function bundle(into: string, modules: string[], external: string[] = []): void {
  rmSync(into, { recursive: true, force: true })
  mkdirSync(into, { recursive: true })
  buildSync({
    entryPoints: modules.map((module) => ({ in: path.join(functionsFolder, `${module}.ts`), out: path.basename(module) })),
    outdir: into,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    outExtension: { '.js': '.mjs' },
    external,
    // Packages of the older kind call require(), which an ES module does not have.
    banner: { js: "import { createRequire as makeRequire } from 'node:module'\nconst require = makeRequire(import.meta.url)" },
    legalComments: 'none',
    logLevel: 'warning',
  })
}
