import { once } from 'node:events'
import { Readable } from 'node:stream'
import ZipStream from 'zip-stream'

/** Packs files into a ZIP as they come, no faster than it is read. They are stored, not compressed: a PDF's streams are compressed already. */
export function zipFiles(entries: AsyncIterable<{ name: string; content: Uint8Array }>, date: Date): Readable {
  const archive = new ZipStream({ store: true })
  const pack = async () => {
    for await (const { name, content } of entries) {
      await addEntry(archive, { name, content, date })
      // The package takes a buffer at once, however much of what it has is still to be read.
      if (archive.writableNeedDrain) await once(archive, 'drain')
    }
    archive.finish()
  }
  pack().catch((error) => archive.destroy(error))
  // The package's stream is not Node's own class, which the S3 client looks for.
  return Readable.from(archive)
}

function addEntry(archive: ZipStream, { name, content, date }: { name: string; content: Uint8Array; date: Date }): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.entry(Buffer.from(content), { name, date }, (error) => (error ? reject(error) : resolve()))
  })
}
