import { formatMoney, formatOneDay } from './helpers/formats.ts'
import { isFamilyNameFirst, writeFullName } from './helpers/person-name.ts'

type Variables = Readonly<Record<string, unknown>>

/**
 * Adds the derived variables in `names` to a ticket's variables: the guest's full name, the event's date, the
 * price. Without its sources, a variable is absent, or the guest's own column of that name, except for the event's
 * times.
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

// Most guests of an event share its times.
let last: { key: string; oneDay: ReturnType<typeof formatOneDay> } | undefined

function oneDayOf({ startsAt, endsAt, locale, timezone }: Variables): ReturnType<typeof formatOneDay> {
  if (!startsAt) return undefined
  const place = { locale: textOf(locale) || 'en', timezone: textOf(timezone) || 'UTC' }
  const key = [startsAt, endsAt, place.locale, place.timezone].join(' ')
  if (last?.key !== key) last = { key, oneDay: formatOneDay([startsAt, endsAt], place) }
  return last.oneDay
}

const decimal = /^-?\d+(?:\.\d+)?$/

/** Formats a price in a known currency; any other is the organiser's own wording, such as "Free". */
function writePrice(price: unknown, currency: unknown, locale: string): unknown {
  const text = textOf(price)
  if (!decimal.test(text)) return price
  return /^[A-Z]{3}$/.test(textOf(currency)) ? formatMoney(text, currency, locale) : text
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
