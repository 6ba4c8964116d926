import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { browser } from '../fixtures/browser.ts'
import { startService } from '../fixtures/running-service.ts'
import { makePictures } from './pictures.ts'
import { drawRecording, recordBatch } from './recording.ts'

// Makes the pictures of README and docs anew: npm run pictures.
const docs = path.join(import.meta.dirname, '../../docs')
const service = await startService({ renderers: 1 })
try {
  for await (const { name, png } of makePictures(service)) {
    await writeFile(path.join(docs, `${name}.png`), png)
    process.stdout.write(`docs/${name}.png: ${Math.ceil(png.length / 1024)} KB\n`)
  }
  await writeFile(path.join(docs, 'batch.svg'), drawRecording(await recordBatch(service.url, 240)))
  process.stdout.write('docs/batch.svg\n')
} finally {
  await browser.close()
  await service.stop()
}
process.exit(0)
