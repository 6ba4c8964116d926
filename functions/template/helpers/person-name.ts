import { readLanguage } from './reader-language.ts'

/** A person's two names, of which one may be absent, and the language of who reads them. */
export interface PersonName {
  firstName?: string | undefined
  lastName?: string | undefined
  locale: string
}

/**
 * Writes a name in full, in the order of its language: the family name first in Chinese, Hungarian, Japanese,
 * Khmer, Korean, Mongolian and Vietnamese, last elsewhere (CLDR, person names, `nameOrderLocales`). Chinese
 * and Korean have no space between the two.
 */
export function writeFullName(name: PersonName): string {
  const { firstName, lastName } = name
  const names = isFamilyNameFirst(name) ? [lastName, firstName] : [firstName, lastName]
  return names.filter(Boolean).join(hasSpace(name) ? ' ' : '')
}

/**
 * Tells whether the family name comes first. A name's language is the reader's where the letters agree, else
 * what its script stands for: a Japanese reader's 健太郎 does, John of the same list does not.
 */
export function isFamilyNameFirst(name: PersonName): boolean {
  return familyNameFirst.has(languageOf(name))
}

const familyNameFirst = new Set(['hu', 'ja', 'km', 'ko', 'mn', 'vi', 'yue', 'zh'])
const unspaced = new Set(['ko', 'yue', 'zh'])

/** A reader of another language sees where one of the names ends by the space. */
function hasSpace(name: PersonName): boolean {
  const language = languageOf(name)
  return !unspaced.has(language) || (language !== 'ko' && readLanguage(name.locale).language !== language)
}

/**
 * Languages told by their letters, whoever reads them. Han letters alone could be Japanese too; the order of
 * names is the same.
 */
const languagesByScript: readonly [letters: RegExp, language: string][] = [
  [/[\p{sc=Hira}\p{sc=Kana}]/u, 'ja'],
  [/\p{sc=Hang}/u, 'ko'],
  [/\p{sc=Hani}/u, 'zh'],
  [/\p{sc=Khmr}/u, 'km'],
  [/\p{sc=Mong}/u, 'mn'],
]

function languageOf({ firstName = '', lastName = '', locale }: PersonName): string {
  const { language, script } = readLanguage(locale)
  const text = lastName + firstName
  if (lettersOf(script).test(text)) return language
  return languagesByScript.find(([other]) => other.test(text))?.[1] ?? 'und'
}

const mixedScripts: Readonly<Record<string, RegExp>> = {
  Jpan: /[\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}]/u,
  Kore: /[\p{sc=Hang}\p{sc=Hani}]/u,
  Hans: /\p{sc=Hani}/u,
  Hant: /\p{sc=Hani}/u,
}

const letters = new Map(Object.entries(mixedScripts))

/** Matches a letter of a script, by its ISO 15924 code. */
function lettersOf(script: string): RegExp {
  const found = letters.get(script) ?? new RegExp(`\\p{sc=${script}}`, 'u')
  letters.set(script, found)
  return found
}
