import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import puppeteer, { type Page } from 'puppeteer-core'
import QRCode from 'qrcode'
import { unpackChromium } from '../../functions/print/chromium/binary.ts'
import { startService } from '../fixtures/running-service.ts'

/**
 * Measures how long a door takes from the first camera frame with a code to the painted verdict, online and offline,
 * in a real Chromium whose camera films a row of tickets: grey, a code, grey, the next code.
 * `node test/bench/door-camera.ts`
 */
const ticketCount = 10
const [width, height, framesPerSecond, framesOfCode, framesOfGrey] = [640, 480, 15, 9, 6]
// A corner of the picture is white while a code is in it, and grey otherwise.
const grey = 96

const service = await startService({ renderers: 1 })
const folder = await mkdtemp(path.join(os.tmpdir(), 'door-camera-'))
const film = path.join(folder, 'film.y4m')
const eventId = 77
await service.call('PUT', `/api/events/${eventId}`, {
  ...{ title: 'Gala', startsAt: new Date().toISOString(), timezone: 'Europe/Paris', location: 'Here' },
})
for (const mode of ['online', 'offline'] as const) {
  await writeFilm(
    await Promise.all(Array.from({ length: ticketCount }, (_none, at) => makePayload(at + (mode === 'online' ? 1 : 1000)))),
  )
  const millis = (await measure(mode)).toSorted((one, other) => one - other)
  const at = (share: number) => millis[Math.ceil(millis.length * share) - 1]?.toFixed(0)
  console.log(`${mode}: ${millis.length} verdicts, median ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms`)
}
await service.stop()
await rm(folder, { recursive: true })

async function makePayload(guestId: number): Promise<string> {
  const data = { firstName: 'Ada', lastName: String(guestId), email: 'a@example.com', ticketType: 'VIP' }
  const { json } = await service.call('POST', '/api/tickets/generate', { eventId, guestId, data })
  return (await service.call('GET', `/api/tickets/${json.data.ticketId}`)).json.data.qrPayload
}

/** Films the codes, each after a pause, as YUV4MPEG2: text headers and raw planes. */
async function writeFilm(payloads: string[]): Promise<void> {
  const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420jpeg\n`)
  const pause = Array.from({ length: framesOfGrey }, () => frame(Buffer.alloc(width * height, grey)))
  const codes = payloads.flatMap((payload) => [...pause, ...Array.from({ length: framesOfCode }, () => frame(draw(payload)))])
  await writeFile(film, Buffer.concat([header, ...codes]))
}

function frame(luma: Buffer): Buffer {
  return Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc((width * height) / 2, 128)])
}

function draw(payload: string): Buffer {
  const { modules } = QRCode.create([{ data: payload, mode: 'alphanumeric' }], { errorCorrectionLevel: 'Q' })
  const luma = Buffer.alloc(width * height, 255)
  const scale = Math.floor((height - 120) / modules.size)
  const [left, top] = [Math.floor((width - scale * modules.size) / 2), Math.floor((height - scale * modules.size) / 2)]
  for (let y = 0; y < modules.size * scale; y++)
    for (let x = 0; x < modules.size * scale; x++)
      if (modules.get(Math.floor(y / scale), Math.floor(x / scale))) luma[(top + y) * width + left + x] = 0
  return luma
}

async function measure(mode: 'online' | 'offline'): Promise<number[]> {
  const { executable, libraries } = await unpackChromium(path.join(os.tmpdir(), 'ticket-generator'))
  const fake = [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${film}`,
  ]
  const browser = await puppeteer.launch({
    ...{ executablePath: executable, env: { LD_LIBRARY_PATH: libraries }, headless: 'shell', pipe: true },
    args: ['--no-sandbox', ...fake],
  })
  const page = await browser.newPage()
  const { json } = await service.call('POST', `/api/events/${eventId}/doors`, { label: 'North gate' })
  const link = new URL(json.data.url)
  await page.goto(`${service.url}/door${link.hash}`)
  await page.waitForSelector('#network[data-online="true"]')
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  if (mode === 'offline') {
    await page.setOfflineMode(true)
    await page.waitForSelector('#network[data-online="false"]')
  }
  await watch(page)
  await page.click('#start-camera')
  await page.waitForFunction(
    (count) => Reflect.get(window, 'verdictMillis').length >= count,
    { timeout: 60_000 },
    ticketCount - 1,
  )
  const millis = await page.evaluate(() => Reflect.get(window, 'verdictMillis'))
  await browser.close()
  return millis
}

/** Notes the time of each first frame with a code, and of each verdict once it is painted. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const millis: number[] = []
    Object.assign(window, { verdictMillis: millis })
    const video = document.querySelector('video')
    const stage = document.querySelector('#verdict')
    const pixel = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
    if (!video || !stage || !pixel) throw new Error('The page has no video.')
    let seenAt: number | undefined
    let wasCode = false
    const look: VideoFrameRequestCallback = (now) => {
      pixel.drawImage(video, 2, 2, 1, 1, 0, 0, 1, 1)
      const isCode = (pixel.getImageData(0, 0, 1, 1).data[0] ?? 0) > 200
      if (isCode && !wasCode) seenAt = now
      wasCode = isCode
      video.requestVideoFrameCallback(look)
    }
    video.requestVideoFrameCallback(look)
    new MutationObserver(() => {
      const since = seenAt
      if (!stage.querySelector('.headline') || since === undefined) return
      seenAt = undefined
      requestAnimationFrame(() => millis.push(performance.now() - since))
    }).observe(stage, { childList: true })
  })
}
