import { type Camera, startCamera } from './camera.ts'
import { hideTools, openCameraChoice, showTools } from './camera-tools.ts'
import { readSettings } from './device-settings.ts'
import { find } from './find.ts'
import { showNote } from './view.ts'
import { type Word, write } from './words.ts'

// A code that stays in view, or comes back within this time, is the same presentation.
const repeatMs = 3000
// To save the battery, a camera that sees no code for this long is turned off.
const restMs = 60_000

/** Wires the page's buttons to the camera. `onCode` is called once for each presentation of a code. */
export function openCamera(onCode: (text: string) => void, closed: AbortSignal): void {
  const toggle = find('camera', HTMLButtonElement)
  let camera: Camera | undefined
  let isStarting = false
  let resting: ReturnType<typeof setTimeout> | undefined
  const show = (state: CameraState) => {
    showCamera(state)
    toggle.setAttribute('aria-pressed', String(state === 'seeing'))
  }
  const stop = (state: CameraState = 'off') => {
    clearTimeout(resting)
    camera?.stop()
    camera = undefined
    hideTools()
    show(state)
    keepAwake(false)
  }
  const restLater = () => {
    clearTimeout(resting)
    resting = setTimeout(() => stop('resting'), restMs)
  }
  const isNew = makeRepeatCheck()
  const onText = (text: string) => {
    restLater()
    if (isNew(text)) onCode(text)
  }
  const start = async () => {
    if (camera || isStarting) return
    isStarting = true
    showNote(null)
    try {
      const { cameraId } = readSettings()
      camera = await startCamera(find('video', HTMLVideoElement), { cameraId, onText, onEnd: () => stop() })
      show('seeing')
      restLater()
      await Promise.all([showTools(camera.track), keepAwake(true)])
    } catch (error) {
      showNote(explain(error))
    } finally {
      isStarting = false
    }
  }
  closed.addEventListener('abort', () => stop())
  toggle.addEventListener('click', () => (camera ? stop() : start()))
  find('start-camera', HTMLButtonElement).addEventListener('click', start)
  document.addEventListener('visibilitychange', () => camera && document.visibilityState === 'visible' && keepAwake(true))
  openCameraChoice(() => {
    if (!camera) return
    stop()
    start()
  })
}

type CameraState = 'off' | 'seeing' | 'resting'

function showCamera(state: CameraState): void {
  find('stage', HTMLElement).dataset.camera = state
  write(find('hint', HTMLElement), state === 'resting' ? 'camera_resting' : 'scan_hint')
  write(find('start-camera', HTMLButtonElement), state === 'resting' ? 'wake_camera' : 'start_camera')
}

function makeRepeatCheck(): (text: string) => boolean {
  let last = { text: '', at: 0 }
  return (text) => {
    const isSame = text === last.text && performance.now() - last.at < repeatMs
    last = { text, at: performance.now() }
    return !isSame
  }
}

let wakeLock: WakeLockSentinel | undefined

/** Keeps the phone awake while the camera sees, since a sleeping phone scans nothing. Scanning works without it too. */
async function keepAwake(isAwake: boolean): Promise<void> {
  await wakeLock?.release().catch(() => undefined)
  wakeLock = isAwake ? await navigator.wakeLock?.request('screen').catch(() => undefined) : undefined
}

function explain(error: unknown): Word {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError') return 'camera_blocked'
  return name === 'NotReadableError' ? 'camera_busy' : 'camera_failed'
}
