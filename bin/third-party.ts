import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import * as z from 'zod'

/** The licences allowed in shipped packages: each permits redistribution, modified or not, with its text. */
export const allowedLicences = new Set([
  ...['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC', 'MIT', 'MIT-0'],
  ...['OFL-1.1', 'Python-2.0', 'Unlicense', 'Zlib'],
])

/** Other people's work inside packages, with its own licence. */
const embedded: Record<string, string> = {
  '@sparticuz/chromium':
    'Chromium (BSD-3-Clause, with the parts that chrome://credits lists; source: https://chromium.googlesource.com/chromium/src) and libraries of Amazon Linux',
  '@hyzyla/pdfium': 'PDFium (Apache-2.0 and BSD-3-Clause; source: https://pdfium.googlesource.com/pdfium)',
  'zxing-wasm': 'zxing-cpp (Apache-2.0; source: https://github.com/zxing-cpp/zxing-cpp)',
  'swagger-ui-dist': 'React and other parts that its LICENSE and NOTICE name',
}

// Old packages list licences to choose from.
const licenceField = z.union([z.string(), z.array(z.string()).transform((choices) => choices.join(' OR '))])
const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), license: licenceField.optional(), dev: z.boolean().optional() }),
  ),
})

/** A package that is shipped: in a function, or in the container. `folder` is relative to the project. */
export interface ShippedPackage {
  name: string
  version: string
  licence: string | undefined
  folder: string
}

const project = path.join(import.meta.dirname, '..')

/** Lists the packages that are shipped, by the lock file. */
export function listShipped(): ShippedPackage[] {
  const { packages } = lockFile.parse(JSON.parse(readFileSync(path.join(project, 'package-lock.json'), 'utf8')))
  return Object.entries(packages).flatMap(([folder, { version = '', license: licence, dev }]) =>
    folder && !dev ? [{ name: folder.replace(/^.*node_modules\//, ''), version, licence, folder }] : [],
  )
}

/** Checks whether an SPDX licence expression offers an allowed choice. */
export function isAllowed(licence = ''): boolean {
  const choices = licence.replaceAll(/[()]/g, '').split(' OR ')
  return choices.some((choice) => choice.split(' AND ').every((one) => allowedLicences.has(one)))
}

/** Writes the notices of the shipped packages that are installed here: each licence text once, with its packages. */
export function writeNotices(): string {
  const installed = listShipped().filter(({ folder }) => existsSync(path.join(project, folder)))
  const byText = Map.groupBy(installed, ({ folder }) => textOf(path.join(project, folder)))
  const sections = [...byText].map(([text, packages]) => `${packages.map(describe).join('\n')}\n\n${text}`)
  return `This service contains the following packages.\n\n${sections.join(`\n\n${'-'.repeat(100)}\n\n`)}\n`
}

function describe({ name, version, licence }: ShippedPackage): string {
  const inside = embedded[name] ?? (name.startsWith('@fontsource') ? 'a font (OFL-1.1)' : '')
  const holds = inside && `\n  contains ${inside}`
  return `${name} ${version} (${licence})${holds}`
}

function textOf(folder: string): string {
  const names = readdirSync(folder).filter((name) => /^(licen[cs]e|notice|copying|ofl|unlicense)/i.test(name))
  const texts = names.toSorted().map((name) => readFileSync(path.join(folder, name), 'utf8').trim())
  return texts.join('\n\n').replaceAll('\r\n', '\n') || 'The package names its licence, without the text.'
}

if (import.meta.main) process.stdout.write(writeNotices())
