import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type DoorAsset, doorAssets, doorMedia, sharedDoorModules } from '../contract/door-page.ts'
import { type PageFile, pagePolicy, readPageModule } from './page-modules.ts'

const folder = path.join(import.meta.dirname, 'door')
const worker = 'service-worker.js'

// A script injected through a guest's name could not load, run or connect to anything.
const headers = {
  'content-security-policy': pagePolicy({
    'script-src': "'wasm-unsafe-eval'",
    'manifest-src': "'self'",
    'worker-src': "'self'",
  }),
  'permissions-policy': 'camera=(self)',
  'referrer-policy': 'no-referrer',
}

/** Reads the door page itself. */
export async function readDoorPage(): Promise<PageFile> {
  return { media: 'text/html; charset=utf-8', content: await readFile(path.join(folder, 'index.html')), headers }
}

/**
 * Reads a file of the door page; TypeScript becomes JavaScript. The service worker gets the list of files to
 * cache, and a version that changes with any of them, so that browsers update it.
 */
export async function readDoorAsset(asset: DoorAsset): Promise<PageFile> {
  const media = Object.entries(doorMedia).find(([ending]) => asset.endsWith(`.${ending}`))?.[1] ?? 'application/octet-stream'
  const content = await readContent(asset)
  if (asset !== worker) return { media, content, headers }
  // The page is one level above the worker's script; the response must allow that scope.
  return { media, content: await prependShell(content), headers: { ...headers, 'service-worker-allowed': '../door' } }
}

async function readContent(asset: DoorAsset): Promise<Buffer> {
  const file = sourceOf(asset)
  return asset.endsWith('.js') && asset !== worker ? await readPageModule(file, moduleNames) : await readFile(file)
}

/** The file names of imported packages. */
const moduleNames = { 'zxing-wasm/reader': 'zxing-reader.js', '../share.js': 'zxing-share.js' }

function sourceOf(asset: DoorAsset): string {
  const zxing = path.dirname(fileURLToPath(import.meta.resolve('zxing-wasm/reader')))
  if (asset === 'zxing-reader.js') return path.join(zxing, 'index.js')
  if (asset === 'zxing-share.js') return path.join(zxing, '../share.js')
  if (asset === 'zxing_reader.wasm') return fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'))
  // In a bundle, shared modules are beside the page's own; among the sources, in the folders of sharedDoorModules.
  const shared = path.join(import.meta.dirname, '..', sharedDoorModules[asset] ?? '')
  if (sharedDoorModules[asset] && existsSync(shared)) return shared
  if (asset === worker || !asset.endsWith('.js')) return path.join(folder, asset)
  return path.join(folder, asset.replace(/(?<=\.json)\.js$/, '').replace(/\.js$/, '.ts'))
}

async function prependShell(script: Buffer): Promise<Buffer> {
  const assets = doorAssets.filter((asset) => asset !== worker)
  const cached = await Promise.all([readDoorPage(), ...assets.map(readDoorAsset)])
  const shell = { version: versionOf(script, cached), page: '../door', assets }
  return Buffer.concat([Buffer.from(`const shell = ${JSON.stringify(shell)}\n`), script])
}

/** Hashes the service worker and what it caches, headers included, so that a new policy takes effect. */
export function versionOf(script: Buffer, cached: readonly PageFile[]): string {
  const hash = createHash('sha256').update(script)
  for (const { media, headers, content } of cached) hash.update(JSON.stringify({ media, headers })).update(content)
  return hash.digest('hex').slice(0, 16)
}
