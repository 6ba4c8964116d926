import * as z from 'zod'

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype'])
const controlCharacters = /[^\P{Cc}\t\n\r]/u

/** Takes text of at most `most` characters that PostgreSQL, JSON and a PDF can all hold. */
export const text = (most: number) =>
  z
    .string()
    .max(most, `must be at most ${most} characters`)
    .refine((value) => value.isWellFormed() && !controlCharacters.test(value), 'must be valid Unicode without control characters')

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

/** Takes a moment from 1970 to 2199, with its offset. */
export const moment = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 time with an offset, like 2024-06-12T09:00:00+02:00' })
  .refine((value) => Date.parse(value) >= 0 && Date.parse(value) < Date.UTC(2200, 0), 'must lie between 1970 and 2199')

/** Takes the name of a value of free data. */
export const key = text(64)
  .min(1)
  .refine((value) => !forbiddenKeys.has(value), 'is not allowed as a name')

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
