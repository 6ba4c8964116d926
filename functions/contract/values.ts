import * as z from 'zod'

/** The names that every object of JavaScript has, so that no lookup by a name from outside finds one of them. */
const forbiddenKeys = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype'])
const controlCharacters = /[^\P{Cc}\t\n\r]/u

/** Takes text of at most `most` characters that PostgreSQL, JSON and a PDF can all hold. */
export const text = (most: number) => held(z.string(), most)

function held(schema: z.ZodString, most: number) {
  return schema
    .max(most, `must be at most ${most} characters`)
    .refine((value) => value.isWellFormed() && !controlCharacters.test(value), 'must be valid Unicode without control characters')
}

// Letters, digits, punctuation and symbols, without those that are drawn as nothing: fillers, the blank of braille, the null notehead and the
// object replacement character.
const visibleCharacter = /[[\p{L}\p{N}\p{P}\p{S}]--[\p{Default_Ignorable_Code_Point}\u2800\u{1D159}\uFFFC]]/v

/**
 * Takes text that people read on its own, such as a name: trimmed, in Unicode's normal form C, with a visible character, and without what reorders
 * the text beside it.
 */
export const requiredName = (most: number) => readable(held(z.string().trim().normalize('NFC').min(1, 'must not be empty'), most))

/** Takes text as `requiredName` does, or none. */
export const optionalName = (most: number) => readable(held(z.string().trim().normalize('NFC'), most))

function readable(schema: z.ZodString) {
  return schema
    .refine((value) => value === '' || visibleCharacter.test(value), 'must have a visible character')
    .refine(
      keepsOrder,
      'must not embed or override the direction of text (U+202A to U+202E), and must close each isolate (U+2066 to U+2069)',
    )
}

/** Tells whether text leaves the order of what stands beside it alone. Source: Unicode Standard Annex 9, "Directional Formatting Characters". */
function keepsOrder(value: string): boolean {
  let open = 0
  for (const [mark] of value.matchAll(/[\u202A-\u202E\u2066-\u2069]/g)) {
    if (mark <= '\u202E') return false
    open += mark === '\u2069' ? -1 : 1
    if (open < 0) return false
  }
  return open === 0
}

/** Takes an id of Core's, or of ours: an integer from 1 to 2^53 - 1. */
export const id = z.int('must be an integer from 1 to 9007199254740991').min(1, 'must be an integer from 1 to 9007199254740991')

/** Takes an id in a path, where it is text. */
export const pathId = z
  .string()
  .regex(/^[0-9]{1,16}$/, 'must be an integer from 1 to 9007199254740991')
  .transform(Number)
  .pipe(id)

/** Takes a moment from 1970 to 2199, with its offset. */
export const moment = z.iso
  .datetime({ offset: true, abort: true, error: 'must be an ISO 8601 time with an offset, like 2024-06-12T09:00:00+02:00' })
  .refine((value) => Date.parse(value) >= 0 && Date.parse(value) < Date.UTC(2200, 0), 'must lie between 1970 and 2199')

/** Takes the name of a value of free data. */
export const key = text(64).min(1)

/** Takes a value of free data: JSON with strings of at most 2,000 characters and lists of at most 100 entries. */
export const dataValue: z.ZodType<DataValue> = z
  .lazy(() => z.union([text(2000), z.number(), z.boolean(), z.null(), z.array(dataValue).max(100), z.record(key, dataValue)]))
  .meta({ id: 'DataValue' })

/** One value of free data. */
export type DataValue = string | number | boolean | null | DataValue[] | { [key: string]: DataValue }

/** Takes free data by name, at most 16 KB of JSON. */
export const freeData = z.record(key, dataValue).superRefine(checkData)

/** Names every value of free data whose name is not allowed, at any depth, and says when there is too much of it. */
export function checkData(data: unknown, context: z.core.$RefinementCtx): void {
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

/** Takes a language tag. */
export const locale = text(35).refine(isLocale, 'must be a BCP 47 language tag, like fr or zh-Hant')

/** Takes the name of a time zone. */
export const timezone = text(64).refine(isTimezone, 'must be an IANA time zone, like Europe/Paris')

/** Checks that of two moments by name, the second is not before the first. */
export function checkPair(begin: string, end: string) {
  return (value: Record<string, unknown>, context: z.core.$RefinementCtx): void => {
    if (Date.parse(String(value[end])) < Date.parse(String(value[begin])))
      context.addIssue({ code: 'custom', path: [end], message: `must not be before ${begin}` })
  }
}

function isLocale(value: string): boolean {
  try {
    return Intl.getCanonicalLocales(value).length === 1
  } catch {
    return false
  }
}

function isTimezone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }) !== undefined
  } catch {
    return false
  }
}
