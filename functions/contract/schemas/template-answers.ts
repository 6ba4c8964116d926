import * as z from 'zod'
import { assetTypes, sheetLayout, templateCheck, templateLabels, templateProblem, templateTrial } from '../template-check.ts'
import { time } from './answers.ts'
import { dataValue, id } from './values.ts'

const version = z.int().min(1)

/** A template in a list. `version` is the newest, with its `warnings`; `versions` lists all, newest first. */
export const templateSummary = z.object({
  templateId: id,
  name: z.string(),
  status: z.enum(['active', 'archived']),
  builtIn: z.boolean(),
  version,
  warnings: z.array(templateProblem),
  versions: z.array(z.object({ version, name: z.string(), createdAt: time, warningCount: z.int() })),
  archivedAt: time.nullable(),
})

/** The answer of "list-templates". */
export const templatesAnswer = z.object({ templates: z.array(templateSummary), nextCursor: z.string().nullable() })

/** The findings of a trial print that are kept with the version. */
const verdict = templateTrial.omit({ problems: true, durationMs: true, compared: true })

/**
 * One version of a template. `required` are the variables that a ticket must have; `trial` is null where
 * nothing was printed, as with built-in templates.
 */
export const templateAnswer = templateSummary.omit({ versions: true }).extend({
  newestVersion: version,
  source: z.string(),
  sample: z.record(z.string(), dataValue),
  labels: templateLabels,
  sheet: sheetLayout.nullable(),
  assets: z.array(z.object({ name: z.string(), type: z.enum(assetTypes), bytes: z.int(), sha256: z.string() })),
  required: z.array(z.string()),
  trial: verdict.nullable(),
  createdAt: time,
  versions: templateSummary.shape.versions,
})

/** The answer of "check-template": `trial` is null unless it was asked for and the source has no error. */
export const checkAnswer = templateCheck.extend({ trial: verdict.nullable() })

/** The answer of "archive-template". */
export const archiveAnswer = z.object({ templateId: id, status: z.enum(['active', 'archived']), archivedAt: time.nullable() })
