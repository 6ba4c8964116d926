import { ticketsPerChunk } from '../../../functions/contract/queues.ts'

/**
 * One way to make tickets. `processes` run in parallel, one per core; a way that uses all cores by itself has one.
 * `perRound` tickets take some seconds.
 */
export interface Way {
  name: string
  module: URL
  processes: number
  perRound: number
}

const peer = (file: string) => new URL(`../peers/${file}`, import.meta.url)

/** This service's own way, the baseline of the comparison. */
export const ours: Way = {
  name: `ours: ${ticketsPerChunk} tickets a print`,
  module: new URL('ours.ts', import.meta.url),
  processes: 2,
  perRound: 800,
}

/** Lists every way that is compared, each given two cores. */
export const ways: Way[] = [
  { name: 'browser launched for each ticket, network idle', module: peer('launch-each.ts'), processes: 2, perRound: 8 },
  { name: 'warm browser, one page, setContent and pdf', module: peer('warm-page.ts'), processes: 2, perRound: 120 },
  { name: 'puppeteer-cluster 0.25, 2 pages', module: peer('page-cluster.ts'), processes: 1, perRound: 80 },
  { name: 'jsreport 4.13, chrome-pool, 2 workers', module: peer('jsreport.ts'), processes: 1, perRound: 80 },
  { name: 'pdfme 6.1 (no HTML)', module: peer('pdfme.ts'), processes: 2, perRound: 80 },
  { name: 'Typst 0.7 for Node (no HTML)', module: peer('typst.ts'), processes: 2, perRound: 600 },
  {
    name: 'ours, tagged by Chromium, cache off',
    module: new URL('ours-cache-off.ts', import.meta.url),
    processes: 2,
    perRound: 800,
  },
  ours,
]
