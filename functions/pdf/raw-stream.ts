import { decodePDFRawStream, PDFName, type PDFRawStream } from '@cantoo/pdf-lib'
import { inflateContent } from './content-stream.ts'

/** Decodes a content stream into text of one character a byte. */
export function decodeStream(stream: PDFRawStream): string {
  const isPlainFlate = stream.dict.get(filter) === flate && !stream.dict.has(PDFName.of('DecodeParms'))
  // Node's own is several times as fast.
  return isPlainFlate ? inflateContent(stream.contents) : Buffer.from(decodePDFRawStream(stream).decode()).toString('latin1')
}

const filter = PDFName.of('Filter')
const flate = PDFName.of('FlateDecode')
