import { applyTheme, keepSettings, readSettings, themes } from './device-settings.ts'
import type { DoorPass } from './door-pass.ts'
import { find } from './find.ts'
import { chooseLanguage, chosenLanguage, languages, translatePage, write } from './words.ts'

/** Shows the page in the language that the staff chose, else in that of the pass, else in that of the phone. */
export function showLanguage(pass: DoorPass | null): void {
  const phone = navigator.languages
  chooseLanguage([readSettings().language ?? '', pass?.locale ?? '', ...phone], phone)
  const { language, direction } = chosenLanguage()
  document.documentElement.lang = language
  document.documentElement.dir = direction
  translatePage()
}

/** Wires the settings of this device. Each applies immediately and is stored. */
export function openSettings(pass: DoorPass | null): void {
  const panel = find('settings', HTMLDialogElement)
  find('open-settings', HTMLButtonElement).addEventListener('click', () => panel.showModal())
  openLanguage(pass)
  openTheme()
  for (const [id, name] of [
    ['sound', 'isSoundOn'],
    ['vibration', 'isVibrationOn'],
  ] as const) {
    const box = find(id, HTMLInputElement)
    box.checked = readSettings()[name]
    box.addEventListener('change', () => keepSettings({ [name]: box.checked }))
  }
}

function openLanguage(pass: DoorPass | null): void {
  const select = find('language', HTMLSelectElement)
  for (const language of languages) {
    const option = new Option(nameOf(language), language)
    option.lang = language
    select.append(option)
  }
  select.value = chosenLanguage().language
  select.addEventListener('change', () => {
    keepSettings({ language: select.value })
    showLanguage(pass)
  })
}

/** Names a language in itself, so that its speakers find it. */
function nameOf(language: string): string {
  const name = new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1)
}

function openTheme(): void {
  const select = find('theme', HTMLSelectElement)
  for (const theme of themes) {
    const option = new Option('', theme)
    write(option, `theme_${theme}`)
    select.append(option)
  }
  select.value = readSettings().theme
  select.addEventListener('change', () => {
    keepSettings({ theme: themes.find((theme) => theme === select.value) ?? 'auto' })
    applyTheme()
  })
}
