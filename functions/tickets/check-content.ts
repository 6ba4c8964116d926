import type { TemplateCheck } from '../contract/template-check.ts'
import type { TrialVerdict } from '../database/templates.ts'
import { checkTemplate } from '../pdf/template-check.ts'
import { type FillableContent, partsOf } from './compile-content.ts'
import type { TemplateContent } from './template-content.ts'

/** Tells what was found of a template; `trial` is null where nothing was printed. */
export type CheckedTemplate = TemplateCheck & { trial: TrialVerdict | null }

/** Checks a template without printing it. */
export function checkContent(content: FillableContent & Pick<TemplateContent, 'sample'>): CheckedTemplate {
  return { ...checkTemplate(content.source, { ...partsOf(content), sample: content.sample }), trial: null }
}
