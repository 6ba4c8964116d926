import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { listen } from '../../bin/local/http/http-server.ts'
import { listTree } from '../../bin/local/process/process-tree.ts'
import { followBatch } from './follow-batch.ts'
import { type LocalService, startLocalService } from './local-service.ts'
import { writeTable } from './markdown-table.ts'
import { ServiceClient } from './service-client.ts'
import { mean, quantile } from './statistics.ts'

/**
 * `npm run bench:traces` prints what traces cost: two services print the same batches in turns, one of which sends all its spans to a
 * collector. It compares CPU time, which others on the machine disturb less than the time of day.
 */
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' }, size: { type: 'string', default: '500' } } })
const eventId = 9000
const size = Number(values.size)

let spanBytes = 0
const collector = createServer((request, response) => {
  request.on('data', (chunk: Buffer) => (spanBytes += chunk.length)).on('end', () => response.end())
})
const port = await listen(collector, { host: '127.0.0.1', port: 0 })
const collected = { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` }
const services: LocalService[] = []
try {
  services.push(await startLocalService(), await startLocalService(collected))
  for (const service of services) {
    await new ServiceClient(service.url).registerGuests(eventId, size)
    await printBatch(service)
  }
  const rounds: number[][] = []
  for (let round = 0; round < Number(values.rounds); round += 1) {
    // Each goes first as often as the other.
    const order = round % 2 === 0 ? services : services.toReversed()
    const measured: number[] = []
    for (const service of order) measured.push(await printBatch(service))
    rounds.push(round % 2 === 0 ? measured : measured.toReversed())
  }
  const [without = 0, traced = 0] = [0, 1].map((at) => mean(rounds.map((round) => round[at] ?? 0)))
  const costs = rounds.map(([off = 0, on = 0]) => (on / off - 1) * 100)
  const [low, middle, high] = [0.25, 0.5, 0.75].map((part) => `${quantile(costs, part).toFixed(1)} %`)
  const rows = [
    ['CPU time a ticket, no traces', `${without.toFixed(2)} ms`, ''],
    ['CPU time a ticket, all traced', `${traced.toFixed(2)} ms`, ''],
    ['traces cost, median of the rounds', `${middle}`, '≤ 2 %'],
    ['traces cost, quartiles of the rounds', `${low} to ${high}`, ''],
    ['spans sent', `${(spanBytes / 1024 / 1024).toFixed(1)} MB`, ''],
  ]
  process.stdout.write(`${cpus().length} cores, ${cpus()[0]?.model}, Node ${process.version}\n\n`)
  process.stdout.write(writeTable([`batches of ${size}, ${values.rounds} rounds`, 'measured', 'target'], rows))
} finally {
  for (const service of services) await service.stop()
  collector.close()
}

/** Prints a batch and returns the CPU time a ticket of all the service's processes, in milliseconds. */
async function printBatch({ url, pid }: LocalService): Promise<number> {
  const before = cpuMs(pid)
  await followBatch(new ServiceClient(url), eventId, size)
  return (cpuMs(pid) - before) / size
}

/** Sums user and system time of a process, its children and those that ended. Source: proc_pid_stat(5); a tick is 10 ms. */
function cpuMs(pid: number): number {
  return listTree(pid).reduce((sum, one) => {
    const fields = readFileSync(`/proc/${one}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return sum + fields.slice(11, 15).reduce((ticks, text) => ticks + Number(text), 0) * 10
  }, 0)
}
