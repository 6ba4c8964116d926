import { once } from 'node:events'
import { Readable } from 'node:stream'
import ZipStream from 'zip-stream'

/** Packs files into a ZIP stream with backpressure, uncompressed: the streams of a PDF already are. */
export function zipFiles(entries: AsyncIterable<{ name: string; content: Uint8Array }>, date: Date): Readable {
  const archive = new ZipStream({ store: true })
  const pack = async () => {
    for await (const { name, content } of entries) {
      await addEntry(archive, { name, content, date })
      // zip-stream accepts a buffer without backpressure of its own.
      if (archive.writableNeedDrain) await once(archive, 'drain')
    }
    archive.finish()
  }
  pack().catch((error) => archive.destroy(error))
  // zip-stream is not an instance of Node's own stream class, which the S3 client requires.
  return Readable.from(archive)
}

function addEntry(archive: ZipStream, { name, content, date }: { name: string; content: Uint8Array; date: Date }): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.entry(Buffer.from(content), { name, date }, (error) => (error ? reject(error) : resolve()))
  })
}
