import { readdirSync, readFileSync } from 'node:fs'

const checkIntervalMs = 250
const kibibyte = 1024
/**
 * After how many checks the group's processes are listed again, since scanning `/proc` takes milliseconds.
 */
const checksPerList = 20

/** Watches the memory of a process group: a few nested `<use>` elements make Chromium take gigabytes. */
export class MemoryWatch {
  readonly #group: number
  #members: string[] = []
  #checks = 0

  constructor(group: number) {
    this.#group = group
  }

  /**
   * Calls `exceeded` once if the group comes to hold more than `limitBytes`. Returns a function that stops
   * it.
   */
  start(limitBytes: number, exceeded: (bytes: number) => void): () => void {
    const timer = setInterval(() => {
      const bytes = this.measure()
      if (bytes <= limitBytes) return
      clearInterval(timer)
      exceeded(bytes)
    }, checkIntervalMs)
    return () => clearInterval(timer)
  }

  /** Measures how many bytes the group holds. */
  measure(): number {
    if (this.#checks++ % checksPerList === 0) this.#members = processesOf(this.#group)
    return this.#members.reduce((sum, id) => sum + memoryOf(id), 0)
  }
}

function processesOf(group: number): string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false
    const stat = readIfThere(`/proc/${name}/stat`)
    const [, , processGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(processGroup) === group
  })
}

/** Reads the anonymous memory of a process, without files and memory shared with others. */
function memoryOf(id: string): number {
  return Number(/^RssAnon:\s+(\d+) kB/m.exec(readIfThere(`/proc/${id}/status`))?.[1] ?? 0) * kibibyte
}

/** Reads a file of `/proc`, synchronously, since it never blocks. That of an ended process reads as empty. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}
