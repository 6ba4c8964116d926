import { existsSync, readFileSync } from 'node:fs'
import * as z from 'zod'
import { mean } from './statistics.ts'

const stageValue = /"ticket_stage_([a-z]+)_seconds":(\[[\d.,e-]*\]|[\d.e-]+)/g
const seconds = z.union([z.number().transform((value) => [value]), z.array(z.number())])

/** Reads where a ticket's time goes from the file of the service's metrics in CloudWatch's embedded format. */
export class StageTimes {
  readonly #file: string
  #from = 0

  constructor(file: string) {
    this.#file = file
  }

  /** Forgets what was told so far. */
  clear(): void {
    this.#from = this.#read().length
  }

  /** Returns the mean milliseconds per ticket by stage, in the order in which they happen. */
  meanMs(): [stage: string, ms: number][] {
    const known = new Map<string, number[]>()
    for (const [, stage = '', value = ''] of this.#read().slice(this.#from).matchAll(stageValue))
      known.set(stage, [...(known.get(stage) ?? []), ...seconds.parse(JSON.parse(value))])
    return [...known].map(([stage, values]) => [stage, mean(values) * 1000])
  }

  #read(): string {
    return existsSync(this.#file) ? readFileSync(this.#file, 'utf8') : ''
  }
}
