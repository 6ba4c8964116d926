import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { doorMedia } from '../../../functions/contract/door-page.ts'
import { templateLimits } from '../../../functions/contract/template-check.ts'
import { pagePolicy } from '../../../functions/pages/page-modules.ts'
import { trialGuests } from '../../../functions/print/trial/trial-guests.ts'
import { loadOnce } from '../../../functions/runtime/lazy.ts'
import type { ApiHandler, GatewayRoute } from './api-gateway.ts'

/** How a server offers the studio. If `signed`, calls must be signed, which a browser cannot do. */
export interface StudioMode {
  signed: boolean
  /** The address of the service whose templates are edited; empty for the server itself. */
  service: string
  readOnly: boolean
}

/** The server's settings for the studio page. */
export interface StudioSettings extends StudioMode {
  guests: { name: string; data: Readonly<Record<string, unknown>> }[]
  limits: Pick<typeof templateLimits, 'sourceBytes' | 'assets' | 'assetBytes' | 'assetsBytes'>
}

const folder = path.join(import.meta.dirname, '../studio')
const media = { ...doorMedia, html: 'text/html; charset=utf-8', hbs: 'text/plain; charset=utf-8' }

/**
 * Makes the routes of /studio, where people design templates in a browser. They are not in the contract: a
 * browser cannot sign the calls that Core's routes require, so the page works on a local server without
 * signing, and on `npx tickets studio`, which signs what it forwards.
 */
export function studioRoutes(mode: StudioMode): { routes: GatewayRoute[]; handlers: Record<string, ApiHandler> } {
  const common = { method: 'GET', timeoutSeconds: 15, authorization: 'none' } as const
  return {
    routes: [
      { name: 'get-studio', path: '/studio', ...common },
      { name: 'get-studio-file', path: '/studio/{file}', ...common },
    ],
    handlers: {
      'get-studio': async () => await respondPage(),
      'get-studio-file': async ({ pathParameters }) => {
        const name = pathParameters?.file ?? ''
        return name === 'settings.json' ? respondSettings(mode) : await respondFile(name)
      },
    },
  }
}

/** Serves the page with a nonce of its own, by which the editor may add its style sheets. */
async function respondPage() {
  const nonce = randomBytes(16).toString('base64')
  const page = await readFile(path.join(folder, 'index.html'), 'utf8')
  return respond(media.html, page.replace('nonce=""', `nonce="${nonce}"`), { nonce })
}

function respondSettings(mode: StudioMode) {
  const { sourceBytes, assets, assetBytes, assetsBytes } = templateLimits
  const guests = trialGuests.map(({ name, variables }) => ({ name, data: variables }))
  const settings: StudioSettings = { ...mode, guests, limits: { sourceBytes, assets, assetBytes, assetsBytes } }
  return respond('application/json; charset=utf-8', JSON.stringify(settings))
}

async function respondFile(name: string) {
  if (name === 'studio.js' || name === 'event.js') return respond(media.js, (await bundleScripts()).get(name) ?? '')
  const type = Object.entries(media).find(([ending]) => name.endsWith(`.${ending}`))?.[1]
  // The folder's listing keeps out paths and the sources of the script.
  if (!type || !(await readdir(folder)).includes(name))
    return respond('text/plain; charset=utf-8', `The studio has no file ${name}.`, { statusCode: 404 })
  return respond(type, await readFile(path.join(folder, name), 'utf8'), { shows: name === 'event.html' ? framedPages : {} })
}

/** Frames of guests' pages take the policy of the page around them: their styles and pictures, but no script. */
const framedPages = { 'style-src': "'unsafe-inline'", 'img-src': 'data:' }

function respond(type: string, body: string, { statusCode = 200, nonce = '', shows = {} } = {}) {
  const headers = {
    // Preview images and the downloaded PDF are blobs that the page makes of the service's responses.
    'content-security-policy': pagePolicy({
      'img-src': 'blob:',
      ...(nonce ? { 'style-src': `'nonce-${nonce}'` } : {}),
      ...shows,
    }),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache',
    'content-type': type,
  }
  return { statusCode, headers, body }
}

/**
 * Bundles the pages' scripts with their packages, once, at the first request: esbuild and the editor are
 * development dependencies.
 */
const bundleScripts = loadOnce(async () => {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: ['studio', 'event'].map((name) => path.join(folder, `${name}.ts`)),
    outdir: folder,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    write: false,
  })
  return new Map(outputFiles.map((file) => [path.basename(file.path), file.text]))
})
