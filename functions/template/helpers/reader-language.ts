/** A reader's language and its script, as BCP 47 subtags. */
export interface ReaderLanguage {
  language: string
  script: string
}

const known = new Map<string, ReaderLanguage>()
const mostKnown = 200

/** Reads the language and script of a locale: Hant for zh-TW. An invalid locale is `und` in Latin script. */
export function readLanguage(locale: string): ReaderLanguage {
  const found = known.get(locale) ?? maximize(locale)
  if (known.size >= mostKnown) known.clear()
  known.set(locale, found)
  return found
}

function maximize(locale: string): ReaderLanguage {
  try {
    const { language, script = 'Latn' } = new Intl.Locale(locale).maximize()
    return { language, script }
  } catch {
    return { language: 'und', script: 'Latn' }
  }
}
