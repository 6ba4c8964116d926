import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { buildSync } from 'esbuild'
import { sharedDoorModules } from '../functions/contract/door-page.ts'
import { workers } from '../functions/contract/functions.ts'
import { routeFunctions } from '../functions/contract/route-functions.ts'
import { routes } from '../functions/contract/routes/routes.ts'
import { writeDatabaseRoots } from './database-roots.ts'

const project = path.join(import.meta.dirname, '..')
const functionsFolder = path.join(project, 'functions')

/** The workers with a package of their own: their files would enlarge that of the routes. */
const separate = ['render', 'render-trial', 'migrate']

/** The folders to deploy. */
export interface FunctionFolders {
  service: string
  migrate: string
  renderer: string
}

/**
 * Bundles all routes and the light workers into one folder: a module `<name>.mjs` each, their shared chunks, and for each
 * function of routes a module that loads those of its routes. They are deployed as one asset, of which each function loads
 * its own part. About 5 MB, in about a second.
 * @returns the folder.
 */
export function bundleService(into: string): string {
  const light = Object.values(workers).flatMap(({ module }) => (separate.includes(module) ? [] : [`workers/${module}`]))
  bundle(into, [...Object.keys(routes).map((name) => `api/${name}`), ...light, 'http/dispatch'])
  for (const [name, served] of routeFunctions) writeFileSync(path.join(into, `${name}.mjs`), entryOf(Object.keys(served)))
  // Files that the code reads at run time: pages, wallet images, and what the door and docs pages take from
  // packages.
  copy('functions/pages/door', path.join(into, 'door'))
  copy('functions/pages/mobile-ticket', path.join(into, 'mobile-ticket'))
  copy('functions/pages/docs', path.join(into, 'docs'))
  copy('functions/wallet/images', path.join(into, 'images'))
  for (const source of Object.values(sharedDoorModules))
    copy(`functions/${source}`, path.join(into, 'door', path.basename(source)))
  copyCodeReader(into)
  return into
}

/** Writes the module of a function from the modules of its routes. */
function entryOf(routeNames: string[]): string {
  return [
    "import { dispatchRoutes } from './dispatch.mjs'",
    ...routeNames.map((name, index) => `import * as route${index} from './${name}.mjs'`),
    `export const handler = dispatchRoutes({ ${routeNames.map((name, index) => `'${name}': route${index}`).join(', ')} })\n`,
  ].join('\n')
}

/**
 * Bundles the worker that migrates the database, with the migrations and the built-in templates.
 * @returns the folder.
 */
export function bundleMigrate(into: string): string {
  bundle(into, [`workers/${workers.migrate.module}`])
  copy('migrations', path.join(into, 'migrations'))
  copy('templates', path.join(into, 'templates'))
  return into
}

/** Copies the reader of QR codes and barcodes beside a bundle, which loads it on demand. */
export function copyCodeReader(into: string): void {
  copyPackage(into, 'zxing-wasm', [
    'package.json',
    'dist/es/reader/index.js',
    'dist/es/share.js',
    'dist/reader/zxing_reader.wasm',
  ])
}

/** Copies the rasterizer of PDF pages beside a bundle, which loads it on demand. */
export function copyPageRasterizer(into: string): void {
  copyPackage(into, '@hyzyla/pdfium', ['package.json', 'dist/index.esm.js', 'dist/pdfium.wasm'])
}

/**
 * Bundles modules of functions/ as ES modules into one folder, where `import.meta.dirname` is the same for
 * all. Not minified, so that stack traces stay readable.
 */
export function bundle(into: string, modules: string[], external: string[] = []): void {
  rmSync(into, { recursive: true, force: true })
  mkdirSync(into, { recursive: true })
  buildSync({
    // Names of sources in the output are relative to it.
    absWorkingDir: project,
    entryPoints: modules.map((module) => ({ in: path.join(functionsFolder, `${module}.ts`), out: path.basename(module) })),
    outdir: into,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    outExtension: { '.js': '.mjs' },
    external: ['zxing-wasm', '@hyzyla/pdfium', ...external],
    // CommonJS packages call require(), which an ES module lacks.
    banner: { js: "import { createRequire as makeRequire } from 'node:module'\nconst require = makeRequire(import.meta.url)" },
    legalComments: 'none',
    logLevel: 'warning',
  })
  writeDatabaseRoots(into)
}

function copy(from: string, to: string): void {
  cpSync(path.join(project, from), to, { recursive: true })
}

function copyPackage(into: string, name: string, files: string[]): void {
  for (const file of files) cpSync(path.join(project, 'node_modules', name, file), path.join(into, 'node_modules', name, file))
}
