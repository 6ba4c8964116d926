import { type Camera, startCamera } from './camera.ts'
import { find } from './find.ts'
import { showNote } from './view.ts'

// A code that stays in view, or comes back at once, is the same showing.
const sameShowingMs = 3000

/** Lets the page's buttons start and stop the camera, and hands on each code that is shown to it, once a showing. */
export function openCamera(take: (text: string) => void, closed: AbortSignal): void {
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
      camera = await startCamera(find('video', HTMLVideoElement), { onText: onceAShowing(take), onEnd: stop })
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

function onceAShowing(take: (text: string) => void): (text: string) => void {
  let last = { text: '', at: 0 }
  return (text) => {
    const isSame = text === last.text && performance.now() - last.at < sameShowingMs
    last = { text, at: performance.now() }
    if (!isSame) take(text)
  }
}

/** A phone that sleeps scans nothing; one that cannot be kept awake still scans. */
async function keepAwake(): Promise<void> {
  await navigator.wakeLock?.request('screen').catch(() => undefined)
}

function explain(error: unknown): string {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError') return 'The camera is not allowed: allow it for this page, or type the codes.'
  if (name === 'NotReadableError') return 'Another app holds the camera: close it, or type the codes.'
  return 'No camera could be started: type the codes.'
}
