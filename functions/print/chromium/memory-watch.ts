import { readdirSync, readFileSync } from 'node:fs'

const millisecondsBetweenLooks = 250
const kibibyte = 1024
/** After so many looks the group's processes are listed anew: to look through all of the machine's takes milliseconds. */
const looksPerList = 20

/** Watches the memory that a process group holds: a few nested `<use>` elements are enough to make Chromium take gigabytes. */
export class MemoryWatch {
  readonly #group: number
  #members: string[] = []
  #looks = 0

  constructor(group: number) {
    this.#group = group
  }

  /** Looks four times a second, and calls `exceeded` once when the group holds more than `limitBytes`. Answers the function that ends the watch. */
  start(limitBytes: number, exceeded: (bytes: number) => void): () => void {
    const timer = setInterval(() => {
      const bytes = this.measure()
      if (bytes <= limitBytes) return
      clearInterval(timer)
      exceeded(bytes)
    }, millisecondsBetweenLooks)
    return () => clearInterval(timer)
  }

  /** Tells how many bytes the group holds. */
  measure(): number {
    if (this.#looks++ % looksPerList === 0) this.#members = processesOf(this.#group)
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

/** Reads what a process holds by itself, not counting files and memory shared with others. */
function memoryOf(id: string): number {
  return Number(/^RssAnon:\s+(\d+) kB/m.exec(readIfThere(`/proc/${id}/status`))?.[1] ?? 0) * kibibyte
}

/** Reads a file of `/proc`, which takes no time; that of a process which has ended is as good as empty. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}
