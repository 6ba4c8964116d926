import type { TemplateCheck, TemplateProblem } from '../../contract/template-check.ts'
import { isVariableFont, isWhole } from '../../template/check/assets/whole-file.ts'
import { checkTemplate } from '../../template/check/check-template.ts'
import { templateProblem } from '../../template/check/source/template-problem.ts'
import { type FillableContent, partsOf } from './compile-content.ts'
import type { TemplateContent } from './template-content.ts'

/** Checks a template without printing it. */
export function checkContent(content: FillableContent & Pick<TemplateContent, 'sample'>): TemplateCheck {
  const check = checkTemplate(content.source, { ...partsOf(content), sample: content.sample })
  return { ...check, problems: [...check.problems, ...checkFonts(content)] }
}

function checkFonts({ assets }: FillableContent): TemplateProblem[] {
  const variable = assets.filter(({ type, content }) => isWhole(type, content) && isVariableFont(type, content))
  return variable.map(({ name }) => {
    const message = `the font ${name} is variable, which costs each ticket about 35 KB and 1 ms more than a static one`
    return templateProblem('VARIABLE_FONT', {}, [message, 'upload a file for each weight that is used'])
  })
}
