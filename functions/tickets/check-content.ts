import type { TemplateCheck, TemplateProblem } from '../contract/template-check.ts'
import type { TrialVerdict } from '../database/templates.ts'
import { compileTemplate, type TicketTemplate } from '../pdf/template.ts'
import { checkTemplate } from '../pdf/template-check.ts'
import type { TemplateParts } from '../pdf/template-helpers.ts'
import { templateProblem } from '../pdf/template-problem.ts'
import { isVariableFont, isWhole } from '../pdf/whole-file.ts'
import type { TemplateContent } from './template-content.ts'

/** Tells what was found of a template; `trial` is null where nothing was printed. */
export type CheckedTemplate = TemplateCheck & { trial: TrialVerdict | null }

/** Is what of a template is compiled. */
export type Compiled = Pick<TemplateContent, 'source' | 'labels'> & {
  assets: Pick<TemplateContent['assets'][number], 'name' | 'type' | 'content'>[]
}

/** Checks a template without printing it. */
export function checkContent(content: Compiled): CheckedTemplate {
  const check = checkTemplate(content.source, partsOf(content))
  return { ...check, problems: [...check.problems, ...checkFonts(content)], trial: null }
}

function checkFonts({ assets }: Compiled): TemplateProblem[] {
  const variable = assets.filter(({ type, content }) => isWhole(type, content) && isVariableFont(type, content))
  return variable.map(({ name }) => {
    const message = `the font ${name} is variable, which costs each ticket about 35 KB and 1 ms more than a static one`
    return templateProblem('VARIABLE_FONT', {}, [message, 'upload a file for each weight that is used'])
  })
}

/**
 * Makes a template ready to fill, its assets inlined.
 * @throws TemplateInvalidError with every problem's line and column.
 */
export function compileContent(content: Compiled): TicketTemplate {
  return compileTemplate(content.source, partsOf(content))
}

/** Gives what comes with a template's source: its assets as `data:` URLs, and its labels. */
export function partsOf({ labels, assets }: Compiled): TemplateParts {
  const urls = assets.map(({ name, type, content }) => [name, `data:${type};base64,${content.toString('base64')}`])
  return { labels, assets: Object.fromEntries(urls) }
}
