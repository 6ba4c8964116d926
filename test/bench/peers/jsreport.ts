import { readFile } from 'node:fs/promises'
import chromePdf from '@jsreport/jsreport-chrome-pdf'
import jsreport from '@jsreport/jsreport-core'
import handlebars from '@jsreport/jsreport-handlebars'
import { qrDataUrl, qrSvg } from '../../../functions/codes/qr-code.ts'
import type { OpenEngine } from '../render/engine.ts'
import type { BenchTicket } from '../render/tickets.ts'
import { launchOptions } from './chromium.ts'

const workers = 2
const margins = { marginTop: '0', marginRight: '0', marginBottom: '0', marginLeft: '0' }

/** Opens jsreport as a library: Handlebars and a pool of two Chromium, for two callers. */
export const open: OpenEngine = async (settings) => {
  const source = await readFile(settings.templateFile, 'utf8')
  const content = source.replaceAll('{{qrCode}}', '{{{qrCode}}}')
  const reporter = jsreport({
    loadConfig: false,
    useExtensionsLocator: false,
    tempDirectory: settings.temporaryFolder,
    logger: { silent: true },
    workers: { numberOfWorkers: workers },
    extensions: {
      'chrome-pdf': { strategy: 'chrome-pool', numberOfWorkers: workers, launchOptions: launchOptions(settings) },
    },
  })
  await reporter.use(chromePdf()).use(handlebars()).init()
  const print = async ({ qrPayload, ...ticket }: BenchTicket): Promise<Uint8Array> => {
    const report = await reporter.render({
      template: {
        content,
        engine: 'handlebars',
        recipe: 'chrome-pdf',
        chrome: { printBackground: true, format: 'A4', ...margins },
      },
      data: { ...ticket, qrCode: qrSvg(qrPayload), qrCodeUrl: qrDataUrl(qrPayload) },
    })
    return report.content
  }
  return {
    print: async (tickets) => {
      const pdfs: Uint8Array[] = []
      const waiting = tickets.entries()
      const callers = Array.from({ length: workers }, async () => {
        for (const [index, ticket] of waiting) pdfs[index] = await print(ticket)
      })
      await Promise.all(callers)
      return pdfs
    },
    close: async () => {
      await reporter.close()
    },
  }
}
