import { trialDeadlines } from '../../contract/retries.ts'
import type { RenderAnswer, TrialOrder } from '../../contract/schemas/render.ts'
import type { TemplateCheck } from '../../contract/template-check.ts'
import { decodeAssets, findDamagedFiles } from '../../print/embedded-files.ts'
import type { Printer } from '../../print/printer.ts'
import { trialPrint } from '../../print/trial/trial-print.ts'
import { damaged } from '../../template/check/assets/asset.ts'
import { capProblems, templateProblem } from '../../template/check/source/template-problem.ts'
import { runWithin, TimeBudgetError } from '../../template/helpers/time-budget.ts'
import { checkContent } from '../templates/check-content.ts'
import { compileContent, partsOf } from '../templates/compile-content.ts'
import { type DecodedTemplate, decodeTemplate } from '../templates/template-content.ts'

/**
 * Checks a template and, if `isPrinted` and the check finds no errors, prints a trial.
 * @throws BrowserUnavailableError when Chromium cannot start.
 */
export async function runTrial(
  { printer, maxFileSize }: { printer: Printer; maxFileSize: number },
  { isPrinted, ...template }: TrialOrder,
): Promise<RenderAnswer> {
  const content = decodeTemplate(template)
  const check = checkWithTimeout(content)
  if (!isPrinted || check.problems.some(({ severity }) => severity === 'error')) return { outcome: 'tried', check, trial: null }
  const refused = await findDamaged(printer, content)
  if (refused) return refused
  const damagedFiles = await findDamagedFiles(printer, content.source)
  if (damagedFiles.length > 0) {
    const problems = [...check.problems, ...capProblems(damagedFiles).problems]
    return { outcome: 'tried', check: { ...check, problems }, trial: null }
  }
  const { sample, sheet } = template
  return { outcome: 'tried', check, trial: await trialPrint(printer, compileContent(content), { sample, sheet, maxFileSize }) }
}

/** Refuses assets that the browser cannot decode, as `readDraft` refuses those of an unknown type. */
async function findDamaged(printer: Printer, content: DecodedTemplate): Promise<RenderAnswer | undefined> {
  const urls = partsOf(content).assets ?? {}
  const assets = content.assets.map(({ name, type }) => ({ type, url: urls[name] ?? '' }))
  if (assets.length === 0) return undefined
  const decoded = await decodeAssets(printer, assets)
  const details = decoded.flatMap((isGood, index) => (isGood ? [] : [{ path: `assets[${index}].content`, ...damaged }]))
  if (details.length === 0) return undefined
  return { outcome: 'refused', code: 'VALIDATION_FAILED', message: 'The assets are not valid; see details.', details }
}

function checkWithTimeout(content: DecodedTemplate): TemplateCheck {
  try {
    return runWithin(trialDeadlines.check, () => checkContent(content))
  } catch (error) {
    if (!(error instanceof TimeBudgetError)) throw error
    const problem = templateProblem('TOO_COMPLEX', {}, [`checking it ${error.message}`, 'make the source shorter and simpler'])
    return { problems: [problem], variables: [], required: [] }
  }
}
