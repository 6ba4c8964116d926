import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { checkContent } from '../../../functions/domain/templates/check-content.ts'

const fonts = {
  variable: '@fontsource-variable/noto-sans-hebrew/files/noto-sans-hebrew-latin-wght-normal.woff2',
  static: '@fontsource/noto-sans-malayalam/files/noto-sans-malayalam-latin-400-normal.woff2',
}

test('a warning names a variable font and its cost, and no static one', async () => {
  const assets = await Promise.all(
    Object.entries(fonts).map(async ([name, file]) => {
      const content = await readFile(new URL(import.meta.resolve(file)))
      return { name, type: 'font/woff2' as const, content }
    }),
  )
  const { problems } = checkContent({ source: '{{qrCode}}', labels: {}, sample: {}, assets })
  const found = problems.filter(({ code }) => code === 'VARIABLE_FONT')
  assert.deepEqual(
    found.map(({ severity, message }) => [severity, message]),
    [['warning', 'the font variable is variable, which costs each ticket about 35 KB and 1 ms more than a static one']],
  )
})
