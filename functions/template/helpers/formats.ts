import { LRUCache } from 'lru-cache'

/** The format of a moment: its date or time of day, style, language and time zone. */
export interface TimeFormat {
  part: 'date' | 'time'
  style: string
  locale: string
  timezone: string
}

/** The styles of dates and of times: those of `Intl.DateTimeFormat`. */
export const timeStyles: Readonly<Record<TimeFormat['part'], readonly string[]>> = {
  date: ['full', 'long', 'medium', 'short'],
  time: ['short', 'medium'],
}

/**
 * Formats an ISO 8601 moment for people. One with an offset is converted to the time zone, one without is the
 * event's local time, and a date alone is that day everywhere. An absent value gives an empty text.
 * @throws Error when the value is not a time, names a day that does not exist, or has no time of day to
 * format.
 */
export function formatTime(value: unknown, format: TimeFormat): string {
  if (value === undefined || value === null || value === '') return ''
  const text = value instanceof Date ? value.toISOString() : String(value)
  const read = readMoment(text)
  if (!read) throw new Error(`${JSON.stringify(text)} is not a time like 2024-06-12T09:00:00+02:00`)
  if (!read.hasTime && format.part === 'time') throw new Error(`${JSON.stringify(text)} has no time of day`)
  return formatterOf({ ...format, timezone: read.hasOffset ? format.timezone : 'UTC' }).format(read.moment)
}

/** A formatted day and, if known, its times: `09:00 – 18:00`. */
export interface WrittenDay {
  day: string
  times?: string
}

/** Formats the date and times of an event on one day of `timezone`; undefined for several days. */
export function formatOneDay(
  [startsAt, endsAt]: [startsAt: unknown, endsAt: unknown],
  place: Pick<TimeFormat, 'locale' | 'timezone'>,
): WrittenDay | undefined {
  const start = readMoment(String(startsAt))
  const end = endsAt ? readMoment(String(endsAt)) : start
  if (!start || !end || start.hasOffset !== end.hasOffset || end.moment < start.moment) return undefined
  const timezone = start.hasOffset ? place.timezone : 'UTC'
  const days = formatterOf({ part: 'date', style: 'full', locale: place.locale, timezone })
  const day = days.format(start.moment)
  if (days.format(end.moment) !== day) return undefined
  if (!start.hasTime || !end.hasTime) return { day }
  const times = formatterOf({ part: 'time', style: 'short', locale: place.locale, timezone })
  return { day, times: times.formatRange(start.moment, end.moment) }
}

/** Parses a moment; one without an offset is read as UTC. */
function readMoment(text: string): { moment: Date; hasTime: boolean; hasOffset: boolean } | undefined {
  const [, date, time, offset] = isoTime.exec(text) ?? []
  const moment = new Date(`${date}T${time ?? '00:00'}${offset ?? 'Z'}`)
  return date && !Number.isNaN(moment.getTime()) && isDay(date)
    ? { moment, hasTime: time !== undefined, hasOffset: offset !== undefined }
    : undefined
}

function formatterOf(format: TimeFormat): Intl.DateTimeFormat {
  const style = timeStyle(format)
  const { locale, timezone: timeZone, part } = format
  return dateFormatter(locale, { timeZone, ...(part === 'date' ? { dateStyle: style } : { timeStyle: style }) })
}

/** Returns a formatter: creating one costs a hundred times as much as using it. */
export function dateFormatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const { timeZone, dateStyle, timeStyle } = options
  return dateFormatters.memo(`${locale} ${timeZone} ${dateStyle} ${timeStyle}`, { context: [locale, options] })
}

const dateFormatters = new LRUCache<string, Intl.DateTimeFormat, [string, Intl.DateTimeFormatOptions]>({
  max: 200,
  memoMethod: (_key, _old, { context }) => new Intl.DateTimeFormat(...context),
})

/**
 * Formats an amount of money: a number, or decimal text like `49.90`, which is rounded only as its currency
 * requires. An absent amount gives an empty text.
 * @throws Error when the amount is neither, or the currency is not an ISO 4217 code.
 */
export function formatMoney(amount: unknown, currency: unknown, locale: string): string {
  if (amount === undefined || amount === null || amount === '') return ''
  if (!isAmount(amount)) throw new Error(`${JSON.stringify(amount)} is not an amount of money; write a number like 49.90`)
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency))
    throw new Error(`${JSON.stringify(currency ?? '')} is not a currency like EUR`)
  return moneyFormatters.memo(`${locale} ${currency}`).format(amount)
}

const moneyFormatters = new LRUCache<string, Intl.NumberFormat>({
  max: 200,
  memoMethod: (key) => {
    const [locale, currency] = key.split(' ')
    return new Intl.NumberFormat(locale, { style: 'currency', currency })
  },
})

const isoTime =
  /^(\d{4}-\d{2}-\d{2})(?:[T ]((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?)(Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?)?$/

/** Checks that a day exists: JavaScript turns February 30 into March 1 or 2. */
function isDay(date: string): boolean {
  return new Date(`${date}T00:00Z`).toISOString().startsWith(date)
}

function isAmount(value: unknown): value is number | `${number}` {
  return typeof value === 'string' ? /^-?\d+(?:\.\d+)?$/.test(value) : Number.isFinite(value)
}

function timeStyle({ part, style }: TimeFormat): 'full' | 'long' | 'medium' | 'short' {
  const known = (['full', 'long', 'medium', 'short'] as const).find((name) => name === style && timeStyles[part].includes(name))
  if (!known)
    throw new Error(`${JSON.stringify(style)} is not a style of a ${part}; the styles are ${timeStyles[part].join(', ')}`)
  return known
}
