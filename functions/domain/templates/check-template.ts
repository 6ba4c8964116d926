import type * as z from 'zod'
import type { TemplateRenderer } from '../../aws/ticket-renderer.ts'
import type { RenderAnswer } from '../../contract/schemas/render.ts'
import type { checkRequest } from '../../contract/schemas/templates.ts'
import type { TemplateCheck, TemplateTrial } from '../../contract/template-check.ts'
import type { TrialVerdict } from '../../database/templates.ts'
import { BrowserUnavailableError, RenderFailedError, RenderTimeoutError } from '../../errors.ts'
import { templateProblem } from '../../template/check/source/template-problem.ts'
import type { Clients } from '../clients.ts'
import { expectOutcome } from '../rendering/renderer-answer.ts'
import { encodeTemplate, readDraft, type TemplateContent } from './template-content.ts'

/** The findings of checking a template; `trial` is null where none was printed. */
type CheckedTemplate = TemplateCheck & { trial: TrialVerdict | null }

/**
 * Checks a draft and, if requested and it has no errors, prints a trial. Nothing is stored.
 * @throws ValidationError that lists every invalid asset, or TicketGenerationError of the renderer.
 */
export async function checkTemplate(
  { sql, trials }: Clients<'sql' | 'trials'>,
  { trial: isPrinted, ...draft }: z.output<typeof checkRequest>,
): Promise<CheckedTemplate> {
  return await checkInRenderer(trials, await readDraft(sql, draft), isPrinted)
}

/**
 * Checks a template in the renderer, so that parsing it cannot block the routes, and prints a trial if
 * requested.
 * @throws TicketGenerationError when the renderer is unavailable.
 */
export async function checkInRenderer(
  trials: TemplateRenderer,
  content: TemplateContent,
  isPrinted: boolean,
): Promise<CheckedTemplate> {
  const answer = await trials.ask({ trial: { ...encodeTemplate(content), isPrinted } }).catch(blameTemplate)
  const { check: checked, trial } = expectOutcome(answer, 'tried')
  return { ...checked, problems: [...checked.problems, ...(trial?.problems ?? [])], trial: trial && verdictOf(trial) }
}

/** Turns a renderer's timeout or crash into a problem of the template, since a retry would not help. */
function blameTemplate(error: unknown): RenderAnswer {
  const isDown = error instanceof BrowserUnavailableError
  if (isDown || !(error instanceof RenderFailedError || error instanceof RenderTimeoutError)) throw error
  const what = error instanceof RenderTimeoutError ? 'checking and printing it takes too long' : 'it takes too much memory'
  const problem = templateProblem('CANNOT_PRINT', {}, [what, 'remove what is very large or very deeply nested'])
  return { outcome: 'tried', check: { problems: [problem], variables: [], required: [] }, trial: null }
}

function verdictOf({ problems, durationMs, ...verdict }: TemplateTrial): TrialVerdict {
  return verdict
}
