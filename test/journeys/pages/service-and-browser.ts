import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after } from 'node:test'
import puppeteer from 'puppeteer-core'
import { unpackChromium } from '../../../functions/print/chromium/binary.ts'
import { startService } from '../running-service.ts'

/** Is the service that all tests of pages in this process share. */
export const service = await startService({ renderers: 1 })

const folder = await mkdtemp(path.join(os.tmpdir(), 'pages-'))

/** Names the file that the browser's camera films, a YUV4MPEG2; it is read when a page opens the camera. */
export const film = path.join(folder, 'film.y4m')

/** Is the browser that all tests of pages share; each opens its pages in a context of its own. */
export const browser = await launchBrowser()

after(async () => {
  await browser.close()
  await service.stop()
  await rm(folder, { recursive: true })
})

async function launchBrowser() {
  const { executable, libraries } = await unpackChromium(
    process.env.BROWSER_CACHE_DIR ?? path.join(os.tmpdir(), 'ticket-generator'),
  )
  return puppeteer.launch({
    executablePath: executable,
    env: { LD_LIBRARY_PATH: libraries },
    args: [
      '--no-sandbox',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-video-capture=${film}`,
    ],
    headless: 'shell',
    pipe: true,
  })
}
