import { find } from '../../../functions/pages/door/find.ts'
import { count, element, size } from './element.ts'
import type { Check, Problem } from './service-calls.ts'

/** Lists the problems that the check found, errors first, with a summary of their number. */
export function showCheck(
  { problems, omitted, trial }: Pick<Check, 'problems' | 'omitted' | 'trial'>,
  goTo: (line: number, column: number) => void,
): void {
  const inOrder = problems.toSorted((one, other) => Number(other.severity === 'error') - Number(one.severity === 'error'))
  find('problems', HTMLElement).replaceChildren(...inOrder.map((problem) => entry(problem, goTo)))
  const listed = problems.filter(({ severity }) => severity === 'error').length
  const errors = listed + (omitted?.errors ?? 0)
  const warnings = problems.length - listed + (omitted?.warnings ?? 0)
  const counts = [errors > 0 ? count(errors, 'error') : '', warnings > 0 ? count(warnings, 'warning') : '']
  showSummary([counts.filter(Boolean).join(', ') || 'No problems', formatTrial(trial)].filter(Boolean).join(' · '))
}

/** Clears the list, and shows why there is no check result. */
export function showNoCheck(reason: string): void {
  find('problems', HTMLElement).replaceChildren()
  showSummary(reason)
}

/** Goes to the next problem with a position, or with `step` -1 to the previous one. */
export function stepProblem(step: 1 | -1): void {
  const buttons = [...find('problems', HTMLElement).querySelectorAll('button')]
  if (buttons.length === 0) return
  const at = buttons.findIndex((button) => button.hasAttribute('aria-current'))
  const next = buttons.at(at < 0 && step < 0 ? -1 : (at + step) % buttons.length)
  next?.click()
}

/** Formats a problem's message with its advice. */
export function formatProblem(problem: Problem): string {
  return problem.message + joint(problem) + (problem.advice ?? '')
}

function joint({ message, advice }: Problem): string {
  if (!advice) return ''
  return /[.?!]$/.test(message) ? ' ' : '; '
}

/** Updates the summary only if it changes: screen readers announce every update. */
function showSummary(text: string): void {
  const summary = find('summary', HTMLElement)
  if (summary.textContent !== text) summary.textContent = text
}

function formatTrial(trial: Check['trial']): string {
  if (!trial) return ''
  const shared = trial.pixelTrue ? 'shared print' : 'each printed alone'
  return `trial print: ${count(trial.pageCount, 'page')}, ${size(trial.pdfBytes)}, ${Math.round(trial.printMs)} ms a ticket, ${shared}`
}

function entry(problem: Problem, goTo: (line: number, column: number) => void): HTMLElement {
  const { severity, line, column = 1, guest, message, advice } = problem
  const item = element('li', severity, '')
  const place = line === undefined ? '' : `line ${line}, column ${column}`
  const where = [severity === 'error' ? 'Error' : 'Warning', place, guest ? `guest “${guest}”` : ''].filter(Boolean).join(', ')
  const parts = [element('strong', '', `${where}:`), ' ', message, joint(problem), element('span', 'advice', advice ?? '')]
  if (line === undefined) item.append(...parts)
  else {
    const button = element('button', '', '')
    button.type = 'button'
    button.append(...parts)
    button.addEventListener('click', () => {
      for (const other of item.parentElement?.querySelectorAll('[aria-current]') ?? []) other.removeAttribute('aria-current')
      button.setAttribute('aria-current', 'true')
      goTo(line, column)
    })
    item.append(button)
  }
  return item
}
