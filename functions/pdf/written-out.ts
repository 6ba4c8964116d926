import { formatMoney, formatOneDay } from './locale-formats.ts'
import { isFamilyNameFirst, writeFullName } from './person-name.ts'

type Variables = Readonly<Record<string, unknown>>

/**
 * Writes out what follows from a ticket's variables: its guest's full name, when its event takes place, and what it cost. Each is computed only
 * where `names` holds its name, and absent where what it is made of is. What a caller gives by the same name wins.
 */
export function writeOut(values: Variables, names: readonly string[]): Record<string, unknown> {
  const written: Record<string, unknown> = {}
  for (const name of names) if (isWrittenOut(name) && values[name] === undefined) written[name] = writers[name](values)
  return { ...values, ...written }
}

const writers = {
  fullName: (values: Variables) => writeFullName(nameOf(values)),
  familyNameFirst: (values: Variables) => isFamilyNameFirst(nameOf(values)),
  eventDay: (values: Variables) => oneDayOf(values)?.day,
  eventTimes: (values: Variables) => oneDayOf(values)?.times,
  priceText: ({ price, currency, locale }: Variables) => writePrice(price, currency, textOf(locale) || 'en'),
}

function isWrittenOut(name: string): name is keyof typeof writers {
  return Object.hasOwn(writers, name)
}

function nameOf({ firstName, lastName, locale }: Variables) {
  return { firstName: textOf(firstName), lastName: textOf(lastName), locale: textOf(locale) || 'en' }
}

// The guests of an event mostly share its times.
let last: { key: string; oneDay: ReturnType<typeof formatOneDay> } | undefined

function oneDayOf({ startsAt, endsAt, locale, timezone }: Variables): ReturnType<typeof formatOneDay> {
  if (!startsAt) return undefined
  const place = { locale: textOf(locale) || 'en', timezone: textOf(timezone) || 'UTC' }
  const key = [startsAt, endsAt, place.locale, place.timezone].join(' ')
  if (last?.key !== key) last = { key, oneDay: formatOneDay([startsAt, endsAt], place) }
  return last.oneDay
}

const decimal = /^-?\d+(?:\.\d+)?$/

/** Writes an amount of money where that is one in a known currency; any other text is the organiser's own words: "Free". */
function writePrice(price: unknown, currency: unknown, locale: string): string {
  const text = textOf(price)
  return decimal.test(text) && /^[A-Z]{3}$/.test(textOf(currency)) ? formatMoney(text, currency, locale) : text
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
