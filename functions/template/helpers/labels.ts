import { LRUCache } from 'lru-cache'
import type { TemplateLabels } from '../../contract/template-check.ts'
import { builtInLabels } from './label-words.ts'
import { readLanguage } from './reader-language.ts'

/**
 * Finds the words of a label in a language, the template's own before the built-in ones. Falls back to wider
 * languages (zh-Hant-TW, zh-Hant, zh), then to English; undefined if there are none. A region implies its
 * script: zh-TW is zh-Hant.
 */
export function findLabel(name: string, locale: string, own: TemplateLabels = {}): string | undefined {
  for (const language of languagesOf(locale)) {
    const word = wordOf(own, language, name) ?? wordOf(builtInLabels, language, name)
    if (word !== undefined) return word
  }
  return undefined
}

const languages = new LRUCache<string, string[]>({ max: 200 })

/** Lists the languages to search, in lower case: from narrow to wide, then English. */
function languagesOf(locale: string): string[] {
  const found = languages.get(locale)
  if (found) return found
  const parts = locale.toLowerCase().split('-')
  const wider = parts.map((_, index) => parts.slice(0, parts.length - index).join('-'))
  const [language = 'en'] = parts
  const inItsScript = `${language}-${readLanguage(locale).script}`.toLowerCase()
  const listed = [...new Set([...wider.slice(0, -1), inItsScript, language, 'en'])]
  languages.set(locale, listed)
  return listed
}

function wordOf(labels: TemplateLabels, language: string, name: string): string | undefined {
  const entry = labels === builtInLabels ? labels[language] : findEntry(labels, language)
  return entry && Object.hasOwn(entry, name) ? entry[name] : undefined
}

function findEntry(labels: TemplateLabels, language: string): TemplateLabels[string] | undefined {
  return Object.entries(labels).find(([tag]) => tag.toLowerCase() === language)?.[1]
}
