import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const root = mkdtempSync(join(tmpdir(), 'tickets-test-'))
process.once('exit', () => rmSync(root, { recursive: true, force: true }))

const program = join(import.meta.dirname, '../../bin/tickets.ts')

/** Runs `tickets` with the words, and what it shall read as its standard input; `onStart` gets the process. */
export async function runTickets(words: string[], { input = '', onStart = (_child: ChildProcess) => {}, env = {} } = {}) {
  const child = spawn(process.execPath, [program, ...words], { env: { ...process.env, ...env }, stdio: 'pipe' })
  onStart(child)
  child.stdin.on('error', () => undefined).end(input)
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { stdout, stderr, code }
}

/** Makes an empty folder that goes away with this process. */
export function makeFolder(): string {
  return mkdtempSync(join(root, 'folder-'))
}

/** Writes a file into a new folder and gives its path. */
export function makeFile(name: string, content: string | Buffer): string {
  const file = join(makeFolder(), name)
  writeFileSync(file, content)
  return file
}

/** Writes a CSV file of guests with the ids 1 to count. */
export function makeGuestFile(count: number): string {
  const lines = Array.from({ length: count }, (_, index) => `${index + 1},Ada,Lovelace\n`)
  return makeFile('guests.csv', `guestId,firstName,lastName\n${lines.join('')}`)
}
