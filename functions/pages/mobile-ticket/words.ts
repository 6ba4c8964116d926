import table from './words.json' with { type: 'json' }

/** The wording of the mobile ticket page in one language. The ticket's facts have their own labels. */
export type MobileTicketWords = (typeof table)['en']

/** Finds the wording in the first available language of BCP 47 tags, or in English. */
export function findWords(languages: readonly string[]): { language: string; words: MobileTicketWords } {
  for (const tag of languages) {
    const [language = ''] = tag.toLowerCase().split('-')
    const found = [traditionalChinese.test(tag) ? 'zh-hant' : '', language].find((one) => Object.hasOwn(words, one))
    if (found && words[found]) return { language: found, words: words[found] }
  }
  return { language: 'en', words: table.en }
}

/** Matches the tags of Chinese in traditional characters. */
const traditionalChinese = /^zh-(?:hant|tw|hk|mo)\b/i

const words: Readonly<Record<string, MobileTicketWords>> = table
