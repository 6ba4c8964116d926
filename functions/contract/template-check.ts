import * as z from 'zod'
import { choice, integer, nameIn, text } from './schemas/values.ts'

/** A code of template problems. An error refuses the template; a warning is kept with the version. */
export interface TemplateProblemDescription {
  severity: 'error' | 'warning'
  when: string
}

const error = (when: string) => ({ severity: 'error' as const, when })
const warning = (when: string) => ({ severity: 'warning' as const, when })

/** What the check of a template's source can find, with line and column. */
const sourceProblems = {
  SYNTAX: error('Handlebars cannot read the source.'),
  SOURCE_TOO_LARGE: error('The source is larger than templates may be.'),
  TOO_COMPLEX: error('There are too many mustaches, blocks are nested too deep, or the check takes too long.'),
  RAW_OUTPUT: error('Text would be put out unescaped ({{{…}}} or {{&…}}).'),
  UNKNOWN_HELPER: error('A helper does not exist; so do partials and decorators.'),
  HELPER_ARGUMENTS: error('A helper is given what it does not take.'),
  UNKNOWN_ASSET: error('An asset is named that does not come with the template.'),
  UNKNOWN_VARIABLE: warning('A variable is nearly named as a standard one.'),
  UNKNOWN_LABEL: warning('A label has no words, so that its name is shown.'),
  UNSAFE_PLACE: error('A mustache stands where escaping cannot protect.'),
  SCRIPT: error('A script, or an element that loads another document; none ever runs.'),
  EVENT_HANDLER: error('An attribute such as onclick; none ever runs.'),
  SCRIPT_LINK: error('A javascript: address.'),
  EXTERNAL_RESOURCE: error('Something is to be loaded from elsewhere; it never is.'),
  DAMAGED_RESOURCE: error('A picture or font in the source, as a data: URL, cannot be decoded.'),
  ANIMATION: warning('Something moves, which paper does not.'),
  NO_SCANNABLE_CODE: error('There is neither a QR code nor a barcode.'),
  NO_TICKET_CODE: warning('The code is not there to be read and typed by people.'),
  NO_ALT_TEXT: warning('An image says nothing to those who cannot see it.'),
  NO_TITLE: warning('The document has no title.'),
  NO_LANGUAGE: warning('Nothing says which language the text is in.'),
  NO_PAGE_SIZE: warning('No @page says how large the ticket is.'),
  ODD_PAGE_SIZE: warning('The page is of a size that printers and phones hardly take, or there are several.'),
  COSTLY_STYLE: warning('A shadow or filter is rasterised for each ticket, 58 ms and 35 KB of it.'),
  VARIABLE_FONT: warning('A variable font among the assets is put into each file as drawings: about 35 KB more, and 1 ms.'),
  LARGE_RESOURCE: warning('An image or font in the source or among the assets is large.'),
} satisfies Record<string, TemplateProblemDescription>

/** What a trial print can find, with the guest it was found with. */
const trialProblems = {
  CANNOT_FILL: error('The template cannot be filled, or grows too large.'),
  CANNOT_PRINT: error('The browser cannot print it, or not in time.'),
  CODE_UNREADABLE: error('The QR code or barcode cannot be read from the print, or says something else.'),
  TEXT_CLIPPED: error('Text of an ordinary guest is cut off or lies beyond the page.'),
  LONG_TEXT_CLIPPED: warning('Text of an extraordinary guest is cut off or lies beyond the page.'),
  INK_CUT: error(
    'Text shows, but its box cuts ink off letters of a script that people’s names are written in, so that they read as others.',
  ),
  ODD_INK_CUT: warning('Text shows, but its box cuts ink off emoji or off letters with piled-up marks.'),
  PRINT_SHRUNK: warning('Something is wider than the page, so that all of it is printed smaller.'),
  EXTRA_PAGES: warning('Some guests have more pages than the ordinary one, or a page is blank.'),
  PDF_TOO_LARGE: error('The file is larger than tickets may be.'),
  LARGE_PDF: warning('The file is large to send and to open.'),
  MISSING_GLYPHS: warning('No font has a letter that is used.'),
  PRINTED_ALONE: warning('A shared print would change some of the tickets, or all, so that these are printed alone, slower.'),
  SHEET_TOO_SMALL: error('The pages do not fit on the sheet that the template asks for.'),
  SLOW_PRINT: warning('A ticket takes long to print.'),
} satisfies Record<string, TemplateProblemDescription>

/** Every problem that a template can have, with its severity. */
export const templateProblemCodes = { ...sourceProblems, ...trialProblems }

/** The name of one of the problems that a template can have. */
export type TemplateProblemCode = keyof typeof templateProblemCodes

/**
 * One problem of a template. `line` and `column` count from 1, columns in UTF-16 units, and are absent if the problem
 * has no place. `guest` names the trial guest that revealed it.
 */
export const templateProblem = z
  .object({
    severity: z.enum(['error', 'warning']),
    code: nameIn(templateProblemCodes),
    line: z.int().min(1).optional(),
    column: z.int().min(1).optional(),
    guest: z.string().optional(),
    message: z.string(),
    advice: z.string().optional(),
  })
  .meta({ id: 'TemplateProblem' })

/** One problem of a template. */
export type TemplateProblem = z.output<typeof templateProblem>

/**
 * The findings of checking a source. Of more than 100 problems, errors come first and `omitted` counts the rest.
 * `required` are the variables that a ticket needs.
 */
export const templateCheck = z.object({
  problems: z.array(templateProblem),
  omitted: z
    .object({ errors: z.int().min(0), warnings: z.int().min(0) })
    .optional()
    .describe('How many more problems the source has than are told; absent where all are. Errors are told before warnings.'),
  variables: z.array(z.string()),
  required: z.array(z.string()),
})

/** The findings of checking a source. */
export type TemplateCheck = z.output<typeof templateCheck>

/**
 * The findings of a trial print. `pixelTrue` says whether a shared print looks like tickets printed alone, `reason` why
 * not, and `compared` lists the kinds of tickets. `durationMs` is the time of the trial, `printMs` that of one ticket.
 */
export const templateTrial = z.object({
  problems: z.array(templateProblem),
  pageCount: z.int().min(0),
  pdfBytes: z.int().min(0),
  pixelTrue: z.boolean(),
  reason: z.string().optional(),
  printMs: z.number(),
  durationMs: z.number(),
  compared: z.array(z.object({ fingerprint: z.string(), layout: z.string(), isSame: z.boolean() })),
})

/** The findings of a trial print. */
export type TemplateTrial = z.output<typeof templateTrial>

/** Limits of an organiser's template; bytes count before inlining. */
export const templateLimits = {
  sourceBytes: 256 * 1024,
  /** Handlebars takes about 0.2 ms a mustache, and far more for deeply nested blocks. */
  mustaches: 2_000,
  words: 10_000,
  nesting: 100,
  /** How many problems of a source are listed. */
  problems: 100,
  assets: 12,
  assetBytes: 1024 * 1024,
  /** All assets together: as base64 they must fit into a filled ticket with the source. */
  assetsBytes: 1280 * 1024,
  imagePixels: 16_000_000,
  /** A filled ticket: a larger one would occupy the browser for seconds. */
  filledBytes: 2 * 1024 * 1024,
  labelLocales: 40,
  labels: 100,
} as const

/** The name that `{{asset "…"}}` calls an asset by. */
export const assetName = z
  .string()
  .regex(/^[a-z][a-zA-Z0-9-]{0,39}$/, 'must be 1 to 40 letters, digits and -, a small letter first')

/** The types of assets, which are recognised by their content. */
export const assetTypes = [
  'image/png',
  'image/jpeg',
  'image/webp',
  'image/gif',
  'image/svg+xml',
  'font/woff2',
  'font/woff',
  'font/ttf',
  'font/otf',
] as const

/** One of the types of assets. */
export type AssetType = (typeof assetTypes)[number]

const language = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a language tag, like fr or zh-Hant')
const labelName = z.string().regex(/^[a-z][a-zA-Z0-9]{0,39}$/, 'must be 1 to 40 letters and digits, a small letter first')

/** A template's own labels, by language, then by name: `{ "fr": { "seat": "Place" } }`. */
export const templateLabels = z
  .record(
    language,
    z
      .record(labelName, text(200))
      .refine((words) => Object.keys(words).length <= templateLimits.labels, `must be at most ${templateLimits.labels} labels`)
      .meta({ maxProperties: templateLimits.labels }),
  )
  .refine(
    (languages) => Object.keys(languages).length <= templateLimits.labelLocales,
    `must be at most ${templateLimits.labelLocales} languages`,
  )
  .meta({ maxProperties: templateLimits.labelLocales })

/** A template's own labels, by language, then by name. */
export type TemplateLabels = z.output<typeof templateLabels>

/** How a download lays many tickets, such as badges, on one sheet of paper, with marks to cut along. */
export const sheetLayout = z.strictObject({
  paper: choice(['A4', 'Letter']).default('A4'),
  columns: integer(1, 6),
  cutMarks: z.boolean().default(true),
})

/** How a download lays many tickets on one sheet. */
export type SheetLayout = z.output<typeof sheetLayout>
