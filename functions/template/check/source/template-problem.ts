import {
  type TemplateCheck,
  type TemplateProblem,
  type TemplateProblemCode,
  templateLimits,
  templateProblemCodes,
} from '../../../contract/template-check.ts'

/** A place in a template's source; lines and columns start at 1. */
export interface SourcePlace {
  line: number
  column: number
}

/** Makes a problem with the severity of its code; `what` is the message, then the advice. */
export function templateProblem(
  code: TemplateProblemCode,
  place: Partial<SourcePlace> & { guest?: string },
  what: [message: string, advice?: string | undefined],
): TemplateProblem {
  const [message, advice] = what
  return { severity: templateProblemCodes[code].severity, code, ...place, message, ...(advice ? { advice } : {}) }
}

/** Finds the name that was probably meant: one that differs only by case, or by a typo or two. */
export function findNear(name: string, names: readonly string[]): string | undefined {
  const most = name.length < 4 ? 0 : name.length < 8 ? 1 : 2
  const wanted = plain(name)
  const ranked = names
    .filter((known) => Math.abs(plain(known).length - wanted.length) <= most)
    .map((known) => ({ known, distance: distance(wanted, plain(known)) }))
    .sort((a, b) => a.distance - b.distance)
  const [best] = ranked
  return best && best.known !== name && best.distance <= most ? best.known : undefined
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, '')
}

/** Counts the letters to add, drop, change or swap with their neighbour (optimal string alignment). */
function distance(one: string, other: string): number {
  let [before, row] = [[] as number[], Array.from({ length: other.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const changed = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1)
      const swapped = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1] ? (before[j - 2] ?? 0) + 1 : changed
      next.push(Math.min(changed, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    ;[before, row] = [row, next]
  }
  return row[other.length] ?? 0
}

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
