import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { EngineSettings } from './engine.ts'
import type { EngineAnswer, EngineRequest } from './engine-process.ts'
import type { BenchTicket } from './tickets.ts'
import type { Way } from './ways.ts'

type Inspection = Extract<EngineAnswer, { sample: Uint8Array }>

/** A way with its processes open. */
export interface EngineWorkers {
  /** Makes the tickets, an equal part in each process, and tells how many seconds it took until the last was done. */
  print(tickets: BenchTicket[]): Promise<number>
  /** The results of the last round, by process. */
  inspect(): Promise<Inspection[]>
  close(): Promise<void>
}

/** Starts a way's processes and has each open its engine. */
export async function startEngine(way: Way, settings: EngineSettings): Promise<EngineWorkers> {
  const children = Array.from({ length: way.processes }, () => start(way))
  const askAll = (requests: EngineRequest[]) => Promise.all(children.map((child, index) => ask(child, requests[index])))
  await askAll(children.map(() => ({ settings })))
  return {
    print: async (tickets) => {
      const share = Math.ceil(tickets.length / children.length)
      const requests = children.map((_, index) => ({ tickets: tickets.slice(index * share, (index + 1) * share) }))
      const startedAt = performance.now()
      await askAll(requests)
      return (performance.now() - startedAt) / 1000
    },
    inspect: async () => {
      const answers = await askAll(children.map(() => ({ inspect: true })))
      return answers.filter((answer) => 'sample' in answer)
    },
    close: async () => {
      await Promise.all(children.map(end))
    },
  }
}

function start(way: Way): ChildProcess {
  return fork(join(import.meta.dirname, 'engine-process.ts'), [way.module.href], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}

async function ask(child: ChildProcess, request: EngineRequest | undefined): Promise<EngineAnswer> {
  const answered = new Promise<EngineAnswer>((resolve, reject) => {
    child.once('message', (answer: EngineAnswer) => resolve(answer))
    child.once('exit', (code) => reject(new Error(`the engine's process ended with ${code}`)))
  })
  if (request) child.send(request)
  const answer = await answered
  child.removeAllListeners('exit')
  if ('failure' in answer) throw new Error(answer.failure)
  return answer
}

const endTimeoutMs = 5_000

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  const timer = setTimeout(() => child.kill('SIGKILL'), endTimeoutMs)
  child.disconnect()
  await ended
  clearTimeout(timer)
}
