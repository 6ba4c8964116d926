import * as z from 'zod'
import { text } from './values.ts'

const isoProblem = 'must be an ISO 8601 time with an offset, like 2024-06-12T09:00:00+02:00'

/**
 * Parses a moment with its offset, of these years; `leapYears` are those with a 29 February. Source: RFC 3339, with
 * optional seconds, and only offsets in use.
 */
export const momentOf = ({ years, leapYears, problem }: { years: string; leapYears: string; problem: string }) => {
  const days = '(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8])'
  const clock = '(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]{1,9})?)?'
  const offset = '(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)'
  return z
    .string(isoProblem)
    .regex(new RegExp(`^(?:(?:${leapYears})-02-29|(?:${years})-(?:${days}))T${clock}${offset}$`), {
      error: ({ input }) => (isMoment(input) ? problem : isoProblem),
    })
    .meta({ description: 'A date and time with its offset as in RFC 3339; seconds may be left out.' })
}

const isMoment = (input: unknown) => z.iso.datetime({ offset: true }).safeParse(input).success

/** A moment from 1970 to 2199, with its offset. */
export const moment = momentOf({
  years: '19[7-9][0-9]|2[01][0-9]{2}',
  leapYears: '19(?:7[26]|8[048]|9[26])|2000|2[01](?:0[48]|[2468][048]|[13579][26])',
  problem: 'must lie between 1970 and 2199, with an offset of at most 14 hours',
}).meta({ id: 'Moment' })

/** A time zone. */
export const timezone = text(64)
  .refine(isTimezone, 'must be an IANA time zone, like Europe/Paris')
  .meta({ id: 'TimeZone', description: 'A time zone of IANA, or another name of one.', enum: timeZones() })

/** Checks that the second of two named moments is not before the first. */
export function checkPair(begin: string, end: string) {
  return (value: Record<string, unknown>, context: z.core.$RefinementCtx): void => {
    if (Date.parse(String(value[end])) < Date.parse(String(value[begin])))
      context.addIssue({ code: 'custom', path: [end], message: `must not be before ${begin}` })
  }
}

/** Lists the time zones of ICU, and the new names of zones that ICU lists under an old one. */
function timeZones(): string[] {
  const renamed = [
    'Asia/Ho_Chi_Minh',
    'Asia/Kathmandu',
    'Asia/Kolkata',
    'Asia/Yangon',
    'Atlantic/Faroe',
    'Europe/Kyiv',
    'America/Nuuk',
  ]
  return [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), ...renamed])].filter(isTimezone).sort()
}

function isTimezone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }) !== undefined
  } catch {
    return false
  }
}
