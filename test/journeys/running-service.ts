import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import postgres from 'postgres'
import { makePreparedState } from '../local/prepared-state.ts'

process.env.LOG_LEVEL ??= 'silent'
const { startLocalStack } = await import('../../bin/local/stack.ts')

const run = promisify(execFile)

/**
 * Starts the whole service in this process, with a state folder of its own. No renderer is started before a ticket is asked for, and nothing
 * runs by the clock unless `scheduleSeconds` says so: a test that wants a sweep runs one. The renderers of batches do not step back: behind the
 * tests of another file, which run beside these, they would hardly get on.
 */
export async function startService({ scheduleSeconds, renderers = 2 }: { scheduleSeconds?: number; renderers?: number } = {}) {
  const stateFolder = await makePreparedState()
  const stack = await startLocalStack({
    ...{ host: '127.0.0.1', port: 0, stateFolder, renderers, warm: false },
    scheduleSeconds: scheduleSeconds ?? 'never',
    batchNiceness: 0,
    log: () => undefined,
  })
  const sql = postgres(stack.databaseUrl, {
    onnotice: () => undefined,
    types: { bigint: { to: 20, from: [20], serialize: String, parse: Number } },
  })
  return {
    ...stack,
    sql,
    call: (method: string, target: string, body?: unknown) => call(stack.url, method, target, body),
    async stop() {
      await sql.end({ timeout: 1 })
      await stack.stop()
      await rm(stateFolder, { recursive: true, force: true })
      await rm(stack.databaseFolder, { recursive: true, force: true })
    },
  }
}

/** Sends a request; a string body goes as it is. */
async function call(url: string, method: string, target: string, body?: unknown) {
  const response = await fetch(new URL(target, url), {
    method,
    redirect: 'manual',
    ...(body === undefined
      ? {}
      : { body: typeof body === 'string' ? body : JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const bytes = Buffer.from(await response.arrayBuffer())
  const type = response.headers.get('content-type') ?? ''
  return {
    status: response.status,
    headers: response.headers,
    bytes,
    json: type.includes('json') && bytes.length > 0 ? JSON.parse(bytes.toString()) : undefined,
  }
}

/** Opens a guest link and what it leads to. */
export async function download(link: string): Promise<Buffer> {
  const response = await fetch(link)
  assert.equal(response.status, 200, link)
  return Buffer.from(await response.arrayBuffer())
}

/** Looks at a PDF with tools that know nothing of the service: what it says, its text, its fonts, what qpdf finds, and its QR code at 100 dpi. */
export async function inspectPdf(pdf: Buffer) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'inspect-pdf-'))
  try {
    const file = path.join(folder, 'ticket.pdf')
    await writeFile(file, pdf)
    const info = (await run('pdfinfo', [file])).stdout
    const text = (await run('pdftotext', ['-layout', file, '-'])).stdout
    const check = (await run('qpdf', ['--check', file])).stdout
    await run('pdftoppm', ['-r', '100', '-png', '-singlefile', file, path.join(folder, 'page')])
    return { info, text, check, qr: await readQrCode(path.join(folder, 'page.png')) }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Reads the QR code of an image with zbar. */
export async function readQrCode(image: string | Buffer): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'read-qr-'))
  try {
    const file = typeof image === 'string' ? image : path.join(folder, 'code.png')
    if (typeof image !== 'string') await writeFile(file, image)
    return (await run('zbarimg', ['--quiet', '--raw', '--nodbus', '-Sdisable', '-Sqrcode.enable', file])).stdout.trim()
  } finally {
    await rm(folder, { recursive: true })
  }
}
