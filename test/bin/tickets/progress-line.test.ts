import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatSeconds, openProgress } from '../../../bin/tickets/progress-line.ts'

const state = { done: 2500, total: 10_000, failed: 0, saved: undefined, estimatedCompletion: null }

function terminal(columns = 120) {
  const written: string[] = []
  return { written, isTTY: true, columns, write: (text: string) => written.push(text) }
}

test('a terminal shows a bar, the counts, the time that the service expects, files and failures', () => {
  const stream = terminal()
  const inThreeMinutes = new Date(Date.now() + 185_000).toISOString()
  openProgress(stream, { isQuiet: false }).show({ ...state, failed: 3, saved: 2400, estimatedCompletion: inThreeMinutes })
  assert.match(
    stream.written[0] ?? '',
    /████░░░░░░░░░░░░ 2,500\/10,000 tickets, 0\/s, 3 min 0[45] s left, 2,400 files, 3 failed$/,
  )
})

test('the line never wraps, and a note goes above it', () => {
  const stream = terminal(30)
  const progress = openProgress(stream, { isQuiet: false })
  progress.show(state)
  progress.log('Trying again')
  progress.end()
  const line = '████░░░░░░░░░░░░ 2,500/10,000'
  assert.deepEqual(stream.written, [`\r\u001b[2K${line}`, `\r\u001b[2KTrying again\n${line}`, '\n'])
})

test('the rate is that of the last ten seconds', (context) => {
  let nowMs = 0
  context.mock.method(performance, 'now', () => nowMs)
  const stream = terminal()
  const progress = openProgress(stream, { isQuiet: false })
  for (const [atMs, done] of [
    [0, 0],
    [10_000, 100],
    [20_000, 2100],
  ] as const) {
    nowMs = atMs
    progress.show({ ...state, done })
  }
  assert.match(stream.written.at(-1) ?? '', / 200\/s/)
})

test('what is not a terminal gets a line now and then, and a quiet command none', (context) => {
  let nowMs = 0
  context.mock.method(performance, 'now', () => nowMs)
  const stream = { ...terminal(), isTTY: false }
  const [plain, quiet] = [openProgress(stream, { isQuiet: false }), openProgress(stream, { isQuiet: true })]
  for (const atMs of [0, 1000, 6000]) {
    nowMs = atMs
    plain.show({ ...state, done: 100 })
    quiet.show(state)
  }
  assert.deepEqual(stream.written, ['100/10,000 tickets, 0/s\n'])
})

test('durations are written as people read them', () => {
  assert.deepEqual([0, 59.4, 185, 3725].map(formatSeconds), ['0 s', '59 s', '3 min 05 s', '1 h 02 min'])
})
