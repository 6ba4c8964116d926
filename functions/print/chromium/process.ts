import { spawn } from 'node:child_process'
import { Readable, Writable } from 'node:stream'
import type { ConnectionTransport } from 'puppeteer-core/lib/puppeteer/puppeteer-core-browser.js'

/** A running Chromium: its connection, and the end of its error output. */
export interface ChromiumProcess {
  id: number
  transport: ConnectionTransport
  errorOutput(): string
  /** Ends all its processes immediately, and resolves when they are gone. */
  kill(): Promise<void>
}

/**
 * Starts Chromium in a process group and a folder of its own, connected by pipes. It quits when they close,
 * however this process ends. Puppeteer could launch it too, but lets a pipe error after the end of the
 * connection crash this process.
 * @throws Error when the executable cannot be started
 */
export async function startChromium(
  executable: string,
  args: string[],
  environment: { env: Record<string, string>; cwd: string },
): Promise<ChromiumProcess> {
  const child = spawn(executable, [...args, '--remote-debugging-pipe'], {
    ...environment,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  })
  const { promise: exited, resolve } = Promise.withResolvers<void>()
  // By `close`, its children have released the pipes, and all error output has been read.
  child.once('close', () => resolve())
  const [, , errors, commands, answers] = child.stdio
  for (const pipe of [errors, commands, answers]) pipe?.on('error', () => undefined)
  await new Promise((started, failed) => child.once('spawn', started).once('error', failed))
  if (child.pid === undefined || !(commands instanceof Writable) || !(answers instanceof Readable))
    throw new Error('it has no pipes.')
  const group = -child.pid
  const killGroup = (): void => {
    try {
      process.kill(group, 'SIGKILL')
    } catch {
      // The group is gone already.
    }
  }
  process.once('exit', killGroup)
  void exited.then(() => process.off('exit', killGroup))
  let errorOutput = ''
  errors?.on('data', (text) => {
    errorOutput = (errorOutput + text).slice(-maxErrorOutput)
  })
  const kill = (): Promise<void> => {
    killGroup()
    return exited
  }
  return { id: child.pid, transport: openTransport(commands, answers), errorOutput: () => errorOutput, kill }
}

const maxErrorOutput = 4_096

/** Opens a transport for DevTools messages, each of which ends with a zero byte. */
function openTransport(commands: Writable, answers: Readable): ConnectionTransport {
  let pending: Buffer[] = []
  const transport: ConnectionTransport = {
    send: (message) => void commands.write(`${message}\0`),
    close: () => void commands.end(),
  }
  answers.on('data', (chunk: Buffer) => {
    let start = 0
    for (let end = chunk.indexOf(0); end >= 0; end = chunk.indexOf(0, start)) {
      const message = Buffer.concat([...pending, chunk.subarray(start, end)]).toString()
      pending = []
      start = end + 1
      transport.onmessage?.(message)
    }
    if (start < chunk.length) pending.push(chunk.subarray(start))
  })
  answers.once('close', () => transport.onclose?.())
  return transport
}
