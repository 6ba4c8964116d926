import { appendFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/**
 * Passes on what a function writes, line by line, so that lines of several processes do not tear each other: metrics (CloudWatch's embedded
 * format) go to the end of a file, where ops tools of this machine find them, and all else to standard output.
 */
export function passOnLines(output: Readable, metricsFile: string): void {
  // One write after the other keeps the metrics in order.
  let written = Promise.resolve()
  createInterface(output).on('line', (line) => {
    if (!line.startsWith('{"_aws":')) return process.stdout.write(`${line}\n`)
    written = written.then(() => appendFile(metricsFile, `${line}\n`)).catch(() => undefined)
  })
}
