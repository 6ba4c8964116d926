import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { prepareFonts } from '../../functions/print/fonts/prepare-fonts.ts'
import type { TicketDocument } from '../../functions/print/printer.ts'

const run = promisify(execFile)

/** Keeps what is unpacked once for all tests: Chromium and fonts. */
export const cacheFolder = path.resolve(import.meta.dirname, '../../node_modules/.cache/ticket-generator')

/** Prints with our own fonts, so that the machine's make no difference. */
export const printerOptions = { cacheFolder, environment: await prepareFonts(cacheFolder) }

/** Makes a temp folder for this test file alone, so that it can tell what is left in it. */
export function ownTemporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'ticket-test-'))
  process.env.TMPDIR = folder
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Makes a ticket of `body` whose title and time never change. */
export function ticket(body: string, style = '', title = 'Ticket'): TicketDocument {
  const html = `<!doctype html><html><head><meta charset="utf-8"><title>${title}</title><style>${style}</style></head><body>${body}</body></html>`
  return { html, title, createdAt: new Date('2026-03-04T05:06:07Z') }
}

/** Runs one of poppler's, zbar's or qpdf's programs on a file and gives its output. */
export async function inspect(program: string, before: string[], content: Uint8Array, after: string[] = []): Promise<Buffer> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'inspect-'))
  const file = path.join(folder, 'file')
  await writeFile(file, content)
  try {
    return (await run(program, [...before, file, ...after], { encoding: 'buffer', maxBuffer: 2 ** 28, cwd: folder })).stdout
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Draws one page of a PDF as PPM pixels. */
export function drawPage(pdf: Uint8Array, page = 1, dpi = 100): Promise<Buffer> {
  return inspect('pdftoppm', ['-r', `${dpi}`, '-f', `${page}`, '-l', `${page}`], pdf)
}

/** Joins PDFs into one, so that a program need be started once for all of them and not once for each; `how` are more of qpdf's options. */
export async function joinPdfs(pdfs: Uint8Array[], how: string[] = []): Promise<Buffer> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'join-'))
  try {
    const files = pdfs.map((_, index) => path.join(folder, `${index}.pdf`))
    await Promise.all(pdfs.map((pdf, index) => writeFile(files[index] ?? '', pdf)))
    const joined = path.join(folder, 'joined.pdf')
    await run('qpdf', ['--empty', ...how, '--pages', ...files, '--', joined])
    return await readFile(joined)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Draws every page of some PDFs as PPM pixels, each headed by its size. */
export async function drawPages(pdfs: Uint8Array[], dpi: number): Promise<Buffer[]> {
  const drawn = await inspect('pdftoppm', ['-r', `${dpi}`], await joinPdfs(pdfs))
  const pages: Buffer[] = []
  for (let start = 0; start < drawn.length; ) {
    const [head, width, height] = /^P6\n(\d+) (\d+)\n255\n/.exec(drawn.toString('latin1', start, start + 40)) ?? []
    assert(head, 'it drew something else')
    const end = start + head.length + 3 * Number(width) * Number(height)
    pages.push(drawn.subarray(start, end))
    start = end
  }
  return pages
}

/** Reads the text of a PDF. */
export async function readText(pdf: Uint8Array): Promise<string> {
  return (await inspect('pdftotext', [], pdf, ['-'])).toString()
}

/** Lists the living processes of a group; orphans that only wait for the system to bury them count as dead. */
export async function processesOfGroup(group: number): Promise<number[]> {
  const processes = await listProcesses()
  return processes.filter((each) => each.group === group).map(({ id }) => id)
}

/** Finds the browsers that a process started. */
export async function browsersOf(parent = process.pid): Promise<number[]> {
  return (await listProcesses()).filter((each) => each.parent === parent && each.name === 'chromium').map(({ id }) => id)
}

/** Finds the one browser that a process started. */
export async function browserOf(parent = process.pid): Promise<number> {
  const [browser, ...others] = await browsersOf(parent)
  assert(browser && others.length === 0, 'there is not exactly one browser')
  return browser
}

/** Finds the process of a browser that lays out pages. */
export async function rendererOf(browser: number): Promise<number> {
  for (const id of await processesOfGroup(browser)) {
    if ((await readFile(`/proc/${id}/cmdline`, 'utf8')).includes('--type=renderer')) return id
  }
  throw new Error('the browser has no renderer')
}

/** Waits until a condition holds, or fails after `seconds`. Between two looks it leaves the processor to what it waits for. */
export async function until(condition: () => Promise<boolean>, seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1000
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not so after ${seconds} s: ${condition}`)
    await delay(5)
  }
}

async function listProcesses(): Promise<{ id: number; name: string; parent: number; group: number }[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const stats = await Promise.all(ids.map((id) => readFile(`/proc/${id}/stat`, 'utf8').catch(() => '')))
  return stats.flatMap((stat) => {
    const match = /^(\d+) \((.*)\) [^ZX] (\d+) (\d+) /s.exec(stat)
    return match ? [{ id: Number(match[1]), name: match[2] ?? '', parent: Number(match[3]), group: Number(match[4]) }] : []
  })
}
