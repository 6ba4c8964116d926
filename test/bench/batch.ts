import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { type FollowedBatch, followBatch, waitUntilProcessed } from './follow-batch.ts'
import { startLocalService } from './local-service.ts'
import { writeTable } from './markdown-table.ts'
import { ServiceClient } from './service-client.ts'
import { median } from './statistics.ts'
import { growth, type MemoryPart, measureTree, sampleTree } from './tree-memory.ts'

/**
 * `npm run bench:batch` prints throughput, time to the first ticket and memory for batches of several sizes,
 * then single tickets and a high batch that arrive during a large batch. `--sizes` and `--crowd` set the batch sizes.
 */
const { values } = parseArgs({
  options: { sizes: { type: 'string', default: '1000,5000,10000,1000' }, crowd: { type: 'string', default: '10000' } },
})
const firstEventId = 9000
const warmUpSize = 1000
// A sample costs some 20 ms of a core.
const memorySampleMs = 2000
const highSize = 100
const singleCount = 20

process.stdout.write(`${cpus().length} cores, ${cpus()[0]?.model}, Node ${process.version}\n\n`)
const service = await startLocalService()
try {
  const client = new ServiceClient(service.url)
  await client.registerGuests(firstEventId, warmUpSize)
  await followBatch(client, firstEventId, warmUpSize)
  await measureSizes(client)
  if (Number(values.crowd)) process.stdout.write(await measureCrowd(client, Number(values.crowd)))
} finally {
  const left = await service.stop()
  process.stdout.write(`\nfiles left in the temp folder after the stop: ${left.length}\n`)
}

interface MeasuredBatch extends FollowedBatch {
  size: number
  resident: number[]
  share: number[]
  parts: Map<string, MemoryPart>
  stageMs: [stage: string, ms: number][]
}

async function measureSizes(client: ServiceClient): Promise<void> {
  const batches: MeasuredBatch[] = []
  for (const [index, size] of values.sizes.split(',').map(Number).entries()) {
    await client.registerGuests(firstEventId + 1 + index, size)
    service.stages.clear()
    batches.push(await measureBatch(client, firstEventId + 1 + index, size))
  }
  const largest = batches.toSorted((one, other) => other.size - one.size)[0]
  if (largest) process.stdout.write(`${describeBatches(batches)}\n${describeStages(largest)}\n${describeMemory(largest)}\n`)
}

async function measureBatch(client: ServiceClient, eventId: number, size: number): Promise<MeasuredBatch> {
  const sampling = sampleTree(service.pid, memorySampleMs)
  try {
    const followed = await followBatch(client, eventId, size)
    const samples = sampling.stop()
    const resident = samples.map(({ residentBytes }) => residentBytes)
    const share = samples.map(({ shareBytes }) => shareBytes)
    process.stderr.write(`${size} tickets: ${followed.totalSeconds.toFixed(1)} s\n`)
    const parts = measureTree(service.pid).parts
    return { ...followed, size, resident, share, parts, stageMs: service.stages.meanMs() }
  } finally {
    sampling.stop()
  }
}

function describeBatches(batches: MeasuredBatch[]): string {
  const row = (title: string, target: string, describe: (batch: MeasuredBatch) => string) => [
    title,
    ...batches.map(describe),
    target,
  ]
  return writeTable(
    ['end to end through the local stack', ...batches.map(({ size }) => `${size} tickets`), 'target'],
    [
      row('tickets/s', '≥ 120', ({ size, totalSeconds }) => (size / totalSeconds).toFixed(1)),
      row('ms a ticket', 'equal ±10%', ({ size, totalSeconds }) => ((totalSeconds * 1000) / size).toFixed(2)),
      row('accepted after', '≤ 2 s', ({ acceptSeconds }) => `${acceptSeconds.toFixed(2)} s`),
      row('first ticket downloaded after', '≤ 2 s', ({ firstDownloadSeconds }) => `${firstDownloadSeconds.toFixed(2)} s`),
      row('time left, estimated at 20% done, against truth', '±25%', ({ estimateError }) => percent(estimateError)),
      row('most memory of the process tree, shared pages counted once (PSS)', '≤ 1500 MB', ({ share }) =>
        megabytes(Math.max(...share)),
      ),
      row('PSS, last quarter of the time against second', 'flat', ({ share }) => percent(growth(share))),
      row('most memory, shared pages counted in each process (RSS)', '', ({ resident }) => megabytes(Math.max(...resident))),
      row('RSS, last quarter against second', 'flat', ({ resident }) => percent(growth(resident))),
      row('generated / failed', 'all / 0', ({ generatedCount, failedCount }) => `${generatedCount} / ${failedCount}`),
    ],
  )
}

function describeStages({ stageMs, size }: MeasuredBatch): string {
  const total = stageMs.reduce((sum, [, ms]) => sum + ms, 0)
  const rows = stageMs.map(([stage, ms]) => [stage, ms.toFixed(2), `${((ms / total) * 100).toFixed(0)}%`])
  return writeTable(
    [`stage, in one renderer (${size} tickets)`, 'ms a ticket', 'share'],
    [...rows, ['all', total.toFixed(2), '']],
  )
}

function describeMemory({ parts, size }: MeasuredBatch): string {
  const rows = [...parts].map(([kind, { processes, residentBytes, shareBytes }]) => [
    ...[kind, `${processes}`, megabytes(residentBytes), megabytes(shareBytes)],
  ])
  return writeTable([`memory at the end of ${size} tickets`, 'processes', 'RSS', 'PSS'], rows)
}

/** Lets single tickets and a high batch arrive while a crowd's normal batch is printed, and cancels what is left of that. */
async function measureCrowd(client: ServiceClient, crowd: number): Promise<string> {
  const eventId = firstEventId + 100
  await client.registerGuests(eventId, crowd + highSize)
  const normal = await client.createBatch(eventId, [1, crowd], 'normal')
  await waitUntilProcessed(client, normal, crowd / 20)
  const singleMs: number[] = []
  for (let index = 1; index <= singleCount; index++) {
    const sentAt = performance.now()
    await client.generate(eventId, crowd + highSize + index)
    singleMs.push(performance.now() - sentAt)
  }
  const before = await client.batchStatus(normal, 1)
  const sentAt = performance.now()
  const high = await client.createBatch(eventId, [crowd + 1, crowd + highSize], 'high')
  await waitUntilProcessed(client, high, highSize)
  const highSeconds = (performance.now() - sentAt) / 1000
  const after = await client.batchStatus(normal, 1)
  await client.cancelBatch(normal)
  const overtaken = (after.processedCount - before.processedCount) / crowd
  return writeTable(
    [`while a normal batch of ${crowd} is printed`, 'measured', 'target'],
    [
      [`${singleCount} single tickets one by one: median`, `${median(singleMs).toFixed(0)} ms`, '≤ 500 ms'],
      ['the slowest of them', `${Math.max(...singleMs).toFixed(0)} ms`, ''],
      [`a high batch of ${highSize} is done after`, `${highSeconds.toFixed(2)} s`, ''],
      ['of the normal batch, done in that time', percent(overtaken), '≤ 20%'],
    ],
  )
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)}%` : 'too short'
}
