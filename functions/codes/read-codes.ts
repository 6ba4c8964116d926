import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { loadOnce } from '../runtime/lazy.ts'

/** Reads the texts of the QR codes and barcodes in a PNG or JPEG. The first call loads the reader. */
export async function readCodes(image: Uint8Array): Promise<string[]> {
  const { readBarcodes } = await loadReader()
  for (const effort of [quick, hard]) {
    const found = await readBarcodes(image, { ...effort, formats: [...formats], maxNumberOfSymbols: 8 })
    const texts = found.filter(({ isValid }) => isValid).map(({ text }) => text)
    if (texts.length > 0) return texts
  }
  return []
}

const formats = ['QRCode', 'Code128', 'PDF417', 'Aztec', 'DataMatrix'] as const
const quick = { tryHarder: false, tryRotate: false, tryInvert: false, tryDownscale: false }
const hard = { tryHarder: true }

const loadReader = loadOnce(async () => {
  const { prepareZXingModule, readBarcodes } = await import('zxing-wasm/reader')
  const bytes = await readFile(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')))
  await prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(bytes).buffer }, fireImmediately: true })
  return { readBarcodes }
})
