import { hanFonts } from './font-packages.ts'

/**
 * Writes a fontconfig configuration (fonts.dtd) with only the fonts in the folder `fonts` beside it, so that
 * a ticket has the same pixels on every machine. The folder may be moved, or deployed read-only: its path is
 * relative, and `as-path` keeps fontconfig's cache valid anywhere. Chromium asks fontconfig for the family
 * that CSS names, and for a fallback font for characters that it lacks.
 */
export function writeFontConfiguration(): string {
  const rules = [
    ...thinNames.map(nameWithoutThin),
    ...hanFonts.map(({ family, languages }) => setLanguages(family, languages)),
    ...Object.entries(replacements).flatMap(([family, names]) => names.map((name) => replaceFamily(name, family))),
    // CSS uses zh-Hans and zh-Hant; fontconfig knows territories only, and a bare zh matches either.
    ...Object.entries(languageNames).map(([name, language]) => replaceLanguage(name, language)),
    appendFamilies(fallbackOrder),
  ]
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
<remap-dir prefix="relative" as-path="/ticket-fonts">fonts</remap-dir>
<cachedir prefix="xdg">fontconfig</cachedir>
${rules.join('\n')}
</fontconfig>
`
}

const replacements = {
  Inter: [
    ...['system-ui', 'ui-sans-serif', '-apple-system', 'BlinkMacSystemFont', 'Segoe UI', 'Roboto', 'Open Sans', 'Noto Sans'],
    'Inter Variable',
  ],
  Arimo: ['sans-serif', 'sans', 'Arial', 'Helvetica', 'Helvetica Neue', 'Liberation Sans', 'Verdana', 'Tahoma', 'Calibri'],
  Tinos: ['serif', 'Times', 'Times New Roman', 'Liberation Serif', 'Georgia', 'Cambria', 'Garamond', 'ui-serif'],
  Cousine: ['monospace', 'mono', 'Courier', 'Courier New', 'Liberation Mono', 'Consolas', 'Menlo', 'Monaco', 'ui-monospace'],
  'Noto Color Emoji': ['emoji', 'Apple Color Emoji', 'Segoe UI Emoji'],
}

const languageNames = {
  zh: 'zh-cn',
  'zh-hans': 'zh-cn',
  'zh-hant': 'zh-tw',
  'zh-hans-cn': 'zh-cn',
  'zh-hant-tw': 'zh-tw',
  'zh-hant-hk': 'zh-tw',
}

const hanFamilies = hanFonts.map(({ family }) => family)
/** Families whose default instance is thin, so that their files add “Thin” to the family name. */
const thinNames = [...hanFamilies, 'Noto Sans Hebrew']
const fallbackOrder = ['Inter', 'Arimo', ...hanFamilies, 'Vazirmatn', 'Noto Sans Arabic', 'Noto Sans Devanagari']

function nameWithoutThin(family: string): string {
  return `<match target="scan"><test name="family"><string>${family} Thin</string></test><edit name="family" mode="assign"><string>${family}</string></edit></match>`
}

function setLanguages(family: string, languages: string[]): string {
  const langset = languages.map((language) => `<string>${language}</string>`).join('')
  return `<match target="scan"><test name="family"><string>${family}</string></test><edit name="lang" mode="assign"><langset>${langset}</langset></edit></match>`
}

function replaceFamily(name: string, family: string): string {
  return `<match target="pattern"><test name="family"><string>${name}</string></test><edit name="family" mode="assign" binding="same"><string>${family}</string></edit></match>`
}

function replaceLanguage(name: string, language: string): string {
  return `<match target="pattern"><test name="lang" compare="eq"><string>${name}</string></test><edit name="lang" mode="assign"><string>${language}</string></edit></match>`
}

function appendFamilies(families: string[]): string {
  const strings = families.map((family) => `<string>${family}</string>`).join('')
  return `<match target="pattern"><edit name="family" mode="append_last">${strings}</edit></match>`
}
