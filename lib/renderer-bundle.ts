import { createHash } from 'node:crypto'
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { constants, zstdCompress } from 'node:zlib'
import { workers } from '../functions/contract/functions.ts'
import { unpackChromium } from '../functions/print/chromium/binary.ts'
import { launchBrowser } from '../functions/print/chromium/browser.ts'
import { sealName } from '../functions/print/chromium/cached-folder.ts'
import { filesOfPackage } from '../functions/print/chromium/deployed-files.ts'
import { sliceName, slicesFile } from '../functions/print/chromium/slices.ts'
import { makeFontFolder } from '../functions/print/fonts/font-folder.ts'
import { linkFonts } from '../functions/print/fonts/prepare-fonts.ts'
import { bundle, copyCodeReader, copyPageRasterizer } from './function-bundles.ts'

/** The largest unpacked package that Lambda accepts. AWS Lambda, "Quotas": deployment package, 250 MB. */
export const packageLimitBytes = 250 * 1024 * 1024

/**
 * Writes the package of a renderer into a folder, which it empties first: the code (`render.mjs`,
 * `render-trial.mjs`), Chromium in zstd slices with its libraries, and the fonts. Chromium and fonts are
 * cached in `cacheFolder` under names that change with the content: the first call takes about fifteen
 * seconds, later ones one or two. Needs no network.
 * @returns the folder.
 */
export async function bundleRenderer(into: string, cacheFolder = defaultCacheFolder): Promise<string> {
  const prepared = filesOfPackage(await prepareFiles(cacheFolder))
  // The package holds Chromium and fonts prepared, so the npm packages and the code that reads them stay out.
  bundle(
    into,
    ['workers/render-cold', 'workers/render-trial-cold', 'print/chromium/unpack-chromium'],
    ['*/font-folder.ts', 'tar-fs'],
  )
  for (const { module } of [workers['render-now'], workers['render-trial']])
    await writeFile(path.join(into, `${module}.mjs`), `export { handler } from './${module}-cold.mjs'\n`)
  copyCodeReader(into)
  copyPageRasterizer(into)
  const files = filesOfPackage(into)
  cpSync(prepared.chromium, files.chromium, { recursive: true })
  cpSync(prepared.fonts, files.fonts, { recursive: true })
  return into
}

const defaultCacheFolder = path.join(import.meta.dirname, '../node_modules/.cache/ticket-generator')

/** The number of slices of Chromium: about 3 MB each, so that decompression reuses a small buffer. */
const slices = 64

/**
 * The zstd level. Level -2 decompresses in about 60% of the CPU time of level 9; the package is 32 MB larger.
 */
const level = -2

/** The version of the cached files' layout; raise it when the way they are prepared changes. */
const layout = 2

async function prepareFiles(cacheFolder: string): Promise<string> {
  const binary = await unpackChromium(cacheFolder)
  const fonts = await makeFontFolder(cacheFolder)
  const executable = await readFile(binary.executable)
  const key = createHash('sha256')
    .update(`${layout} ${slices} ${level} ${path.basename(fonts)}`)
    .update(executable)
  const digest = key.digest('hex').slice(0, 12)
  const folder = path.join(cacheFolder, `package-${digest}`)
  if (existsSync(folder)) return folder
  const aside = await mkdtemp(`${folder}.`)
  const files = filesOfPackage(aside)
  await cutIntoSlices(executable, files.chromium, `${path.basename(path.dirname(binary.executable))}-${digest}`)
  cpSync(binary.libraries, path.join(files.chromium, 'lib'), { recursive: true })
  // Without the cache of browsers that were started from source, which names their folder.
  cpSync(fonts, files.fonts, { recursive: true, filter: (file) => !['fontconfig', sealName].includes(path.basename(file)) })
  await fillFontCache(files.fonts, cacheFolder)
  rmSync(folder, { recursive: true, force: true })
  renameSync(aside, folder)
  return folder
}

async function cutIntoSlices(executable: Buffer, folder: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const sliceBytes = Math.ceil(executable.length / slices)
  const write = async (index: number): Promise<void> => {
    const slice = executable.subarray(index * sliceBytes, (index + 1) * sliceBytes)
    const params = { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 }
    await writeFile(path.join(folder, sliceName(index)), await promisify(zstdCompress)(slice, { params }))
  }
  await Promise.all(Array.from({ length: slices }, (_, index) => write(index)))
  await writeFile(path.join(folder, slicesFile), JSON.stringify({ name, sliceBytes, slices }))
}

/**
 * Fills fontconfig's cache by printing a page, so that no cold start has to scan the fonts. The cache contains the path of
 * the font folder, which fontconfig corrects when it reads the cache. To make the package reproducible, the path always has
 * the same length, and is replaced by a fixed one.
 */
async function fillFontCache(folder: string, cacheFolder: string): Promise<void> {
  const links = await mkdtemp('/tmp/ticket-fonts-')
  const browser = await launchBrowser({ cacheFolder, environment: await linkFonts(folder, links) })
  try {
    await browser.page.setContent('<p>Ticket')
    await browser.page.pdf()
  } finally {
    await browser.kill()
    rmSync(links, { recursive: true })
  }
  const caches = path.join(folder, 'fontconfig')
  for (const name of await readdir(caches)) {
    const content = await readFile(path.join(caches, name), 'latin1')
    await writeFile(path.join(caches, name), content.replaceAll(links, links.replace(/.{6}$/, '000000')), 'latin1')
  }
}
