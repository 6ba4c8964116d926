import table from './words.json' with { type: 'json' }

/** The name of a text of the door page. */
export type Word = keyof (typeof table)['en']

/** A value in a text: text, a number, a time (`at`), or the time since or until then (`ago`). */
export type Value = string | number | { at: string } | { ago: string }

/** A text of the door page and its values. It can be stored, and is shown in the current language. */
export interface Message {
  word: Word
  values?: Record<string, Value>
}

/** The languages of the door page. */
export const languages = Object.keys(table)

const words: Readonly<Record<string, Readonly<Record<string, string | Readonly<Record<string, string>>>>>> = table
// The properties of an element that can hold a text, by the data attribute that names the text.
const places = { word: 'textContent', label: 'ariaLabel', title: 'title' } as const
let language = 'en'
let tag = 'en-GB'

/** Chooses the first available language of BCP 47 tags, or English; `phone` determines its regional formats. */
export function chooseLanguage(wanted: readonly string[], phone: readonly string[] = []): void {
  const base = (one: string) => one.toLowerCase().split('-')[0] ?? ''
  language = wanted.map(base).find((one) => Object.hasOwn(words, one)) ?? 'en'
  tag = phone.find((one) => base(one) === language && languageTag.test(one)) ?? (language === 'en' ? 'en-GB' : language)
}

// Browsers on some systems use the C library's names, such as en-US@posix, which Intl rejects.
const languageTag = /^[a-z]{2,8}(?:-[a-z0-9]{1,8})*$/i

/** The chosen language, and its direction. */
export function chosenLanguage(): { language: string; direction: 'ltr' | 'rtl' } {
  return { language, direction: language === 'ar' ? 'rtl' : 'ltr' }
}

/** Writes a text in the chosen language. A text with plural forms takes the one for its `count`. */
export function say(message: Word | Message): string {
  const { word, values = {} }: Message = typeof message === 'string' ? { word: message } : message
  const entry = words[language]?.[word] ?? word
  const text = typeof entry === 'string' ? entry : (entry[pluralForm(Number(values.count))] ?? entry.other ?? '')
  return text.replace(/\{(\w+)\}/g, (_whole, name: string) => isolate(format(values[name] ?? '')))
}

/** Writes a text into an element, its label or its title, where `translatePage` finds it again; null clears it. */
export function write(element: HTMLElement, message: Word | Message | null, place: keyof typeof places = 'word'): void {
  const text = message === null ? '' : say(message)
  if (message === null) delete element.dataset[place]
  else element.dataset[place] = typeof message === 'string' ? message : JSON.stringify(message)
  // A live region would announce the same text again.
  if (element[places[place]] !== text) element[places[place]] = text
}

/** Rewrites all texts of the page: in another language, or because time has passed. */
export function translatePage(): void {
  for (const place of ['word', 'label', 'title'] as const)
    for (const element of document.querySelectorAll<HTMLElement>(`[data-${place}]`)) write(element, read(element, place), place)
}

function read(element: HTMLElement, place: keyof typeof places): Word | Message {
  const text = element.dataset[place] ?? ''
  return JSON.parse(text.startsWith('{') ? text : JSON.stringify(text))
}

/** Formats a number for people. */
export function formatNumber(number: number): string {
  return new Intl.NumberFormat(tag).format(number)
}

/** Formats a time of day, with the weekday or the date unless it is today. */
export function formatTime(at: Date): string {
  const time = { hour: '2-digit', minute: '2-digit' } as const
  if (at.toDateString() === new Date().toDateString()) return at.toLocaleTimeString(tag, time)
  const isThisWeek = Math.abs(at.getTime() - Date.now()) < weekdayMs
  return at.toLocaleString(tag, isThisWeek ? { weekday: 'short', ...time } : { dateStyle: 'medium', timeStyle: 'short' })
}

// Within six days, a weekday is not mistaken for another.
const weekdayMs = 6 * 86_400_000

/** Formats how long ago a time is, or how far ahead. */
export function formatAgo(at: Date): string {
  const seconds = (at.getTime() - Date.now()) / 1000
  const [unit, size] = units.find(([, one]) => Math.abs(seconds) >= one) ?? ['second', 1]
  return new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }).format(Math.trunc(seconds / size), unit)
}

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

function format(value: Value): string {
  if (typeof value === 'number') return formatNumber(value)
  if (typeof value === 'string') return value
  return 'at' in value ? formatTime(new Date(value.at)) : formatAgo(new Date(value.ago))
}

function pluralForm(count: number): string {
  return new Intl.PluralRules(tag).select(count)
}

/** Keeps a name in one script from reordering a sentence in another (Unicode's first strong isolate). */
function isolate(value: string): string {
  return language === 'ar' ? `\u2068${value}\u2069` : value
}
