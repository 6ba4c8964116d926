import type { TemplateCheck } from '../contract/template-check.ts'
import type { TrialVerdict } from '../database/templates.ts'
import { TemplateInvalidError } from '../errors.ts'
import { compileTemplate, type TicketTemplate } from '../pdf/template.ts'
import type { TemplateContent } from './template-content.ts'

/** Tells what was found of a template; `trial` is null where nothing was printed. */
export type CheckedTemplate = TemplateCheck & { trial: TrialVerdict | null }

/** Checks a template without printing it. */
export function checkContent(content: TemplateContent): CheckedTemplate {
  try {
    const { variables, required } = compileContent(content)
    return { problems: [], variables, required, trial: null }
  } catch (error) {
    if (!(error instanceof TemplateInvalidError)) throw error
    const problems = error.details.map(({ path, problem }) => ({
      severity: 'error' as const,
      code: 'SYNTAX' as const,
      line: Number(/line (\d+)/.exec(path)?.[1] ?? 1),
      column: Number(/column (\d+)/.exec(path)?.[1] ?? 1),
      message: problem,
    }))
    return { problems, variables: [], required: [], trial: null }
  }
}

/**
 * Makes a template ready to fill.
 * @throws TemplateInvalidError with every problem's line and column.
 */
export function compileContent({ source }: TemplateContent): TicketTemplate {
  return compileTemplate(source)
}
