import * as z from 'zod'

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype'])
// biome-ignore lint/suspicious/noControlCharactersInRegex: it names what text must not have, in a form that all readers of JSON Schema know.
const noControlCharacters = /^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]*$/
const printable = 'must be valid Unicode without control characters'

/** Takes text of at most `most` characters, counted as JSON Schema does by code points, that PostgreSQL, JSON and a PDF can all hold. */
export const text = (most: number) =>
  z
    .string()
    .regex(noControlCharacters, printable)
    .refine((value) => value.isWellFormed(), printable)
    .refine((value) => value.length <= most || [...value].length <= most, `must be at most ${most} characters`)
    .meta({ maxLength: most })

/** Takes an id of Core's, or of ours: an integer from 1 to 2^53 - 1. */
export const id = z.int('must be an integer from 1 to 9007199254740991').min(1, 'must be an integer from 1 to 9007199254740991')

/** Takes an integer of a path or a query, where it is text: decimal, without leading zeros, so that a resource has one address. */
export const decimal = (least: number, most: number) => {
  const problem = `must be an integer from ${least} to ${most}, without leading zeros`
  return z
    .string()
    .regex(/^(?:0|[1-9][0-9]{0,15})$/, problem)
    .transform(Number)
    .pipe(z.int(problem).min(least, problem).max(most, problem))
}

/** Takes an id in a path or a query. */
export const pathId = decimal(1, Number.MAX_SAFE_INTEGER)

/**
 * Takes a moment of the years that match, with its offset. `leapYears` are those of them that have a 29 February. Source: RFC 3339, of which seconds
 * may be left out; offsets are those that are in use.
 */
export const momentOf = ({ years, leapYears, problem }: { years: string; leapYears: string; problem: string }) => {
  const days = '(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8])'
  const clock = '(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]{1,9})?)?'
  const offset = '(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)'
  return z
    .string()
    .regex(new RegExp(`^(?:(?:${leapYears})-02-29|(?:${years})-(?:${days}))T${clock}${offset}$`), {
      error: ({ input }) => (isMoment(input) ? problem : isoProblem),
    })
    .meta({ description: 'A date and time with its offset as in RFC 3339; seconds may be left out.' })
}

const isoProblem = 'must be an ISO 8601 time with an offset, like 2024-06-12T09:00:00+02:00'
const isMoment = (input: unknown) => z.iso.datetime({ offset: true }).safeParse(input).success

/** Takes a moment from 1970 to 2199, with its offset. */
export const moment = momentOf({
  years: '19[7-9][0-9]|2[01][0-9]{2}',
  leapYears: '19(?:7[26]|8[048]|9[26])|2000|2[01](?:0[48]|[2468][048]|[13579][26])',
  problem: 'must lie between 1970 and 2199, with an offset of at most 14 hours',
}).meta({ id: 'Moment' })

/** Takes the name of a value of free data. */
export const key = text(64)
  .min(1)
  .refine((value) => !forbiddenKeys.has(value), 'is not allowed as a name')
  .meta({ not: { enum: [...forbiddenKeys] } })

/** Takes a value of free data: JSON with strings of at most 2,000 characters and lists of at most 100 entries. */
export const dataValue: z.ZodType<DataValue> = z
  .lazy(() => z.union([text(2000), z.number(), z.boolean(), z.null(), z.array(dataValue).max(100), z.record(key, dataValue)]))
  .meta({ id: 'DataValue' })

/** Is one value of free data. */
export type DataValue = string | number | boolean | null | DataValue[] | { [key: string]: DataValue }

/** Takes free data by name, at most 16 KB of JSON. */
export const freeData = z
  .record(key, dataValue)
  .refine((value) => JSON.stringify(value).length <= 16_384, 'must be at most 16384 characters of JSON')
  .meta({ description: 'At most 16384 characters of JSON.' })
