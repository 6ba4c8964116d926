import { PDFDocument } from '@cantoo/pdf-lib'
import type { Engine, EngineSettings } from './engine.ts'
import type { BenchTicket } from './tickets.ts'

/** What the benchmark asks of an engine's process. */
export type EngineRequest = { settings: EngineSettings } | { tickets: BenchTicket[] } | { inspect: true }

/** What an engine's process answers: that it is open, that a round is done, or what the round came to. */
export type EngineAnswer =
  | { ready: true }
  | { failure: string }
  | { pdfBytes: number[]; pageCounts: number[]; sample: Uint8Array }

// This process holds one engine, so that the engines do not share a heap, and each can be given a core of its own.
const { open } = await import(process.argv[2] ?? '')
let engine: Engine | undefined
let pdfs: Uint8Array[] = []

process.on('message', (request: EngineRequest) => {
  answer(request).then(
    (reply) => process.send?.(reply),
    (error: unknown) => process.send?.({ failure: error instanceof Error ? error.message : String(error) }),
  )
})
process.on('disconnect', () => void (engine?.close() ?? Promise.resolve()).finally(() => process.exit(0)))

async function answer(request: EngineRequest): Promise<EngineAnswer> {
  if ('settings' in request) engine = await open(request.settings)
  if ('tickets' in request) pdfs = (await engine?.print(request.tickets)) ?? []
  if (!('inspect' in request)) return { ready: true }
  const pageCounts: number[] = []
  for (const pdf of pdfs) pageCounts.push((await PDFDocument.load(pdf, { updateMetadata: false })).getPageCount())
  return { pdfBytes: pdfs.map((pdf) => pdf.length), pageCounts, sample: pdfs[0] ?? new Uint8Array() }
}
