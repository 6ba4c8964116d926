import { formatMoney, formatOneDay } from './helpers/formats.ts'
import { isFamilyNameFirst, writeFullName } from './helpers/person-name.ts'

type Variables = Readonly<Record<string, unknown>>

/**
 * Writes out what follows from a ticket's variables: its guest's full name, when its event takes place, and
 * what it cost. Each is computed only where `names` holds its name, and absent where what it is made of is. A
 * guest's own column of such a name stands only where there is nothing to write out, and never for the
 * event's times.
 */
export function writeOut(values: Variables, names: readonly string[]): Record<string, unknown> {
  const written: Record<string, unknown> = { ...values }
  for (const name of names) {
    if (!isWrittenOut(name)) continue
    const text = writers[name](values)
    const isMissing = text === undefined || text === ''
    written[name] = isMissing && !ofEvent.has(name) ? values[name] : text
  }
  return written
}

const ofEvent = new Set(['oneDayDate', 'oneDayTimes'])

const writers = {
  fullName: (values: Variables) => writeFullName(nameOf(values)),
  familyNameFirst: (values: Variables) => isFamilyNameFirst(nameOf(values)),
  oneDayDate: (values: Variables) => oneDayOf(values)?.day,
  oneDayTimes: (values: Variables) => oneDayOf(values)?.times,
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

/**
 * Writes an amount of money where that is one in a known currency; any other price is the organiser's own
 * word for it: "Free".
 */
function writePrice(price: unknown, currency: unknown, locale: string): unknown {
  const text = textOf(price)
  if (!decimal.test(text)) return price
  return /^[A-Z]{3}$/.test(textOf(currency)) ? formatMoney(text, currency, locale) : text
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
