import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** Reads the QR codes and barcodes in a PNG or JPEG, as a scanner would; answers their texts. The reader is loaded with the first call. */
export async function readCodes(image: Uint8Array): Promise<string[]> {
  reader ??= loadReader()
  const { readBarcodes } = await reader
  const found = await readBarcodes(image, {
    tryHarder: true,
    formats: ['QRCode', 'Code128', 'PDF417', 'Aztec', 'DataMatrix'],
    maxNumberOfSymbols: 8,
  })
  return found.filter(({ isValid }) => isValid).map(({ text }) => text)
}

let reader: ReturnType<typeof loadReader> | undefined

async function loadReader() {
  const { prepareZXingModule, readBarcodes } = await import('zxing-wasm/reader')
  const bytes = await readFile(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')))
  await prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(bytes).buffer }, fireImmediately: true })
  return { readBarcodes }
}
