import type * as z from 'zod'
import type { TemplateTrial } from '../contract/template-check.ts'
import type { checkRequest } from '../contract/template-schemas.ts'
import type { Sql } from '../database/client.ts'
import type { TrialVerdict } from '../database/templates.ts'
import { TicketGenerationError } from '../errors.ts'
import type { TicketRenderer } from '../ticket-renderer.ts'
import { type CheckedTemplate, checkContent } from './check-content.ts'
import { readDraft, type TemplateContent } from './template-content.ts'

/**
 * Checks a draft, and prints it on trial if wanted and it has no error so far. Nothing is stored.
 * @throws ValidationError that names every asset that is none.
 * @throws TicketGenerationError when the renderer does not answer.
 */
export async function checkTemplate(
  clients: { sql: Sql; renderer: TicketRenderer },
  { trial, ...draft }: z.output<typeof checkRequest>,
): Promise<CheckedTemplate> {
  const content = await readDraft(clients.sql, draft)
  return trial ? await checkWithTrial(clients, content) : checkContent(content)
}

/**
 * Checks a template, and prints it on trial if it has no error so far.
 * @throws TicketGenerationError when the renderer does not answer.
 */
export async function checkWithTrial(
  { renderer }: { renderer: TicketRenderer },
  content: TemplateContent,
): Promise<CheckedTemplate> {
  const checked = checkContent(content)
  if (checked.problems.some(({ severity }) => severity === 'error')) return checked
  const trial = await printOnTrial(renderer, content)
  return { ...checked, problems: [...checked.problems, ...trial.problems], trial: verdictOf(trial) }
}

async function printOnTrial(
  renderer: TicketRenderer,
  { source, sample, labels, assets }: TemplateContent,
): Promise<TemplateTrial> {
  const inlined = assets.map(({ name, type, content }) => ({ name, type, content: content.toString('base64') }))
  const answer = await renderer.ask({ trial: { source, sample, labels, assets: inlined } })
  if (answer.outcome === 'tried') return answer.trial
  if ('code' in answer) throw new TicketGenerationError(answer.message, answer.code)
  throw new Error(`The renderer answered a trial with ${answer.outcome}.`)
}

function verdictOf({ problems, durationMs, ...verdict }: TemplateTrial): TrialVerdict {
  return verdict
}
