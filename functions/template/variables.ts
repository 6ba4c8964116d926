import { type DataValue, moment } from '../contract/schemas/values.ts'
import { standardVariables } from '../contract/template-language.ts'
import type { TicketSubject } from '../contract/ticket-subject.ts'

/** Is what a template can name, without the ticket's own code, QR image and time. */
export type TemplateVariables = Record<string, unknown>

/**
 * Lists what a template can name. The event's facts come from the event alone: what a guest's data calls by their names is the guest's own, and
 * stands in `data`. Any other name of the guest's data comes before the event's details. Dates are written in the guest's language and the event's time zone.
 * What is not known is absent.
 */
export function templateVariables(subject: TicketSubject): TemplateVariables {
  const { data, timezone, starts_at: startsAt, ends_at: endsAt } = subject
  const locale = subject.locale ?? 'en'
  const format = (date: Date | null) => date && formatMoment(date, locale, timezone)
  return {
    ...subject.event_details,
    ...Object.fromEntries(Object.entries(data).filter(([name]) => !eventVariables.has(name))),
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
      firstName: subject.first_name,
      lastName: subject.last_name,
      email: subject.email,
      ticketType: subject.ticket_type,
      locale,
      dir: directionOf(locale),
    }),
  }
}

/** Writes when a guest may enter, where admission is timed. */
function entryTime({ entryStartsAt, entryEndsAt }: TicketSubject['data'], locale: string, timezone: string): string | undefined {
  const start = dateOf(entryStartsAt)
  const end = dateOf(entryEndsAt)
  if (!start) return undefined
  return end && end > start ? formatterOf(locale, timezone).formatRange(start, end) : formatMoment(start, locale, timezone)
}

/** Reads a moment of a guest's data. One that was registered before such times were checked may be none. */
function dateOf(value: DataValue | undefined): Date | undefined {
  const { data } = moment.safeParse(value)
  return data === undefined ? undefined : new Date(data)
}

/** Names the variables that are facts of the event. */
export const eventVariables: ReadonlySet<string> = new Set(
  Object.entries(standardVariables).flatMap(([name, { given }]) => (given === 'event' ? [name] : [])),
)

/** Writes a moment for people: full date and time of day in that language and zone. */
export function formatMoment(date: Date, locale: string, timezone: string): string {
  const name = `${locale} ${timezone} ${date.getTime()}`
  const text = texts.get(name) ?? formatterOf(locale, timezone).format(date)
  if (texts.size >= mostFormatted) texts.clear()
  texts.set(name, text)
  return text
}

// The guests of an event mostly share its times.
const texts = new Map<string, string>()

function formatterOf(locale: string, timezone: string): Intl.DateTimeFormat {
  const name = `${locale} ${timezone}`
  const formatter =
    formatters.get(name) ?? new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short', timeZone: timezone })
  if (formatters.size >= mostFormatted) formatters.clear()
  formatters.set(name, formatter)
  return formatter
}

// Making a formatter costs a hundred times what using it does.
const formatters = new Map<string, Intl.DateTimeFormat>()
const mostFormatted = 200

function known(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined))
}

const rightToLeftScripts = new Set(['Arab', 'Hebr', 'Thaa', 'Syrc', 'Nkoo', 'Adlm', 'Rohg'])

function directionOf(locale: string): 'ltr' | 'rtl' {
  const direction =
    directions.get(locale) ?? (rightToLeftScripts.has(new Intl.Locale(locale).maximize().script ?? '') ? 'rtl' : 'ltr')
  if (directions.size >= mostDirections) directions.clear()
  directions.set(locale, direction)
  return direction
}

const directions = new Map<string, 'ltr' | 'rtl'>()
const mostDirections = 200
