import type { DataValue } from '../contract/values.ts'

/** Is what is known of a ticket's event and guest when the template is filled. */
export interface TicketSubject {
  event_title: string | null
  starts_at: Date | null
  ends_at: Date | null
  timezone: string
  location: string | null
  event_details: Record<string, DataValue>
  first_name: string | null
  last_name: string | null
  email: string | null
  ticket_type: string | null
  locale: string | null
  data: Record<string, DataValue>
}

/** Is what a template can name, without the ticket's own code, QR image and time. */
export type TemplateVariables = Record<string, unknown>

/**
 * Lists what a template can name: the event's details, then the event, then the guest's own data, then the guest; the later wins.
 * Dates are written in the guest's language and the event's time zone. What is not known is absent.
 */
export function templateVariables(subject: TicketSubject): TemplateVariables {
  const { data } = subject
  const locale = subject.locale ?? 'en'
  const timezone = asText(data.timezone) ?? subject.timezone
  const format = (moment: Date | undefined) => moment && formatMoment(moment, locale, timezone)
  const { startsAt, endsAt } = timesOf(subject)
  return {
    ...subject.event_details,
    ...known({
      eventName: asText(data.title) ?? subject.event_title,
      eventDate: format(startsAt),
      eventEndDate: format(endsAt),
      startsAt: startsAt?.toISOString(),
      endsAt: endsAt?.toISOString(),
      timezone,
      location: subject.location,
    }),
    ...data,
    ...known({
      firstName: subject.first_name,
      lastName: subject.last_name,
      email: subject.email,
      ticketType: subject.ticket_type,
      locale,
      dir: directionOf(locale),
    }),
  }
}

/** Tells when the event begins and ends, for this guest. */
export function timesOf({ data, starts_at, ends_at }: Pick<TicketSubject, 'data' | 'starts_at' | 'ends_at'>) {
  return { startsAt: asDate(data.startsAt) ?? starts_at ?? undefined, endsAt: asDate(data.endsAt) ?? ends_at ?? undefined }
}

/** Writes a moment for people: full date and time of day in that language and zone. */
export function formatMoment(moment: Date, locale: string, timezone: string): string {
  const name = `${locale} ${timezone} ${moment.getTime()}`
  const text = texts.get(name) ?? formatterOf(locale, timezone).format(moment)
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

function asText(value: DataValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function asDate(value: DataValue | undefined): Date | undefined {
  return typeof value === 'string' ? new Date(value) : undefined
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
