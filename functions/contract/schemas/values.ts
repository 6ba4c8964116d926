import * as z from 'zod'

/** The property names of every JavaScript object, which are refused as names of free data. */
const forbiddenKeys = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype'])
// \p{Cc} without tab and line breaks, in escapes that validators of the OpenAPI document know in any language.
const controlCharacters = String.raw`\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F`
const noControlCharacters = new RegExp(`^[^${controlCharacters}]*$`)
const printable = 'must be valid Unicode without control characters'

/** Parses text of at most `most` code points that PostgreSQL, JSON and a PDF can all hold. */
export const text = (most: number) => held(z.string(), most).meta({ maxLength: most })

function held(schema: z.ZodString, most: number) {
  return schema
    .regex(noControlCharacters, printable)
    .refine((value) => value.isWellFormed(), printable)
    .refine((value) => value.length <= most || [...value].length <= most, `must be at most ${most} characters`)
}

// Letters, digits, punctuation and symbols, without invisible ones: fillers, the braille blank, the null notehead and
// the object replacement character.
const visibleCharacter = /[[\p{L}\p{N}\p{P}\p{S}]--[\p{Default_Ignorable_Code_Point}\u2800\u{1D159}\uFFFC]]/v

/** Returns whether text has a visible character. */
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

/** Returns whether text leaves the order of the text around it alone. Source: UAX 9, "Directional Formatting Characters". */
function keepsOrder(value: string): boolean {
  let open = 0
  for (const [mark] of value.matchAll(/[\u202A-\u202E\u2066-\u2069]/g)) {
    if (mark <= '\u202E') return false
    open += mark === '\u2069' ? -1 : 1
    if (open < 0) return false
  }
  return open === 0
}

/** Returns the length of so many bytes in base64. */
export const base64Characters = (bytes: number) => Math.ceil(bytes / 3) * 4

/** Parses a file of at most so many bytes in base64. */
export const base64Content = (bytes: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(base64Characters(bytes), `must be at most ${bytes / 1024} KB`)
    .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'must be base64')

/** Parses an integer within bounds; the problem names them, with the unit. */
export const integer = (least: number, most: number, unit = '') => {
  const problem = `must be an integer from ${least} to ${most}${unit}`
  return z.int(problem).min(least, problem).max(most, problem)
}

/** An id of Core's, or of ours. */
export const id = integer(1, Number.MAX_SAFE_INTEGER)

/** Parses an integer of a path or query, without leading zeros, so that a resource has one address. */
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

/** Parses one of some words; the problem lists them. */
export const choice = <const Word extends string>(words: readonly Word[]) =>
  z.enum(words, `must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`)

/** Parses the name of one of a table's entries. */
export const nameIn = <Table extends object>(table: Table) =>
  z.enum(Object.keys(table)).pipe(z.custom<Extract<keyof Table, string>>())

/** Requires exactly one of some fields. */
export function exactlyOne<Schema extends z.ZodObject>(schema: Schema, ...names: [string, ...string[]]): Schema {
  const [first, ...others] = names
  const problem = { path: [first], message: `is required, or ${others.join(', or ')}, and only one of them` }
  return schema
    .refine((value) => names.filter((name) => value[name] !== undefined).length === 1, problem)
    .meta({ oneOf: names.map((name) => ({ required: [name] })) })
}

/** Refuses two fields that exclude each other. */
export function notBoth<Schema extends z.ZodObject>(schema: Schema, first: string, second: string): Schema {
  const problem = { path: [first], message: `must not be given with ${second}` }
  return schema
    .refine((value) => value[first] === undefined || value[second] === undefined, problem)
    .meta({ not: { required: [first, second] } })
}

/** A problem with one field. */
export const fieldProblem = z.object({ path: z.string(), problem: z.string() })

/** The id of a batch, which the caller may choose. */
export const batchId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/, 'must be 1 to 100 letters, digits and . _ : -')

/** The name of a value of free data. `checkData` reports forbidden names at any depth. */
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
