import { LRUCache } from 'lru-cache'
import type { TemplateLabels } from '../../contract/template-check.ts'
import table from './label-words.json' with { type: 'json' }
import { readLanguage } from './reader-language.ts'

const builtIn = new Map<string, Readonly<Record<string, string>>>(Object.entries(table))

/**
 * Finds the words of a label in a language, the template's own before the built-in ones. Falls back to wider
 * languages (zh-Hant-TW, zh-Hant, zh), then to English; undefined if there are none. A region implies its
 * script: zh-TW is zh-Hant.
 */
export function findLabel(name: string, locale: string, own: TemplateLabels = {}): string | undefined {
  for (const language of languages.memo(locale)) {
    const ownWords = Object.entries(own).find(([tag]) => tag.toLowerCase() === language)?.[1]
    const words = [ownWords, builtIn.get(language)].find((each) => each && Object.hasOwn(each, name))
    if (words?.[name] !== undefined) return words[name]
  }
  return undefined
}

const languages = new LRUCache<string, string[]>({ max: 200, memoMethod: listLanguages })

/** Lists the languages to search, in lower case: from narrow to wide, then English. */
function listLanguages(locale: string): string[] {
  const parts = locale.toLowerCase().split('-')
  const wider = parts.map((_, index) => parts.slice(0, parts.length - index).join('-'))
  const [language = 'en'] = parts
  const inItsScript = `${language}-${readLanguage(locale).script}`.toLowerCase()
  return [...new Set([...wider.slice(0, -1), inItsScript, language, 'en'])]
}
