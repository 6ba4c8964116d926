import puppeteer from 'puppeteer'
import { Cluster } from 'puppeteer-cluster'
import type { OpenEngine } from '../render/engine.ts'
import { loadTemplate } from '../render/ticket-html.ts'
import { launchOptions, pdfOptions } from './chromium.ts'

/** Opens puppeteer-cluster: one browser, two pages at a time. */
export const open: OpenEngine = async (settings) => {
  const fill = await loadTemplate(settings.templateFile)
  const cluster: Cluster<string, Uint8Array> = await Cluster.launch({
    concurrency: Cluster.CONCURRENCY_PAGE,
    maxConcurrency: 2,
    puppeteer,
    puppeteerOptions: launchOptions(settings),
  })
  await cluster.task(async ({ page, data }) => {
    await page.setContent(data, { waitUntil: 'load' })
    return page.pdf(pdfOptions)
  })
  return {
    print: (tickets) => Promise.all(tickets.map((ticket) => cluster.execute(fill(ticket)))),
    close: () => cluster.close(),
  }
}
