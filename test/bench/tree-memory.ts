import { readFileSync } from 'node:fs'
import { listTree } from '../../bin/local/process/process-tree.ts'
import { mean } from './statistics.ts'

/**
 * The memory of a process and all below it. `residentBytes` adds up resident sizes, so pages that processes share count once
 * for each; `shareBytes` divides those among them (PSS), which is what the machine has less.
 */
export interface TreeMemory {
  residentBytes: number
  shareBytes: number
  processes: number
  zombies: number
  /** Divides the memory by what the processes are, like "chromium". */
  parts: Map<string, MemoryPart>
}

/** The memory of all processes of one kind. */
export interface MemoryPart {
  processes: number
  residentBytes: number
  shareBytes: number
}

/** Measures the tree below a process from /proc, which only Linux has. */
export function measureTree(pid: number): TreeMemory {
  const parts = new Map<string, MemoryPart>()
  let zombies = 0
  for (const one of listTree(pid)) {
    const status = read(`/proc/${one}/status`)
    if (/^State:\s+Z/m.test(status)) zombies++
    const kind = nameKind(read(`/proc/${one}/cmdline`))
    const part = parts.get(kind) ?? { processes: 0, residentBytes: 0, shareBytes: 0 }
    parts.set(kind, part)
    part.processes += status ? 1 : 0
    part.residentBytes += kilobytes(status, 'VmRSS') * 1024
    part.shareBytes += kilobytes(read(`/proc/${one}/smaps_rollup`), 'Pss') * 1024
  }
  return { zombies, parts, ...addUp([...parts.values()]) }
}

/** Compares the mean of the last quarter of the values with that of the second: 0.05 is growth by 5%. */
export function growth(values: number[]): number {
  const quarter = Math.floor(values.length / 4)
  return mean(values.slice(values.length - quarter)) / mean(values.slice(quarter, 2 * quarter)) - 1
}

/** Samples the tree every `intervalMs` until it is told to stop. */
export function sampleTree(pid: number, intervalMs: number): { stop(): TreeMemory[] } {
  const samples: TreeMemory[] = []
  const timer = setInterval(() => samples.push(measureTree(pid)), intervalMs)
  return {
    stop: () => {
      clearInterval(timer)
      return samples
    },
  }
}

function addUp(parts: MemoryPart[]): MemoryPart {
  const total = { processes: 0, residentBytes: 0, shareBytes: 0 }
  for (const part of parts) {
    total.processes += part.processes
    total.residentBytes += part.residentBytes
    total.shareBytes += part.shareBytes
  }
  return total
}

/** Names a process's kind by its command line: a worker function by its file, other Node.js processes as the server. */
function nameKind(commandLine: string): string {
  const worker = /functions\/workers\/([\w-]+)\.ts/.exec(commandLine)?.[1]
  if (worker) return `function ${worker}`
  if (commandLine.includes('chromium')) return 'chromium'
  if (commandLine.startsWith('postgres') || commandLine.includes('/postgres')) return 'postgres'
  return 'server'
}

function kilobytes(text: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0)
}

/** Reads a file of /proc; empty for a process that has ended since it was listed. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
