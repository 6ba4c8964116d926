/** Says how to write a moment: its date or time of day, in which style, language and time zone. */
export interface TimeFormat {
  part: 'date' | 'time'
  style: string
  locale: string
  timezone: string
}

/** Lists the styles of dates, and of times: those of `Intl.DateTimeFormat`. */
export const timeStyles: Readonly<Record<TimeFormat['part'], readonly string[]>> = {
  date: ['full', 'long', 'medium', 'short'],
  time: ['short', 'medium'],
}

/**
 * Writes a moment for people. `value` is ISO 8601: one with an offset is moved to the zone, one without is the time on the event's own clocks, and
 * a mere date is that day everywhere. What is absent is empty.
 * @throws Error when the value is not a time, names a day that does not exist, or is a mere date that is to give a time of day
 */
export function formatTime(value: unknown, format: TimeFormat): string {
  if (value === undefined || value === null || value === '') return ''
  const text = value instanceof Date ? value.toISOString() : String(value)
  const read = readMoment(text)
  if (!read) throw new Error(`${JSON.stringify(text)} is not a time like 2024-06-12T09:00:00+02:00`)
  if (!read.hasTime && format.part === 'time') throw new Error(`${JSON.stringify(text)} has no time of day`)
  return formatterOf({ ...format, timezone: read.hasOffset ? format.timezone : 'UTC' }).format(read.moment)
}

/** A day written out, and the times of it, where there are any: `09:00 – 18:00`. */
export interface WrittenDay {
  day: string
  times?: string
}

/**
 * Writes when something takes place that begins and ends on one day of `timezone`, or of which no end is known, so that the date stands
 * there once. Nothing for what takes several days, and for what is no time.
 */
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

/** Reads a moment; what has no offset is read as if in UTC. */
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
  const options = { timeZone, ...(part === 'date' ? { dateStyle: style } : { timeStyle: style }) }
  return keep(dateFormatters, `${locale} ${timeZone} ${part} ${style}`, () => new Intl.DateTimeFormat(locale, options))
}

/**
 * Writes an amount of money: a number, or decimal text like `49.90`, of which no digit is rounded but by the currency. What is absent is empty.
 * @throws Error when the amount is neither, or the currency no code of ISO 4217
 */
export function formatMoney(amount: unknown, currency: unknown, locale: string): string {
  if (amount === undefined || amount === null || amount === '') return ''
  if (!isAmount(amount)) throw new Error(`${JSON.stringify(amount)} is not an amount of money; write a number like 49.90`)
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency))
    throw new Error(`${JSON.stringify(currency ?? '')} is not a currency like EUR`)
  const make = () => new Intl.NumberFormat(locale, { style: 'currency', currency })
  return keep(moneyFormatters, `${locale} ${currency}`, make).format(amount)
}

const isoTime =
  /^(\d{4}-\d{2}-\d{2})(?:[T ]((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?)(Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?)?$/

/** Tells whether the calendar has that day: JavaScript makes March of February 30. */
function isDay(date: string): boolean {
  return new Date(`${date}T00:00Z`).toISOString().startsWith(date)
}

function isAmount(value: unknown): value is number | `${number}` {
  return typeof value === 'string' ? /^-?\d+(?:\.\d+)?$/.test(value) : Number.isFinite(value)
}

function timeStyle({ part, style }: TimeFormat): 'full' | 'long' | 'medium' | 'short' {
  const known = (['full', 'long', 'medium', 'short'] as const).find((name) => name === style && timeStyles[part].includes(name))
  if (!known) throw new Error(`${JSON.stringify(style)} is not a style of a ${part}; there are ${timeStyles[part].join(', ')}`)
  return known
}

// Making a formatter costs a hundred times what using it does.
const dateFormatters = new Map<string, Intl.DateTimeFormat>()
const moneyFormatters = new Map<string, Intl.NumberFormat>()
const mostFormatters = 200

function keep<T>(formatters: Map<string, T>, name: string, make: () => T): T {
  const formatter = formatters.get(name) ?? make()
  if (formatters.size >= mostFormatters) formatters.clear()
  formatters.set(name, formatter)
  return formatter
}
