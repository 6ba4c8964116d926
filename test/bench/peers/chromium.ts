import puppeteer, { type Browser, type LaunchOptions } from 'puppeteer'
import type { EngineSettings } from '../render/engine.ts'

/** Launch options of the peers' Chromium: the service's own binary and fonts, and else as the tutorials do. */
export function launchOptions({ executable, environment, temporaryFolder }: EngineSettings): LaunchOptions {
  return {
    executablePath: executable,
    headless: 'shell',
    args: ['--no-sandbox'],
    env: { ...environment, HOME: temporaryFolder, TMPDIR: temporaryFolder },
  }
}

/** How every peer with a browser prints: the page size and margins are the template's. */
export const pdfOptions = { format: 'A4', preferCSSPageSize: true, printBackground: true } as const

/** Launches a browser. */
export function launch(settings: EngineSettings): Promise<Browser> {
  return puppeteer.launch(launchOptions(settings))
}
