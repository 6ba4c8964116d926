import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { APIGatewayProxyResult } from 'aws-lambda'
import { doorMedia } from '../../../functions/contract/door-page.ts'
import { pagePolicy } from '../../../functions/pages/page-modules.ts'
import { loadOnce } from '../../../functions/runtime/lazy.ts'
import type { ApiHandler, GatewayRoute } from './api-gateway.ts'

const media = { ...doorMedia, html: 'text/html; charset=utf-8', hbs: 'text/plain; charset=utf-8' }

/** Changes to a page's text, and sources that its policy allows besides its own files. */
interface Look {
  change?: (text: string) => string
  shows?: Record<string, string>
}

/** A folder of the files of a page for developers. */
export interface PageFolder {
  /** Answers with a file of the folder, or with 404. */
  respondFile(name: string, look?: Look): Promise<APIGatewayProxyResult>
  /** Answers with index.html, whose style sheets have a nonce: the policy allows them, and those that they add. */
  respondPage(look?: Look): Promise<APIGatewayProxyResult>
}

/** Makes a route that answers a browser. */
export function pageRoute(path: string, handler: ApiHandler): GatewayRoute {
  return { name: path, method: 'GET', path, timeoutSeconds: 29, authorization: 'none', handler }
}

const asItIs = (text: string) => text

/** Opens a folder. `bundled` are its scripts and style sheets that use packages, by the name that the page loads. */
export function openPageFolder(folder: string, bundled: Record<string, string>): PageFolder {
  const bundles = loadOnce(() => bundle(folder, Object.values(bundled)))
  const respondFile: PageFolder['respondFile'] = async (name, { change = asItIs, shows = {} } = {}) => {
    const type = Object.entries(media).find(([ending]) => name.endsWith(`.${ending}`))?.[1]
    if (type && Object.hasOwn(bundled, name)) return respondText(type, (await bundles()).get(name) ?? '', { shows })
    // The folder's listing keeps out paths and the sources of the script.
    if (!type || !(await readdir(folder)).includes(name))
      return respondText(media.hbs, `There is no file ${name}.`, { statusCode: 404 })
    return respondText(type, change(await readFile(path.join(folder, name), 'utf8')), { shows })
  }
  return {
    respondFile,
    respondPage: async ({ change = asItIs, shows = {} } = {}) => {
      const nonce = randomBytes(16).toString('base64')
      return await respondFile('index.html', {
        change: (page) => change(page.replace('nonce=""', `nonce="${nonce}"`)),
        shows: { ...shows, 'style-src': `'nonce-${nonce}'` },
      })
    },
  }
}

/** Answers with a text, under the policy of a page that loads its own files alone. */
export function respondText(
  type: string,
  body: string,
  { statusCode = 200, shows = {} }: { statusCode?: number; shows?: Record<string, string> } = {},
): APIGatewayProxyResult {
  const headers = {
    'content-security-policy': pagePolicy(shows),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache',
    'content-type': type,
  }
  return { statusCode, headers, body }
}

/** Bundles files with their packages: esbuild and the packages are development dependencies. */
async function bundle(folder: string, files: string[]): Promise<Map<string, string>> {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: files.map((name) => path.join(folder, name)),
    outdir: folder,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    write: false,
  })
  return new Map(outputFiles.map((file) => [path.basename(file.path), file.text]))
}
