import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { doorMedia } from '../../../functions/contract/door-page.ts'
import { templateLimits } from '../../../functions/contract/template-check.ts'
import { pagePolicy, readPageModule } from '../../../functions/pages/page-modules.ts'
import { trialGuests } from '../../../functions/print/trial/trial-guests.ts'
import type { ApiHandler, GatewayRoute } from './api-gateway.ts'

/**
 * Settings of the page: whether calls must be signed (which a browser cannot do), example guests, and limits
 * of templates.
 */
export interface StudioSettings {
  signed: boolean
  guests: { name: string; data: Readonly<Record<string, unknown>> }[]
  limits: Pick<typeof templateLimits, 'sourceBytes' | 'assets' | 'assetBytes' | 'assetsBytes'>
}

const folder = path.join(import.meta.dirname, '../studio')
const shared = path.join(import.meta.dirname, '../../../functions/pages/door/find.ts')
const media = { ...doorMedia, html: 'text/html; charset=utf-8', hbs: 'text/plain; charset=utf-8' }
const headers = {
  // The page turns previews and the downloaded PDF into blobs.
  'content-security-policy': pagePolicy({ 'img-src': 'blob:' }),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache',
}

/**
 * Builds the routes of /studio, where people design templates in a browser. They are not part of the
 * contract: a browser cannot sign calls to Core's routes, so the page works only where calls need no
 * signature, which is never on AWS.
 */
export function studioRoutes({ signed }: { signed: boolean }): { routes: GatewayRoute[]; handlers: Record<string, ApiHandler> } {
  const common = { method: 'GET', timeoutSeconds: 5, authorization: 'none' } as const
  return {
    routes: [
      { name: 'get-studio', path: '/studio', ...common },
      { name: 'get-studio-file', path: '/studio/{file}', ...common },
    ],
    handlers: {
      'get-studio': async () => await answerFile('index.html'),
      'get-studio-file': async ({ pathParameters }) => {
        const name = pathParameters?.file ?? ''
        return name === 'settings.json' ? answerSettings(signed) : await answerFile(name)
      },
    },
  }
}

function answerSettings(signed: boolean) {
  const { sourceBytes, assets, assetBytes, assetsBytes } = templateLimits
  const guests = trialGuests.map(({ name, variables }) => ({ name, data: variables }))
  const settings: StudioSettings = { signed, guests, limits: { sourceBytes, assets, assetBytes, assetsBytes } }
  return {
    statusCode: 200,
    headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(settings),
  }
}

async function answerFile(name: string) {
  const file = (await listFiles()).get(name)
  if (file === undefined) return answerNothing(name)
  const content = await (name.endsWith('.js') ? readPageModule(file) : readFile(file))
  const type = Object.entries(media).find(([ending]) => name.endsWith(`.${ending}`))?.[1] ?? 'application/octet-stream'
  return {
    statusCode: 200,
    headers: { ...headers, 'content-type': type },
    body: content.toString('base64'),
    isBase64Encoded: true,
  }
}

function answerNothing(name: string) {
  return {
    statusCode: 404,
    headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' },
    body: `The studio has no file ${name}.`,
  }
}

/** Lists the page's files by their names in the browser. No other file is served. */
async function listFiles(): Promise<Map<string, string>> {
  const files = [...(await readdir(folder)).map((name) => path.join(folder, name)), shared]
  return new Map(files.map((file) => [path.basename(file).replace(/\.ts$/, '.js'), file]))
}
