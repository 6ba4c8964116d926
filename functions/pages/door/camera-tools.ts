import { keepSettings, readSettings } from './device-settings.ts'
import { find } from './find.ts'
import { say, write } from './words.ts'

// From the Image Capture draft (https://www.w3.org/TR/image-capture/), which TypeScript's library lacks.
declare global {
  interface MediaTrackCapabilities {
    torch?: boolean
    zoom?: { min: number; max: number; step: number }
  }
  interface MediaTrackConstraintSet {
    torch?: boolean
    zoom?: number
  }
  interface MediaTrackSettings {
    zoom?: number
  }
}

/** Shows the tools of a running camera: torch, zoom, and the choice of another camera. */
export async function showTools(track: MediaStreamTrack): Promise<void> {
  const { torch: hasTorch, zoom: range } = track.getCapabilities?.() ?? {}
  const torch = find('torch', HTMLButtonElement)
  torch.hidden = !hasTorch
  torch.onclick = async () => {
    const isOn = torch.getAttribute('aria-pressed') !== 'true'
    await apply(track, { torch: isOn })
    torch.setAttribute('aria-pressed', String(isOn))
  }
  const zoom = find('zoom', HTMLInputElement)
  find('zoom-label', HTMLElement).hidden = !range || range.max <= range.min
  if (range) {
    Object.assign(zoom, { min: range.min, max: range.max, step: range.step || 0.1 })
    zoom.value = String(track.getSettings().zoom ?? range.min)
  }
  zoom.oninput = () => apply(track, { zoom: Number(zoom.value) })
  await listCameras()
}

/** Hides the tools of a camera that has stopped; its torch went out with it. */
export function hideTools(): void {
  find('torch', HTMLButtonElement).hidden = true
  find('torch', HTMLButtonElement).setAttribute('aria-pressed', 'false')
  find('zoom-label', HTMLElement).hidden = true
}

/** Wires the choice of the camera, which is remembered. */
export function openCameraChoice(onChange: () => void): void {
  const select = find('camera-choice', HTMLSelectElement)
  listCameras()
  select.addEventListener('change', () => {
    keepSettings({ cameraId: select.value || null })
    onChange()
  })
}

/** Lists the cameras. Browsers reveal their names only after the first use. */
async function listCameras(): Promise<void> {
  const devices = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? []
  const cameras = devices.filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId)
  const rear = new Option(say('camera_rear'), '')
  write(rear, 'camera_rear')
  const options = cameras.map(({ label, deviceId }, at) => {
    const option = new Option(label, deviceId)
    if (!label) write(option, { word: 'camera_number', values: { number: at + 1 } })
    return option
  })
  const select = find('camera-choice', HTMLSelectElement)
  select.replaceChildren(rear, ...options)
  select.value = cameras.some(({ deviceId }) => deviceId === readSettings().cameraId) ? (readSettings().cameraId ?? '') : ''
}

async function apply(track: MediaStreamTrack, settings: MediaTrackConstraintSet): Promise<void> {
  // A camera may refuse what it offers, such as the torch while it focuses; scanning continues.
  await track.applyConstraints({ advanced: [settings] }).catch((error) => console.warn(error))
}
