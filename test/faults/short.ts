import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runFaults } from './fault-run.ts'
import type { RandomFault } from './injector.ts'
import { writeReport } from './report.ts'

const faults: RandomFault[] = [
  ...(['renderer', 'browser', 'duplicates', 'sender', 'postmaster', 'browser', 'poison'] as const),
  ...(['server', 'sender', 'renderer', 'eraser', 'purge', 'browser'] as const),
]

test('kills, lost messages and repeated deliveries neither lose nor duplicate a ticket, lose no notice, and leave nobody half erased', async () => {
  const report = await runFaults({
    seed: 11,
    next: () => faults.shift(),
    pauseMs: [100, 600],
    batchSize: 60,
    orphanedAfterSeconds: 6,
    withDoomed: false,
    log: () => undefined,
  })
  const { text, isGood } = writeReport(report)
  assert.ok(isGood, text)
  assert.ok(report.findings.generated > 0, text)
})
