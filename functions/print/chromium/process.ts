import { spawn } from 'node:child_process'
import { Readable, Writable } from 'node:stream'
import type { ConnectionTransport } from 'puppeteer-core/lib/puppeteer/puppeteer-core-browser.js'

/** Is a running Chromium: the way to talk to it, and what it has complained about of late. */
export interface ChromiumProcess {
  id: number
  transport: ConnectionTransport
  complaints(): string
  /** Ends all its processes at once, and resolves when they are gone. */
  kill(): Promise<void>
}

/**
 * Starts Chromium in a process group and a folder of its own, to be spoken to by pipes: when they close, because this process
 * ended in whatever way, it ends itself. We start it rather than Puppeteer, which lets an error of a pipe that comes after
 * the end of the connection bring this process down.
 * @throws Error when the executable cannot be started at all
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
  // Only then have its children let go of the pipes, and have all complaints been read.
  child.once('close', () => resolve())
  const [, , errors, commands, answers] = child.stdio
  for (const pipe of [errors, commands, answers]) pipe?.on('error', () => undefined)
  await new Promise((started, failed) => child.once('spawn', started).once('error', failed))
  if (child.pid === undefined || !(commands instanceof Writable) || !(answers instanceof Readable))
    throw new Error('there are no pipes to it.')
  const group = -child.pid
  const killGroup = (): void => {
    try {
      process.kill(group, 'SIGKILL')
    } catch {
      // All of it is gone already.
    }
  }
  process.once('exit', killGroup)
  void exited.then(() => process.off('exit', killGroup))
  let complaints = ''
  errors?.on('data', (text) => {
    complaints = (complaints + text).slice(-complaintsKept)
  })
  const kill = (): Promise<void> => {
    killGroup()
    return exited
  }
  return { id: child.pid, transport: openTransport(commands, answers), complaints: () => complaints, kill }
}

const complaintsKept = 4_096

/** Carries messages of the DevTools protocol, each ended by a zero byte. */
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
