import type * as z from 'zod'
import type { TemplateRenderer } from '../../aws/ticket-renderer.ts'
import type { RenderAnswer } from '../../contract/schemas/render.ts'
import type { checkRequest } from '../../contract/schemas/templates.ts'
import type { TemplateTrial } from '../../contract/template-check.ts'
import type { Sql } from '../../database/client.ts'
import type { TrialVerdict } from '../../database/templates.ts'
import { BrowserUnavailableError, RenderFailedError, RenderTimeoutError, TicketGenerationError } from '../../errors.ts'
import { templateProblem } from '../../template/check/source/template-problem.ts'
import type { CheckedTemplate } from './check-content.ts'
import { sendTemplate } from './send-template.ts'
import { readDraft, type TemplateContent } from './template-content.ts'

/**
 * Checks a draft, and prints it on trial if wanted and it has no error so far. Nothing is stored.
 * @throws ValidationError that names every asset that is none.
 * @throws TicketGenerationError when the renderer does not answer.
 */
export async function checkTemplate(
  { sql, trials }: { sql: Sql; trials: TemplateRenderer },
  { trial: isPrinted, ...draft }: z.output<typeof checkRequest>,
): Promise<CheckedTemplate> {
  return await check(trials, await readDraft(sql, draft), isPrinted)
}

/**
 * Checks a template, and prints it on trial if it has no error so far.
 * @throws TicketGenerationError when the renderer does not answer.
 */
export async function checkWithTrial(
  { trials }: { trials: TemplateRenderer },
  content: TemplateContent,
): Promise<CheckedTemplate> {
  return await check(trials, content, true)
}

/** Has a template checked where it holds up nobody else: its source is not parsed in the process that serves the routes. */
async function check(trials: TemplateRenderer, content: TemplateContent, isPrinted: boolean): Promise<CheckedTemplate> {
  const answer = await trials.ask({ trial: { ...sendTemplate(content), isPrinted } }).catch(blameTemplate)
  if ('code' in answer) throw new TicketGenerationError(answer.message, answer.code, 'details' in answer ? answer.details : [])
  if (answer.outcome !== 'tried') throw new Error(`The renderer answered a trial with ${answer.outcome}.`)
  const { check: checked, trial } = answer
  return { ...checked, problems: [...checked.problems, ...(trial?.problems ?? [])], trial: trial && verdictOf(trial) }
}

/** Makes a problem of the template of what it did to the renderer: it used up the time or the memory, which trying again does not change. */
function blameTemplate(error: unknown): RenderAnswer {
  const isDown = error instanceof BrowserUnavailableError
  if (isDown || !(error instanceof RenderFailedError || error instanceof RenderTimeoutError)) throw error
  const what = error instanceof RenderTimeoutError ? 'checking and printing it takes too long' : 'it takes too much memory'
  const problem = templateProblem('CANNOT_PRINT', {}, [what, 'take out what is very large or nested very deep'])
  return { outcome: 'tried', check: { problems: [problem], variables: [], required: [] }, trial: null }
}

function verdictOf({ problems, durationMs, ...verdict }: TemplateTrial): TrialVerdict {
  return verdict
}
