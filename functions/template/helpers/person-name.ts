import { readLanguage } from './reader-language.ts'

/** A person's first and last name, either of which may be absent, and the reader's locale. */
export interface PersonName {
  firstName?: string | undefined
  lastName?: string | undefined
  locale: string
}

/**
 * Formats a full name in the order of its language: the family name first in Chinese, Hungarian, Japanese,
 * Khmer, Korean, Mongolian and Vietnamese, last elsewhere (CLDR, person names, `nameOrderLocales`). Chinese
 * and Korean names have no space.
 */
export function writeFullName(name: PersonName): string {
  const { firstName, lastName } = name
  const names = isFamilyNameFirst(name) ? [lastName, firstName] : [firstName, lastName]
  return names.filter(Boolean).join(hasSpace(name) ? ' ' : '')
}

/**
 * Checks whether the family name comes first. A name is in the reader's language if it uses that language's
 * letters, else in the language of its script: for a Japanese reader, 健太郎 is Japanese and John is not.
 */
export function isFamilyNameFirst(name: PersonName): boolean {
  return familyNameFirst.has(languageOf(name))
}

const familyNameFirst = new Set(['hu', 'ja', 'km', 'ko', 'mn', 'vi', 'yue', 'zh'])
const unspaced = new Set(['ko', 'yue', 'zh'])

/** Checks whether a space separates the names. A reader of another language needs it to tell them apart. */
function hasSpace(name: PersonName): boolean {
  const language = languageOf(name)
  return !unspaced.has(language) || (language !== 'ko' && readLanguage(name.locale).language !== language)
}

/** Languages by their scripts. Han may also be Japanese, which has the same order of names. */
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

const letters = new Map([
  ['Jpan', /[\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}]/u],
  ['Kore', /[\p{sc=Hang}\p{sc=Hani}]/u],
  ['Hans', /\p{sc=Hani}/u],
  ['Hant', /\p{sc=Hani}/u],
])

/** Returns an expression for the letters of a script, by its ISO 15924 code. */
function lettersOf(script: string): RegExp {
  const found = letters.get(script) ?? new RegExp(`\\p{sc=${script}}`, 'u')
  letters.set(script, found)
  return found
}
