import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSteps } from '../../../../bin/local/process/start-steps.ts'

/** Collects what is written; `isTTY` makes it a terminal. */
function stream(isTTY: boolean) {
  const written: string[] = []
  return { isTTY, columns: 80, written, write: (text: string) => written.push(text) }
}

test('each step is a line once it is over, and its result is returned', async () => {
  const output = stream(false)
  const runStep = openSteps(output)
  assert.equal(await runStep('Starting PostgreSQL', async () => 7), 7)
  assert.match(output.written.join(''), /^Starting PostgreSQL: 0\.\d s\n$/)
})

test('a step that fails rejects, and leaves no line of it', async () => {
  const output = stream(false)
  await assert.rejects(
    openSteps(output)('Starting PostgreSQL', () => Promise.reject(new Error('no'))),
    /no/,
  )
  assert.deepEqual(output.written, [])
})

test('a terminal shows the steps that run, and how far a long one is', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const now = t.mock.method(performance, 'now', () => 0)
  const output = stream(true)
  const { promise, resolve } = Promise.withResolvers<void>()
  const running = openSteps(output)('Unpacking fonts', async (onProgress) => {
    onProgress(0.5)
    await promise
  })
  now.mock.mockImplementation(() => 3000)
  t.mock.timers.tick(100)
  assert.match(output.written.at(-1) ?? '', /Unpacking fonts █{8}░{8} 50%$/)
  resolve()
  await running
  assert.match(output.written.join(''), /Unpacking fonts: 3\.0 s\n/)
})
