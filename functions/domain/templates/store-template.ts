import type * as z from 'zod'
import { firstOwnTemplateId, type templateRequest } from '../../contract/schemas/templates.ts'
import type { TemplateProblem } from '../../contract/template-check.ts'
import type { Queryable } from '../../database/client.ts'
import { findMade, recordMade } from '../../database/idempotency-keys.ts'
import { insertAssets } from '../../database/template-assets.ts'
import {
  addVersion,
  findEqualTemplate,
  findTemplate,
  lockTemplate,
  type NewVersion,
  nextTemplateId,
} from '../../database/templates.ts'
import type { Clients } from '../clients.ts'
import { TemplateArchivedError, TemplateBuiltInError, TemplateNotFoundError, TemplateRefusedError } from '../errors.ts'
import { checkInRenderer } from './check-template.ts'
import { readTemplate } from './read-template.ts'
import { hashTemplate, readDraft, type TemplateContent } from './template-content.ts'

type Request = z.output<typeof templateRequest>

/**
 * Adds a template that passes its check and trial. Repeating a request returns the template it added, also where
 * that has changed since if `claimId` is the same.
 * @throws ValidationError that lists bad assets, TemplateRefusedError, or TicketGenerationError of the
 * renderer.
 */
export async function createTemplate(clients: Clients<'sql' | 'trials'>, claimId: string | null, request: Request) {
  const { sql } = clients
  const made = claimId === null ? undefined : await findMade(sql, claimId)
  const templateId = made ?? (await addTemplate(clients, request))
  if (claimId !== null && !made) await recordMade(sql, claimId, templateId)
  return await readTemplate(sql, { templateId })
}

async function addTemplate(clients: Clients<'sql' | 'trials'>, request: Request): Promise<number> {
  const { sql } = clients
  const content = await readDraft(sql, request)
  const equal = { firstId: firstOwnTemplateId, contentHash: hashTemplate(content) }
  const known = await findEqualTemplate(sql, equal)
  if (known) return known
  const facts = await check(clients, content)
  return await sql.begin(async (transaction) => {
    await lockTemplate(transaction, newTemplateLock)
    const made = await findEqualTemplate(transaction, equal)
    if (made) return made
    const id = await nextTemplateId(transaction)
    await writeVersion(transaction, { id, ...facts }, content)
    return id
  })
}

/**
 * Adds a version of a template that passes its check and trial; existing tickets keep theirs. Idempotent.
 * @throws TemplateNotFoundError, TemplateBuiltInError, TemplateArchivedError, or as `createTemplate`.
 */
export async function replaceTemplate(clients: Clients<'sql' | 'trials'>, templateId: number, request: Request) {
  const { sql } = clients
  const newest = await findTemplate(sql, templateId)
  if (!newest) throw new TemplateNotFoundError(templateId)
  if (templateId < firstOwnTemplateId) throw new TemplateBuiltInError(templateId)
  if (newest.archived_at) throw new TemplateArchivedError(templateId)
  const content = await readDraft(sql, request)
  if (newest.content_hash !== hashTemplate(content)) {
    const facts = await check(clients, content)
    await sql.begin((transaction) => writeVersion(transaction, { id: templateId, ...facts }, content))
  }
  return await readTemplate(sql, { templateId })
}

/** The lock for adding templates, which have no id yet: equal concurrent requests make one template. */
const newTemplateLock = 0

/** Adds a version, unless the newest one is equal. */
export async function writeVersion(
  sql: Queryable,
  facts: Pick<NewVersion, 'id' | 'required_variables' | 'problems' | 'trial'>,
  { assets, ...content }: TemplateContent,
): Promise<void> {
  await lockTemplate(sql, facts.id)
  const version = await addVersion(sql, { ...content, ...facts, content_hash: hashTemplate({ assets, ...content }) })
  if (version) await insertAssets(sql, { id: facts.id, version }, assets)
}

async function check(
  { trials }: Clients<'trials'>,
  content: TemplateContent,
): Promise<Pick<NewVersion, 'required_variables' | 'problems' | 'trial'>> {
  const { problems, omitted, required, trial } = await checkInRenderer(trials, content, true)
  const errors = problems.filter(({ severity }: TemplateProblem) => severity === 'error')
  if (errors.length > 0) throw new TemplateRefusedError(errors, omitted?.errors)
  return { required_variables: required, problems, trial }
}
