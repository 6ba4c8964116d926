import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import path from 'node:path'
import { fillOnce, type Progress } from '../chromium/cached-folder.ts'
import { type FontPackage, fontPackages } from './font-packages.ts'
import { joinFontSlices } from './font-slices.ts'
import { readFontTables, writeFontTables } from './font-tables.ts'
import { writeFontConfiguration } from './fontconfig.ts'

/**
 * Unpacks the fonts of all scripts into a folder of `cacheFolder`, and returns its path: about two seconds
 * and 69 MB the first time; later calls check it. The folder may be moved or deployed anywhere.
 * @throws Error when the folder cannot be written, or belongs to another user
 */
export async function makeFontFolder(cacheFolder: string, onProgress: Progress = () => undefined): Promise<string> {
  return await fillOnce({
    cacheFolder,
    name: `fonts-${await fingerprint()}`,
    isVerified: true,
    fill: (folder) => unpackFonts(folder, onProgress),
  })
}

/** Checks whether the fonts are in the cache, without looking at their content. */
export async function hasFontFolder(cacheFolder: string): Promise<boolean> {
  return existsSync(path.join(cacheFolder, `fonts-${await fingerprint()}`))
}

// Two WebAssembly programs, loaded only where fonts are not unpacked yet.
const loadReaders = async () => ({ ...(await import('fontverter')), subsetFont: (await import('subset-font')).default })

/** The version of the folder's format. */
const formatVersion = 1

/** Hashes the font packages and how they are unpacked, so that an outdated folder is never used. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256').update(`${formatVersion}`).update(writeFontConfiguration())
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

async function unpackFonts(folder: string, onProgress: Progress): Promise<void> {
  await mkdir(path.join(folder, 'fonts'))
  for (const [index, fontPackage] of fontPackages.entries()) {
    await unpack(fontPackage, path.join(folder, 'fonts'))
    onProgress((index + 1) / fontPackages.length)
  }
  await writeFile(path.join(folder, 'fonts.conf'), writeFontConfiguration())
  // With this time fontconfig trusts its cache; otherwise it reads all fonts at every start
  // (FcCacheTimeValid).
  await utimes(path.join(folder, 'fonts'), 0, 0)
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
