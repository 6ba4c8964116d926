import { createHash, randomUUID } from 'node:crypto'
import { access, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import path from 'node:path'
import { type FontPackage, fontPackages } from './font-packages.ts'
import { joinFontSlices } from './font-slices.ts'
import { readFontTables, writeFontTables } from './font-tables.ts'
import { writeFontConfiguration } from './fontconfig.ts'

/**
 * Unpacks the fonts of all scripts into a folder of `cacheFolder`, and returns its path: about two seconds
 * and 69 MB the first time; later calls find it. Processes may call it concurrently: each works in a folder
 * of its own, and the first to finish puts it in place. The folder may be moved or deployed anywhere.
 * @throws Error when the folder cannot be written
 */
export async function makeFontFolder(cacheFolder: string): Promise<string> {
  const folder = path.resolve(cacheFolder, `fonts-${await fingerprint()}`)
  if (!(await exists(path.join(folder, 'fonts.conf')))) await buildAside(folder)
  return folder
}

// Two WebAssembly programs, loaded only where fonts are not unpacked yet.
const loadReaders = async () => ({ ...(await import('fontverter')), subsetFont: (await import('subset-font')).default })
const abandonedAfterMs = 10 * 60 * 1000

/** The version of the folder's format. */
const layout = 1

/** Hashes the font packages and how they are unpacked, so that an outdated folder is never used. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256').update(`${layout}`).update(writeFontConfiguration())
  for (const { name, files, slices, weights } of fontPackages) {
    hash.update(JSON.stringify([await readFile(findPackage(name), 'utf8'), files, slices?.source, weights]))
  }
  return hash.digest('hex').slice(0, 12)
}

function findPackage(name: string): string {
  const file = findPackageJSON(name, import.meta.url)
  if (!file) throw new Error(`The font package ${name} is not installed.`)
  return file
}

async function buildAside(folder: string): Promise<void> {
  await removeAbandoned(path.dirname(folder))
  const aside = `${folder}.${randomUUID()}`
  try {
    await mkdir(path.join(aside, 'fonts'), { recursive: true })
    for (const fontPackage of fontPackages) await unpack(fontPackage, path.join(aside, 'fonts'))
    await writeFile(path.join(aside, 'fonts.conf'), writeFontConfiguration())
    // With this time fontconfig trusts its cache; otherwise it reads all fonts at every start
    // (FcCacheTimeValid).
    await utimes(path.join(aside, 'fonts'), 0, 0)
    await rename(aside, folder)
  } catch (error) {
    await rm(aside, { recursive: true, force: true })
    // Another process has put the same fonts in place first.
    if (!(await exists(path.join(folder, 'fonts.conf')))) throw error
  }
}

/** Removes the unfinished folders of killed processes. */
async function removeAbandoned(cacheFolder: string): Promise<void> {
  await mkdir(cacheFolder, { recursive: true })
  for (const name of await readdir(cacheFolder)) {
    if (!/^fonts-[0-9a-f]{12}\./.test(name)) continue
    const aside = path.join(cacheFolder, name)
    const { mtimeMs } = await stat(aside).catch(() => ({ mtimeMs: Date.now() }))
    if (Date.now() - mtimeMs > abandonedAfterMs) await rm(aside, { recursive: true, force: true })
  }
}

async function unpack({ name, files, slices, weights }: FontPackage, target: string): Promise<void> {
  const source = path.dirname(findPackage(name))
  const sliceFiles = slices ? (await readdir(path.join(source, 'files'))).filter((file) => slices.test(file)).sort() : []
  for (const weight of weights ?? [undefined]) {
    const suffix = weight === undefined ? '' : `-${weight}`
    for (const file of files ?? []) {
      const { name: stem, ext } = path.parse(file)
      const to = path.join(target, `${stem}${suffix}${ext === '.woff2' ? '.ttf' : ext}`)
      await writeFile(to, await readFont(path.join(source, file), weight))
    }
    if (sliceFiles.length === 0) continue
    const parts = await Promise.all(sliceFiles.map((file) => readFont(path.join(source, 'files', file), weight)))
    await writeFile(path.join(target, `${path.basename(name)}${suffix}.ttf`), joinFontSlices(parts))
  }
}

/**
 * Reads a font as TrueType, since Chromium's FreeType reads no WOFF; a variable font is cut down to `weight`.
 */
async function readFont(file: string, weight: number | undefined): Promise<Buffer> {
  const font = await readFile(file)
  if (!file.endsWith('.woff2')) return font
  const { convert, subsetFont } = await loadReaders()
  if (weight !== undefined) {
    return subsetFont(font, undefined, { targetFormat: 'truetype', keepAllGlyphs: true, variationAxes: { wght: weight } })
  }
  const tables = readFontTables(await convert(font, 'truetype'))
  // The emoji font has each emoji twice. Chromium draws the COLR glyphs; the SVG ones are four fifths of the
  // bytes.
  tables.delete('SVG ')
  return writeFontTables(tables)
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
