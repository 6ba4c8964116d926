import table from './words.json' with { type: 'json' }

/** The texts of the mobile ticket page in one language. Labels of the ticket's facts are in `template/helpers`. */
export type MobileTicketWords = (typeof table)['en']

/** Finds the texts in the first available language of BCP 47 tags, or in English. */
export function findWords(languages: readonly string[]): { language: string; words: MobileTicketWords } {
  for (const tag of languages) {
    const [language = ''] = tag.toLowerCase().split('-')
    const found = [traditionalChinese.test(tag) ? 'zh-hant' : '', language].find((one) => Object.hasOwn(words, one))
    if (found && words[found]) return { language: found, words: words[found] }
  }
  return { language: 'en', words: table.en }
}

/** Tags of Chinese in traditional characters. */
const traditionalChinese = /^zh-(?:hant|tw|hk|mo)\b/i

const words: Readonly<Record<string, MobileTicketWords>> = table

/**
 * Reads the language tags of an Accept-Language header (RFC 9110, section 12.5.4), most preferred first. Skips those of
 * weight 0, the wildcard and malformed parts.
 */
export function readAcceptLanguage(header: string): string[] {
  const ranges = header.split(',').flatMap((part) => {
    const [, tag, weight = '1'] = languageRange.exec(part.trim()) ?? []
    return tag && Number(weight) > 0 ? [{ tag, weight: Number(weight) }] : []
  })
  return ranges.sort((one, other) => other.weight - one.weight).map(({ tag }) => tag)
}

const languageRange = /^([a-z]{1,8}(?:-[a-z0-9]{1,8})*)(?:\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i
