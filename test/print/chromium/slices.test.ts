import assert from 'node:assert/strict'
import fs from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { after, mock, test } from 'node:test'
import { zstdCompressSync } from 'node:zlib'
import { joinSlices, sliceName } from '../../../functions/print/chromium/slices.ts'

const folder = await mkdtemp(path.join(os.tmpdir(), 'slices-'))
after(() => rm(folder, { recursive: true }))
const content = Buffer.from(Array.from({ length: 2500 }, (_, at) => at % 251))
const sliceBytes = 1000
for (const index of [0, 1, 2]) {
  const slice = content.subarray(index * sliceBytes, (index + 1) * sliceBytes)
  await writeFile(path.join(folder, sliceName(index)), zstdCompressSync(slice))
}

test('an executable is complete even if the disk makes short writes', async () => {
  const write = fs.writeSync
  const short = (file: number, buffer: Uint8Array, offset = 0, length = buffer.length - offset, position?: number | null) =>
    write(file, buffer, offset, Math.min(length, 300), position)
  const writing = mock.method(fs, 'writeSync', short)
  syncBuiltinESMExports()
  const file = path.join(folder, 'chromium')
  joinSlices(folder, { name: 'x', slices: 3, sliceBytes }, file)
  writing.mock.restore()
  syncBuiltinESMExports()
  assert.deepEqual(await readFile(file), content)
})
