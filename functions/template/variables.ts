import { LRUCache } from 'lru-cache'
import { moment } from '../contract/schemas/times.ts'
import type { DataValue } from '../contract/schemas/values.ts'
import { standardVariables } from '../contract/template-language.ts'
import type { TicketSubject } from '../contract/ticket-subject.ts'
import { dateFormatter } from './helpers/formats.ts'
import { readLanguage } from './helpers/reader-language.ts'

/** A ticket's template variables, except for its code, QR image and time. */
export type TemplateVariables = Record<string, unknown>

/**
 * Builds a ticket's template variables. Event facts come only from the event: guest data of the same names is
 * available only in `data`. Other guest data takes precedence over the event's details. Dates are in the
 * guest's language and the event's time zone. Unknown values are absent.
 */
export function templateVariables(subject: TicketSubject): TemplateVariables {
  const { data, timezone, starts_at: startsAt, ends_at: endsAt } = subject
  const locale = subject.locale ?? 'en'
  const format = (date: Date | null) => date && formatMoment(date, locale, timezone)
  return {
    ...without(subject.event_details, brandNames),
    ...without(data, eventVariables),
    data,
    ...known({
      eventName: subject.event_title,
      eventDate: format(startsAt),
      eventEndDate: format(endsAt),
      startsAt: startsAt?.toISOString(),
      endsAt: endsAt?.toISOString(),
      timezone,
      location: subject.location,
      entryTime: entryTime(data, locale, timezone),
      doorsOpen: doorsOpen(subject, locale),
      firstName: subject.first_name,
      lastName: subject.last_name,
      email: subject.email,
      ticketType: subject.ticket_type,
      locale,
      dir: rightToLeftScripts.has(readLanguage(locale).script) ? 'rtl' : 'ltr',
    }),
  }
}

/** Formats the guest's entry time, where admission is timed. */
function entryTime({ entryStartsAt, entryEndsAt }: TicketSubject['data'], locale: string, timezone: string): string | undefined {
  const start = dateOf(entryStartsAt)
  const end = dateOf(entryEndsAt)
  if (!start) return undefined
  return end && end > start ? formatterOf(locale, timezone).formatRange(start, end) : formatMoment(start, locale, timezone)
}

/** Formats when the doors open, by the guest's data, else the event's details; with the day only if it is another. */
function doorsOpen(subject: TicketSubject, locale: string): string | undefined {
  const { data, event_details: details, starts_at: startsAt, timezone: timeZone } = subject
  const opensAt = dateOf(data.doorsOpenAt ?? details.doorsOpenAt)
  if (!opensAt) return undefined
  const day = dateFormatter(locale, { dateStyle: 'short', timeZone })
  if (!startsAt || day.format(opensAt) !== day.format(startsAt)) return formatMoment(opensAt, locale, timeZone)
  return dateFormatter(locale, { timeStyle: 'short', timeZone }).format(opensAt)
}

/** Reads a moment from guest data; undefined for an invalid one, which earlier versions accepted. */
function dateOf(value: DataValue | undefined): Date | undefined {
  const { data } = moment.safeParse(value)
  return data === undefined ? undefined : new Date(data)
}

function without(values: Record<string, unknown>, names: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.has(name)))
}

const namesGivenBy = (...by: string[]): ReadonlySet<string> =>
  new Set(Object.entries(standardVariables).flatMap(([name, { given }]) => (by.includes(given) ? [name] : [])))

const brandNames = namesGivenBy('branding')

/** The variables that are facts of the event. */
export const eventVariables = namesGivenBy('event', 'branding')

/** Formats a moment for people: full date and time of day in a language and time zone. */
export function formatMoment(date: Date, locale: string, timezone: string): string {
  return texts.memo(`${locale} ${timezone} ${date.getTime()}`, { context: formatterOf(locale, timezone) })
}

// Most guests of an event share its times.
const texts = new LRUCache<string, string, Intl.DateTimeFormat>({
  max: 200,
  memoMethod: (key, _old, { context }) => context.format(Number(key.slice(key.lastIndexOf(' ') + 1))),
})

function formatterOf(locale: string, timeZone: string): Intl.DateTimeFormat {
  return dateFormatter(locale, { dateStyle: 'full', timeStyle: 'short', timeZone })
}

/** Drops absent values. */
export function known(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined))
}

const rightToLeftScripts = new Set(['Arab', 'Hebr', 'Thaa', 'Syrc', 'Nkoo', 'Adlm', 'Rohg'])
