import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { waitUntilProcessed } from './follow-batch.ts'
import { startLocalService } from './local-service.ts'
import { writeTable } from './markdown-table.ts'
import { ServiceClient } from './service-client.ts'
import { measureTree } from './tree-memory.ts'

/**
 * `npm run bench:download` prints the time, size and memory of one PDF and one ZIP with all tickets of a batch. `--tickets` sets the batch size.
 */
const { values } = parseArgs({ options: { tickets: { type: 'string', default: '10000' } } })
const size = Number(values.tickets)
const eventId = 9700
const lookMs = 250
const maker = 'function make-download'

const service = await startLocalService()
try {
  const client = new ServiceClient(service.url)
  await client.registerGuests(eventId, size)
  const batchId = await client.createBatch(eventId, [1, size], 'normal')
  await waitUntilProcessed(client, batchId, size)
  const rows = [await measureDownload(batchId, 'pdf', 20), await measureDownload(batchId, 'zip', 60)]
  const head = [
    `all of ${size} tickets in one file`,
    'made after',
    'target',
    'size',
    'most memory of its function (RSS)',
    'target',
  ]
  process.stdout.write(writeTable(head, rows))
} finally {
  await service.stop()
}

async function measureDownload(batchId: string, format: string, mostSeconds: number): Promise<string[]> {
  const startedAt = performance.now()
  let residentBytes = 0
  let location: string | null = null
  while (!location) {
    const response = await fetch(`${service.url}/api/batches/${batchId}/download?format=${format}`, { redirect: 'manual' })
    if (response.status >= 400) throw new Error(await response.text())
    location = response.headers.get('location')
    await response.body?.cancel()
    residentBytes = Math.max(residentBytes, measureTree(service.pid).parts.get(maker)?.residentBytes ?? 0)
    await delay(lookMs)
  }
  const seconds = (performance.now() - startedAt) / 1000
  const head = await fetch(location, { headers: { range: 'bytes=0-0' } })
  const bytes = Number(head.headers.get('content-range')?.split('/')[1])
  return [format, `${seconds.toFixed(1)} s`, `≤ ${mostSeconds} s`, megabytes(bytes), megabytes(residentBytes), '≤ 500 MB']
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`
}
