/** The staff's settings for this device, for every event. */
export interface DeviceSettings {
  /** The chosen language; null follows the pass and the phone. */
  language: string | null
  theme: (typeof themes)[number]
  isSoundOn: boolean
  isVibrationOn: boolean
  /** The chosen camera; null takes the rear one. */
  cameraId: string | null
}

/** The themes of the page; `auto` follows the device. */
export const themes = ['auto', 'light', 'dark', 'contrast'] as const

const key = 'door:settings'
const unchosen: DeviceSettings = { language: null, theme: 'auto', isSoundOn: true, isVibrationOn: true, cameraId: null }

/** Reads the settings of this device. */
export function readSettings(): DeviceSettings {
  return { ...unchosen, ...JSON.parse(globalThis.localStorage?.getItem(key) ?? '{}') }
}

/** Stores changed settings. */
export function keepSettings(changed: Partial<DeviceSettings>): void {
  localStorage.setItem(key, JSON.stringify({ ...readSettings(), ...changed }))
}

/** Shows the chosen theme, or the one that the device asks for. */
export function applyTheme(): void {
  const { theme } = readSettings()
  const root = document.documentElement
  root.dataset.theme = theme === 'auto' ? themeOfDevice() : theme
  const ground = getComputedStyle(root).getPropertyValue('--ground').trim()
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', ground)
}

/** Follows the device from light to dark while the theme is `auto`. */
export function followDeviceTheme(): void {
  for (const query of [moreContrast, light]) matchMedia(query).addEventListener('change', applyTheme)
}

const moreContrast = '(prefers-contrast: more)'
const light = '(prefers-color-scheme: light)'

function themeOfDevice(): string {
  if (matchMedia(moreContrast).matches) return 'contrast'
  return matchMedia(light).matches ? 'light' : 'dark'
}
