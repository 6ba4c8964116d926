import { type TemplateCheck, type TemplateProblem, templateLimits } from '../../../contract/template-check.ts'

/** Sorts problems by place, those without one last, and keeps the first 100, errors before warnings. */
export function capProblems(problems: readonly TemplateProblem[]): Pick<TemplateCheck, 'problems' | 'omitted'> {
  const inOrder = problems.toSorted(byPlace)
  const errorsFirst = inOrder.toSorted((one, other) => Number(isWarning(one)) - Number(isWarning(other)))
  const left = errorsFirst.slice(templateLimits.problems)
  if (left.length === 0) return { problems: inOrder }
  const kept = new Set(errorsFirst.slice(0, templateLimits.problems))
  const warnings = left.filter(isWarning).length
  return { problems: inOrder.filter((problem) => kept.has(problem)), omitted: { errors: left.length - warnings, warnings } }
}

function isWarning({ severity }: TemplateProblem): boolean {
  return severity === 'warning'
}

function byPlace(one: TemplateProblem, other: TemplateProblem): number {
  const last = Number.MAX_SAFE_INTEGER
  return (one.line ?? last) - (other.line ?? last) || (one.column ?? last) - (other.column ?? last)
}
