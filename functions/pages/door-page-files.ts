import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type DoorAsset, doorAssets, doorMedia, sharedDoorModules } from '../contract/door-page.ts'
import { pagePolicy, readPageModule } from './page-modules.ts'

/** Is a file of the door page as it goes to the browser. */
export interface DoorFile {
  media: string
  content: Buffer
  headers: Record<string, string>
}

const folder = path.join(import.meta.dirname, 'door')
const worker = 'service-worker.js'

/** Everything comes from here; a script that got into a guest's name would find nothing that it may load, run or talk to. */
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
export async function readDoorPage(): Promise<DoorFile> {
  return { media: 'text/html; charset=utf-8', content: await readFile(path.join(folder, 'index.html')), headers }
}

/**
 * Reads a file of the door page; TypeScript comes out as JavaScript. The service worker begins with the list of what it keeps and a
 * version that changes with any of it, so that a browser notices.
 */
export async function readDoorAsset(asset: DoorAsset): Promise<DoorFile> {
  const media = Object.entries(doorMedia).find(([ending]) => asset.endsWith(`.${ending}`))?.[1] ?? 'application/octet-stream'
  const content = await readContent(asset)
  if (asset !== worker) return { media, content, headers }
  // The page lies one level above the worker's script, which a worker may look after only where the answer says so.
  return { media, content: await nameShell(content), headers: { ...headers, 'service-worker-allowed': '../door' } }
}

async function readContent(asset: DoorAsset): Promise<Buffer> {
  const file = sourceOf(asset)
  return asset.endsWith('.js') && asset !== worker ? await readPageModule(file, moduleNames) : await readFile(file)
}

/** Says what imports of packages are called among the page's files. */
const moduleNames = { 'zxing-wasm/reader': 'zxing-reader.js', '../share.js': 'zxing-share.js' }

function sourceOf(asset: DoorAsset): string {
  const zxing = path.dirname(fileURLToPath(import.meta.resolve('zxing-wasm/reader')))
  if (asset === 'zxing-reader.js') return path.join(zxing, 'index.js')
  if (asset === 'zxing-share.js') return path.join(zxing, '../share.js')
  if (asset === 'zxing_reader.wasm') return fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'))
  // In a bundle, shared modules lie beside the page's own; among the sources, where sharedDoorModules says.
  const shared = path.join(import.meta.dirname, '..', sharedDoorModules[asset] ?? '')
  if (sharedDoorModules[asset] && existsSync(shared)) return shared
  if (asset === worker || !asset.endsWith('.js')) return path.join(folder, asset)
  return path.join(folder, asset.replace(/\.js$/, '.ts'))
}

async function nameShell(script: Buffer): Promise<Buffer> {
  const assets = doorAssets.filter((asset) => asset !== worker)
  const kept = await Promise.all([readDoorPage(), ...assets.map(readDoorAsset)])
  const shell = { version: versionOf(script, kept), page: '../door', assets }
  return Buffer.concat([Buffer.from(`const shell = ${JSON.stringify(shell)}\n`), script])
}

/** Makes the version of the service worker with what it keeps. Browsers keep headers too: a new policy counts only once it is fetched. */
export function versionOf(script: Buffer, kept: readonly DoorFile[]): string {
  const hash = createHash('sha256').update(script)
  for (const { media, headers, content } of kept) hash.update(JSON.stringify({ media, headers })).update(content)
  return hash.digest('hex').slice(0, 16)
}
