import { type Camera, startCamera } from './camera.ts'
import { find } from './find.ts'
import { showNote } from './view.ts'

// A code that stays in view, or comes back within this time, is the same presentation.
const repeatMs = 3000

/** Wires the page's buttons to the camera. `onCode` is called once for each presentation of a code. */
export function openCamera(onCode: (text: string) => void, closed: AbortSignal): void {
  const toggle = find('camera', HTMLButtonElement)
  let camera: Camera | undefined
  let isStarting = false
  const show = () => {
    find('stage', HTMLElement).classList.toggle('seeing', camera !== undefined)
    toggle.setAttribute('aria-pressed', String(camera !== undefined))
  }
  const stop = () => {
    camera?.stop()
    camera = undefined
    show()
  }
  const start = async () => {
    if (camera || isStarting) return
    isStarting = true
    showNote('')
    try {
      camera = await startCamera(find('video', HTMLVideoElement), { onText: ignoreRepeats(onCode), onEnd: stop })
      show()
      await keepAwake()
    } catch (error) {
      showNote(explain(error))
    } finally {
      isStarting = false
    }
  }
  closed.addEventListener('abort', stop)
  toggle.addEventListener('click', () => (camera ? stop() : start()))
  find('start-camera', HTMLButtonElement).addEventListener('click', start)
  document.addEventListener('visibilitychange', () => camera && document.visibilityState === 'visible' && keepAwake())
}

function ignoreRepeats(onCode: (text: string) => void): (text: string) => void {
  let last = { text: '', at: 0 }
  return (text) => {
    const isSame = text === last.text && performance.now() - last.at < repeatMs
    last = { text, at: performance.now() }
    if (!isSame) onCode(text)
  }
}

/** Keeps the phone awake, since a sleeping phone scans nothing. Scanning works without it too. */
async function keepAwake(): Promise<void> {
  await navigator.wakeLock?.request('screen').catch(() => undefined)
}

function explain(error: unknown): string {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError') return 'Camera access is blocked. Allow it for this page, or type the codes.'
  if (name === 'NotReadableError') return 'Another app is using the camera. Close that app, or type the codes.'
  return 'The camera could not be started. Type the codes.'
}
