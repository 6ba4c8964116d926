import { LRUCache } from 'lru-cache'

/** A reader's language and its script, as BCP 47 subtags. */
export interface ReaderLanguage {
  language: string
  script: string
}

/** Reads the language and script of a locale: Hant for zh-TW. An invalid locale is `und` in Latin script. */
export function readLanguage(locale: string): ReaderLanguage {
  return languages.memo(locale)
}

const languages = new LRUCache<string, ReaderLanguage>({ max: 200, memoMethod: maximize })

function maximize(locale: string): ReaderLanguage {
  try {
    const { language, script = 'Latn' } = new Intl.Locale(locale).maximize()
    return { language, script }
  } catch {
    return { language: 'und', script: 'Latn' }
  }
}
