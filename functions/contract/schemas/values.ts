import * as z from 'zod'

/** The property names of every JavaScript object, which no name from outside may equal. */
const forbiddenKeys = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype'])
// biome-ignore lint/suspicious/noControlCharactersInRegex: the OpenAPI document carries it, and validators in other languages do not know \p{Cc}.
const noControlCharacters = /^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]*$/
const printable = 'must be valid Unicode without control characters'

/** Parses text of at most `most` code points that PostgreSQL, JSON and a PDF can all hold. */
export const text = (most: number) => held(z.string(), most).meta({ maxLength: most })

function held(schema: z.ZodString, most: number) {
  return schema
    .regex(noControlCharacters, printable)
    .refine((value) => value.isWellFormed(), printable)
    .refine((value) => value.length <= most || [...value].length <= most, `must be at most ${most} characters`)
}

// Letters, digits, punctuation and symbols, without those drawn as nothing: fillers, the braille blank, the null
// notehead and the object replacement character.
const visibleCharacter = /[[\p{L}\p{N}\p{P}\p{S}]--[\p{Default_Ignorable_Code_Point}\u2800\u{1D159}\uFFFC]]/v

/** Returns whether text has a character that shows. */
export function hasVisibleCharacter(value: string): boolean {
  return visibleCharacter.test(value)
}

/**
 * Parses text that people read on its own, such as a name: on one line, in NFC, with a visible character, and
 * without marks that reorder the text beside it.
 */
export const requiredName = (most: number) => readable(held(oneLine().min(1, 'must not be empty'), most), most)

/** Parses text as `requiredName` does, or empty. */
export const optionalName = (most: number) => readable(held(oneLine(), most), most)

/** Parses text as one line: each run of white space becomes a space. */
function oneLine(): z.ZodString {
  return z
    .string()
    .overwrite((value) => value.replace(/\s+/gu, ' ').trim())
    .normalize('NFC')
}

function readable(schema: z.ZodString, most: number) {
  return schema
    .refine((value) => value === '' || hasVisibleCharacter(value), 'must have a visible character')
    .refine(
      keepsOrder,
      'must not embed or override the direction of text (U+202A to U+202E), and must close each isolate (U+2066 to U+2069)',
    )
    .meta({
      maxLength: most,
      description:
        'With a visible character; no embedding or override of direction, each isolate closed. Stored trimmed, on one line, in NFC.',
    })
}

/**
 * Returns whether text keeps the order of its neighbours. Source: UAX 9, "Directional Formatting Characters".
 */
function keepsOrder(value: string): boolean {
  let open = 0
  for (const [mark] of value.matchAll(/[\u202A-\u202E\u2066-\u2069]/g)) {
    if (mark <= '\u202E') return false
    open += mark === '\u2069' ? -1 : 1
    if (open < 0) return false
  }
  return open === 0
}

/** Counts the characters of so many bytes in base64. */
export const base64Characters = (bytes: number) => Math.ceil(bytes / 3) * 4

/** Takes a file of at most so many bytes in base64. */
export const base64Content = (bytes: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(base64Characters(bytes), `must be at most ${bytes / 1024} KB`)
    .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'must be base64')

/** An id of Core's, or of ours: an integer from 1 to 2^53 - 1. */
export const id = z.int('must be an integer from 1 to 9007199254740991').min(1, 'must be an integer from 1 to 9007199254740991')

/** Parses an integer of a path or query. It has no leading zeros, so that a resource has one address. */
export const decimal = (least: number, most: number) => {
  const problem = `must be an integer from ${least} to ${most}, without leading zeros`
  return z
    .string()
    .regex(/^(?:0|[1-9][0-9]{0,15})$/, problem)
    .transform(Number)
    .pipe(z.int(problem).min(least, problem).max(most, problem))
}

/** An id in a path or a query. */
export const pathId = decimal(1, Number.MAX_SAFE_INTEGER)

/** A problem with one field. */
export const fieldProblem = z.object({ path: z.string(), problem: z.string() })

/** The id of a batch, which the caller may choose. */
export const batchId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/, 'must be 1 to 100 letters, digits and . _ : -')

const isoProblem = 'must be an ISO 8601 time with an offset, like 2024-06-12T09:00:00+02:00'

/**
 * Parses a moment with its offset. `leapYears` are those of `years` that have a 29 February.
 * Source: RFC 3339, with seconds optional; offsets are those in use.
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

/** The name of a value of free data. Which names are not allowed is checked by `checkData`, at any depth. */
export const key = text(64)
  .min(1)
  .meta({ not: { enum: [...forbiddenKeys] } })

/** A value of free data: JSON with strings of at most 2,000 characters and lists of at most 100 entries. */
export const dataValue: z.ZodType<DataValue> = z
  .lazy(() => z.union([text(2000), z.number(), z.boolean(), z.null(), z.array(dataValue).max(100), z.record(key, dataValue)]))
  .meta({ id: 'DataValue' })

/** One value of free data. */
export type DataValue = string | number | boolean | null | DataValue[] | { [key: string]: DataValue }

/** Free data by name, at most 16 KB of JSON. */
export const freeData = z.record(key, dataValue).superRefine(checkData).meta({ description: 'At most 16384 characters of JSON.' })

/** Reports forbidden names in free data, at any depth, and data that is too large. */
export function checkData(data: unknown, context: z.core.$RefinementCtx): void {
  for (const name of Object.keys(z.record(z.string(), z.unknown()).safeParse(data).data ?? {}))
    if (!key.safeParse(name).success)
      context.addIssue({ code: 'custom', path: [name], message: 'must have a name of 1 to 64 printable characters' })
  for (const path of forbiddenPaths(data)) context.addIssue({ code: 'custom', path, message: 'is not allowed as a name' })
  if (JSON.stringify(data).length > 16_384)
    context.addIssue({ code: 'custom', message: 'must be at most 16384 characters of JSON' })
}

function forbiddenPaths(value: unknown): PropertyKey[][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    const step = Array.isArray(value) ? Number(name) : name
    return [...(forbiddenKeys.has(name) ? [[step]] : []), ...forbiddenPaths(inner).map((path) => [step, ...path])]
  })
}

/** A language with its script, region, variant and formats (Unicode Technical Standard 35, section 3.2). */
export const locale = z
  .string()
  .max(35, 'must be at most 35 characters')
  .regex(
    /^(?:[A-Za-z]{2,3}|[A-Za-z]{5,8})(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))?(?:-[uU](?:-[A-Za-z0-9][A-Za-z](?:-[A-Za-z0-9]{3,8})+)+)?$/,
    'must be a BCP 47 language tag, like fr or zh-Hant',
  )

/** A time zone. */
export const timezone = text(64)
  .refine(isTimezone, 'must be an IANA time zone, like Europe/Paris')
  .meta({ id: 'TimeZone', description: 'A time zone of IANA, or another name of one.', enum: timeZones() })

/** Checks that of two moments by name, the second is not before the first. */
export function checkPair(begin: string, end: string) {
  return (value: Record<string, unknown>, context: z.core.$RefinementCtx): void => {
    if (Date.parse(String(value[end])) < Date.parse(String(value[begin])))
      context.addIssue({ code: 'custom', path: [end], message: `must not be before ${begin}` })
  }
}

/** Lists the time zones of ICU, and the new names of those that ICU lists under an old one. */
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
