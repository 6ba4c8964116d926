import type { CDPSession, Protocol } from 'puppeteer-core/lib/puppeteer/puppeteer-core-browser.js'

/** Takes a screenshot as a PNG. Requests frames until it is taken, since the page draws none by itself. */
export async function takeScreenshot(session: CDPSession, clip: Protocol.Page.Viewport): Promise<Buffer> {
  let isTaken = false
  const screenshot = session
    .send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true, captureBeyondViewport: true, clip })
    .finally(() => {
      isTaken = true
    })
  const drawFrames = async (): Promise<void> => {
    while (!isTaken) await session.send('HeadlessExperimental.beginFrame')
  }
  const [{ data }] = await Promise.all([screenshot, drawFrames()])
  return Buffer.from(data, 'base64')
}
