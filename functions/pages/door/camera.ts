/** A running camera that reads QR codes. */
export interface Camera {
  /** The camera itself, whose torch and zoom can be set. */
  track: MediaStreamTrack
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

// Time between two readings for taps and painting, and to keep the phone cool.
const pauseMs = 30
const longestSide = 960
// Read again after this time even without a new frame, as when the page is covered.
const frameTimeoutMs = 250

/** The camera to use, and its callbacks: `onText` for every QR code in view, `onEnd` if the camera stops by itself. */
export interface CameraUse {
  /** The chosen camera; null takes the rear one. */
  cameraId: string | null
  onText(text: string): void
  onEnd(): void
}

/** Starts the camera. @throws DOMException if there is no camera, or access is denied. */
export async function startCamera(video: HTMLVideoElement, { cameraId, onText, onEnd }: CameraUse): Promise<Camera> {
  const stream = await openStream(cameraId)
  const [track] = stream.getVideoTracks()
  const state = { isOn: true }
  const stop = () => {
    state.isOn = false
    for (const one of stream.getTracks()) one.stop()
    video.srcObject = null
  }
  const end = () => {
    stop()
    onEnd()
  }
  if (!track) throw new DOMException('The stream has no video.', 'NotFoundError')
  track.addEventListener('ended', end)
  video.srcObject = stream
  try {
    await video.play()
    const read = await makeFrameReader()
    watch(video, { read, onText, isOn: () => state.isOn }).catch(end)
  } catch (error) {
    stop()
    throw error
  }
  return { track, stop }
}

/** Opens the chosen camera, or the rear one if that is unplugged or none is chosen. */
async function openStream(cameraId: string | null): Promise<MediaStream> {
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } }
  const video = cameraId ? { deviceId: { ideal: cameraId }, ...size } : { facingMode: 'environment', ...size }
  return navigator.mediaDevices.getUserMedia({ audio: false, video })
}

async function watch(
  video: HTMLVideoElement,
  { read, onText, isOn }: { read: FrameReader; onText(text: string): void; isOn(): boolean },
): Promise<void> {
  while (isOn()) {
    const texts = document.visibilityState === 'visible' && video.videoWidth > 0 ? await read(video) : []
    for (const text of texts) if (isOn() && text) onText(text)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    await nextFrame(video)
  }
}

/** Waits for the next frame, since reading the same one again would only delay it. */
function nextFrame(video: HTMLVideoElement): Promise<void> {
  // Firefox supports it since 2024.
  if (!('requestVideoFrameCallback' in video)) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, frameTimeoutMs)
    video.requestVideoFrameCallback(() => {
      clearTimeout(timer)
      resolve()
    })
  })
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
