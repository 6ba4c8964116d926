import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import * as z from 'zod'
import { measureTree } from './tree-memory.ts'

/** What one cold environment took: stages in ms since the process was started, or for each how long; memory as PSS of all its processes, 0 where nobody looked. */
export interface ColdRun {
  stageMs: Record<string, number>
  invocationMs: number[]
  peakBytes: number
  diskBytes: number
}

const report = z.object({
  loading: z.number(),
  loaded: z.number(),
  ended: z.number(),
  invocations: z.array(z.object({ ms: z.number(), answer: z.unknown() })),
  measures: z.array(z.object({ name: z.string(), startTime: z.number(), duration: z.number() })),
})

/**
 * Runs events in a fresh process as Lambda starts one: an empty temp folder, Lambda's variables, so many cores. Memory and disk are looked at only when
 * `isWatched`, since that takes time from what is measured.
 */
export async function runCold(
  folder: string,
  events: string[],
  { cores, isWatched }: { cores: number; isWatched: boolean },
): Promise<ColdRun> {
  const temporary = mkdtempSync(path.join(tmpdir(), 'ticket-cold-'))
  const program = path.join(import.meta.dirname, 'cold-invocation.ts')
  const lambda = {
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    LAMBDA_TASK_ROOT: folder,
    TMPDIR: temporary,
    BROWSER_CACHE_DIR: '',
  }
  const started = performance.now()
  const child = spawn('taskset', ['-c', cores > 1 ? `0-${cores - 1}` : '0', process.execPath, program, folder, ...events], {
    env: { ...process.env, ...lambda, DB_POOL_SIZE: '1', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const peak = { memory: 0, disk: 0 }
  const sample = async () => {
    peak.memory = Math.max(peak.memory, measureTree(child.pid ?? 0).shareBytes)
    peak.disk = Math.max(peak.disk, await measureFolder(temporary))
  }
  const sampling = isWatched ? setInterval(sample, 100) : undefined
  try {
    const [output] = await Promise.all([text(child.stderr), once(child, 'exit')])
    const wallMs = performance.now() - started
    const { loading, loaded, ended, invocations, measures } = report.parse(JSON.parse(output.trim().split('\n').at(-1) ?? ''))
    const measure = (name: string) => measures.find((each) => each.name === name)
    const launch = measure('launch Chromium')
    const launched = (launch?.startTime ?? 0) + (launch?.duration ?? 0)
    return {
      stageMs: {
        'Node.js starts': loading,
        'modules loaded, meanwhile': loaded - loading,
        'Chromium unpacked, meanwhile': measure('unpack Chromium')?.duration ?? 0,
        'Chromium launched': launch?.duration ?? 0,
        'first PDF printed and stored': ended - launched,
        'from start to first PDF': ended,
        'from start to end of process': wallMs,
      },
      invocationMs: invocations.map(({ ms }) => ms),
      peakBytes: peak.memory,
      diskBytes: peak.disk,
    }
  } finally {
    clearInterval(sampling)
    rmSync(temporary, { recursive: true, force: true })
  }
}

async function measureFolder(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const sizes = entries.map((entry) =>
    stat(path.join(entry.parentPath, entry.name)).then(
      ({ blocks }) => blocks * 512,
      () => 0,
    ),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
