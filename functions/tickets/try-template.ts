import type { RenderAnswer, SentTemplate, TrialOrder } from '../contract/render.ts'
import type { TemplateCheck } from '../contract/template-check.ts'
import type { Printer } from '../pdf/print.ts'
import { templateProblem } from '../pdf/template-problem.ts'
import { runWithin, TimeBudgetError } from '../pdf/time-budget.ts'
import { trialPrint } from '../pdf/trial-print.ts'
import { type Compiled, checkContent, compileContent } from './check-content.ts'

/**
 * Checks a template, and where that finds no error and `isPrinted` says so, prints it for guests that are hard to print for.
 * `maxFileSize` is in bytes.
 * @throws BrowserUnavailableError when Chromium cannot start.
 */
export async function tryTemplate(
  { printer, maxFileSize }: { printer: Printer; maxFileSize: number },
  { isPrinted, ...template }: TrialOrder,
): Promise<RenderAnswer> {
  const content = decodeTemplate(template)
  const check = checkInTime(content)
  if (!isPrinted || check.problems.some(({ severity }) => severity === 'error')) return { outcome: 'tried', check, trial: null }
  const { sample, sheet } = template
  return { outcome: 'tried', check, trial: await trialPrint(printer, compileContent(content), { sample, sheet, maxFileSize }) }
}

/** Decodes the assets of a template that came in a request. */
export function decodeTemplate({ source, labels, assets }: SentTemplate): Compiled {
  return { source, labels, assets: assets.map((asset) => ({ ...asset, content: Buffer.from(asset.content, 'base64') })) }
}

const checkMs = 8_000

function checkInTime(content: Compiled): TemplateCheck {
  try {
    const { problems, variables, required } = runWithin(checkMs, () => checkContent(content))
    return { problems, variables, required }
  } catch (error) {
    if (!(error instanceof TimeBudgetError)) throw error
    const problem = templateProblem('TOO_COMPLEX', {}, [`checking it ${error.message}`, 'make the source shorter and simpler'])
    return { problems: [problem], variables: [], required: [] }
  }
}
