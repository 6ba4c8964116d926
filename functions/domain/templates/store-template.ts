import type * as z from 'zod'
import type { TemplateRenderer } from '../../aws/ticket-renderer.ts'
import { firstOwnTemplateId, type templateRequest } from '../../contract/schemas/templates.ts'
import type { TemplateProblem } from '../../contract/template-check.ts'
import type { Queryable, Sql } from '../../database/client.ts'
import { insertAssets } from '../../database/template-assets.ts'
import {
  addVersion,
  findEqualTemplate,
  findTemplate,
  lockTemplate,
  type NewVersion,
  nextTemplateId,
} from '../../database/templates.ts'
import { TemplateNotFoundError } from '../errors.ts'
import { checkWithTrial } from './check-template.ts'
import { readTemplate } from './read-template.ts'
import { hashTemplate, readDraft, type TemplateContent } from './template-content.ts'
import { TemplateArchivedError, TemplateBuiltInError, TemplateRefusedError } from './template-errors.ts'

type Clients = { sql: Sql; trials: TemplateRenderer }
type Request = z.output<typeof templateRequest>

/**
 * Adds a template that passes its check and trial print. Repeating a request gives the template that it made, as long as that is neither
 * changed nor archived.
 * @throws ValidationError that names every asset that is none.
 * @throws TemplateRefusedError with every error that the check or the trial found.
 * @throws TicketGenerationError when the renderer does not answer.
 */
export async function createTemplate(clients: Clients, request: Request) {
  const { sql } = clients
  const content = await readDraft(sql, request)
  const equal = { firstId: firstOwnTemplateId, contentHash: hashTemplate(content) }
  const known = await findEqualTemplate(sql, equal)
  if (known) return await readTemplate(sql, { templateId: known })
  const facts = await check(clients, content)
  const templateId = await sql.begin(async (transaction) => {
    await lockTemplate(transaction, newTemplate)
    const made = await findEqualTemplate(transaction, equal)
    if (made) return made
    const id = await nextTemplateId(transaction)
    await write(transaction, { id, ...facts }, content)
    return id
  })
  return await readTemplate(sql, { templateId })
}

/**
 * Adds a version of a template that passes its check and trial print; tickets keep the version that made them. Repeating a request adds
 * nothing.
 * @throws TemplateNotFoundError, TemplateBuiltInError, TemplateArchivedError before anything is checked.
 * @throws ValidationError that names every asset that is none.
 * @throws TemplateRefusedError with every error that the check or the trial found.
 * @throws TicketGenerationError when the renderer does not answer.
 */
export async function replaceTemplate(clients: Clients, templateId: number, request: Request) {
  const { sql } = clients
  const newest = await findTemplate(sql, templateId)
  if (!newest) throw new TemplateNotFoundError(templateId)
  if (templateId < firstOwnTemplateId) throw new TemplateBuiltInError(templateId)
  if (newest.archived_at) throw new TemplateArchivedError(templateId)
  const content = await readDraft(sql, request)
  if (newest.content_hash !== hashTemplate(content)) {
    const facts = await check(clients, content)
    await sql.begin((transaction) => write(transaction, { id: templateId, ...facts }, content))
  }
  return await readTemplate(sql, { templateId })
}

/** Stands for a template that has no id yet: those that are added take turns, so that two equal ones become one. */
const newTemplate = 0

/** Writes a version down, unless the newest is equal. */
export async function write(
  sql: Queryable,
  facts: Pick<NewVersion, 'id' | 'required_variables' | 'problems' | 'trial'>,
  { assets, ...content }: TemplateContent,
): Promise<void> {
  await lockTemplate(sql, facts.id)
  const version = await addVersion(sql, { ...content, ...facts, content_hash: hashTemplate({ assets, ...content }) })
  if (version) await insertAssets(sql, { id: facts.id, version }, assets)
}

async function check(
  clients: Clients,
  content: TemplateContent,
): Promise<Pick<NewVersion, 'required_variables' | 'problems' | 'trial'>> {
  const { problems, omitted, required, trial } = await checkWithTrial(clients, content)
  const errors = problems.filter(({ severity }: TemplateProblem) => severity === 'error')
  if (errors.length > 0) throw new TemplateRefusedError(errors, omitted?.errors)
  return { required_variables: required, problems, trial }
}
