import type { OpenEngine } from '../render/engine.ts'
import { loadTemplate } from '../render/ticket-html.ts'
import { launch, pdfOptions } from './chromium.ts'

/** Opens the way of the usual tutorial: a browser for each ticket, and waiting until the network is idle. */
export const open: OpenEngine = async (settings) => {
  const fill = await loadTemplate(settings.templateFile)
  return {
    print: async (tickets) => {
      const pdfs: Uint8Array[] = []
      for (const ticket of tickets) {
        const browser = await launch(settings)
        const page = await browser.newPage()
        await page.setContent(fill(ticket))
        await page.waitForNetworkIdle()
        pdfs.push(await page.pdf(pdfOptions))
        await browser.close()
      }
      return pdfs
    },
    close: async () => undefined,
  }
}
