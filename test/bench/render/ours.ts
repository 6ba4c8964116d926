import { ticketsPerChunk } from '../../../functions/contract/queues.ts'
import { type Fallback, openPrinter } from '../../../functions/print/printer.ts'
import { cacheFolder } from '../../fixtures/printing.ts'
import type { Engine, EngineSettings, OpenEngine } from './engine.ts'
import { loadTemplate } from './ticket-html.ts'
import type { BenchTicket } from './tickets.ts'

const createdAt = new Date('2026-03-04T05:06:07Z')
const deadlineMs = 30_000

/** Opens this service's printer: chunks of tickets, filled, printed in one document and split. */
export const open: OpenEngine = (settings) => openOurs(settings, { tagCache: true })

/** Opens it with the tag cache on or off. */
export async function openOurs(
  { environment, templateFile }: EngineSettings,
  { tagCache }: { tagCache: boolean },
): Promise<Engine> {
  const fill = await loadTemplate(templateFile)
  const warn = ({ reason }: Fallback) => process.stderr.write(`ours: ${reason}\n`)
  const printer = openPrinter({ cacheFolder, environment, onFallback: warn, tagCache })
  const document = (ticket: BenchTicket) => ({
    html: fill(ticket),
    title: ticket.ticketCode,
    createdAt,
    templateKey: templateFile,
  })
  return {
    print: async (tickets) => {
      const pdfs: Uint8Array[] = []
      for (let at = 0; at < tickets.length; at += ticketsPerChunk) {
        const chunk = tickets.slice(at, at + ticketsPerChunk)
        pdfs.push(...(await printer.print(chunk.map(document), deadlineMs)).map(({ pdf }) => pdf))
      }
      return pdfs
    },
    close: () => printer.close(),
  }
}
