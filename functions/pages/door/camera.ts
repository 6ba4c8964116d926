/** A running camera that reads QR codes. */
export interface Camera {
  stop(): void
}

type FrameReader = (video: HTMLVideoElement) => Promise<string[]>

interface NativeDetector {
  detect(source: CanvasImageSource): Promise<{ rawValue: string }[]>
}

declare global {
  interface Window {
    BarcodeDetector?: { new (options: { formats: string[] }): NativeDetector; getSupportedFormats(): Promise<string[]> }
  }
}

const pauseMs = 60
const longestSide = 960

/**
 * Starts the rear camera and calls `onText` with every QR code in view, `onEnd` if the camera stops by
 * itself.
 * @throws DOMException if there is no camera, or access is denied.
 */
export async function startCamera(
  video: HTMLVideoElement,
  { onText, onEnd }: { onText(text: string): void; onEnd(): void },
): Promise<Camera> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } },
  })
  const tracks = stream.getVideoTracks()
  const state = { isOn: true }
  const stop = () => {
    state.isOn = false
    for (const track of tracks) track.stop()
    video.srcObject = null
  }
  const end = () => {
    stop()
    onEnd()
  }
  for (const track of tracks) track.addEventListener('ended', end)
  video.srcObject = stream
  try {
    await video.play()
    const read = await makeFrameReader()
    watch(video, { read, onText, isOn: () => state.isOn }).catch(end)
  } catch (error) {
    stop()
    throw error
  }
  return { stop }
}

async function watch(
  video: HTMLVideoElement,
  { read, onText, isOn }: { read: FrameReader; onText(text: string): void; isOn(): boolean },
): Promise<void> {
  while (isOn()) {
    const texts = document.visibilityState === 'visible' && video.videoWidth > 0 ? await read(video) : []
    for (const text of texts) if (isOn() && text) onText(text)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

/** Uses the browser's own detector, which is fastest, or zxing where there is none. */
async function makeFrameReader(): Promise<FrameReader> {
  const Detector = window.BarcodeDetector
  if (Detector && (await Detector.getSupportedFormats()).includes('qr_code')) {
    const detector = new Detector({ formats: ['qr_code'] })
    return async (video) => (await detector.detect(video)).map(({ rawValue }) => rawValue)
  }
  const { prepareZXingModule, readBarcodes } = await import('zxing-wasm/reader')
  const wasm = new URL('zxing_reader.wasm', import.meta.url).href
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true })
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('This browser has no 2D canvas.')
  return async (video) => {
    const scale = Math.min(1, longestSide / Math.max(video.videoWidth, video.videoHeight))
    canvas.width = Math.round(video.videoWidth * scale)
    canvas.height = Math.round(video.videoHeight * scale)
    context.drawImage(video, 0, 0, canvas.width, canvas.height)
    const frame = context.getImageData(0, 0, canvas.width, canvas.height)
    return (await readBarcodes(frame, { formats: ['QRCode'], maxNumberOfSymbols: 1 })).map(({ text }) => text)
  }
}
