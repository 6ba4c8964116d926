import type { OpenEngine } from '../render/engine.ts'
import { loadTemplate } from '../render/ticket-html.ts'
import { launch, pdfOptions } from './chromium.ts'

/** Opens one browser with one page that prints ticket after ticket. */
export const open: OpenEngine = async (settings) => {
  const fill = await loadTemplate(settings.templateFile)
  const browser = await launch(settings)
  const page = await browser.newPage()
  return {
    print: async (tickets) => {
      const pdfs: Uint8Array[] = []
      for (const ticket of tickets) {
        await page.setContent(fill(ticket), { waitUntil: 'load' })
        pdfs.push(await page.pdf(pdfOptions))
      }
      return pdfs
    },
    close: () => browser.close(),
  }
}
