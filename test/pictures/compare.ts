import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import pixelmatch from 'pixelmatch'
import { PNG } from 'pngjs'
import { service } from '../fixtures/service-and-browser.ts'
import { makePictures } from './pictures.ts'
import { recordBatch } from './recording.ts'

const docs = path.join(import.meta.dirname, '../../docs')
const mendBy = 'run "npm run pictures" and look at them'
/** Codes, times and the corners of letters differ from run to run. */
const mostDiffering = 0.02

test('the pictures of the documents show what the service makes now', async () => {
  const made = ['batch.svg']
  for await (const { name, png } of makePictures(service)) {
    made.push(`${name}.png`)
    const kept = path.join(docs, `${name}.png`)
    assert.ok(existsSync(kept), `docs/${name}.png is missing: ${mendBy}`)
    const [now, then] = [PNG.sync.read(png), PNG.sync.read(readFileSync(kept))]
    assert.deepEqual([now.width, now.height], [then.width, then.height], `docs/${name}.png has another size: ${mendBy}`)
    const { width, height } = now
    const share = pixelmatch(now.data, then.data, undefined, width, height, { threshold: 0.2 }) / (width * height)
    assert.ok(share <= mostDiffering, `docs/${name}.png differs in ${(100 * share).toFixed(1)} %: ${mendBy}`)
  }
  assert.deepEqual(globSync('*.{png,svg}', { cwd: docs }).toSorted(), made.toSorted())
  compareRecording(await recordBatch(service.url, 12))
})

/** Compares what the command says at its end. */
function compareRecording(frames: Awaited<ReturnType<typeof recordBatch>>): void {
  const kept = readFileSync(path.join(docs, 'batch.svg'), 'utf8').split('<g ').at(-1) ?? ''
  const said = Array.from(kept.matchAll(/<text[^>]*>([^<]*)/g), ([, line = '']) => withoutFigures(line))
  const { lines = [] } = frames.at(-1) ?? {}
  assert.deepEqual(said, lines.map(withoutFigures), mendBy)
}

/** Replaces figures and how much a bar is filled, which depend on the machine. */
function withoutFigures(line: string): string {
  return line.replaceAll(/\d+(\.\d+)?/g, '0').replaceAll(/[█░]+/g, '█')
}
