import type { Sql } from '../../database/client.ts'
import type { PendingItem } from '../../database/generation-logs.ts'
import { findTemplateVersion } from '../../database/templates.ts'
import { TicketGenerationError } from '../../errors.ts'
import type { ComparedPrints } from '../../print/compare/compared-prints.ts'
import type { TicketTemplate } from '../../template/compile.ts'
import { TemplateNotFoundError } from '../errors.ts'
import { compileContent } from '../templates/compile-content.ts'
import { readVersion } from '../templates/template-content.ts'

/** A version of a template ready to fill; `compared` is what its trial found out about sharing prints, absent where there was none. */
export interface Version {
  template: TicketTemplate
  compared?: ComparedPrints
}

/** Names a version of a template. */
export type VersionName = Pick<PendingItem, 'template_id' | 'template_version'>

/**
 * Loads the versions that items are printed with, from memory where they were used lately: versions never change.
 * @returns The function that gives an item's version, and throws what is wrong with that: TemplateNotFoundError where there is none such,
 * TemplateInvalidError where it is not to be compiled any more.
 * @throws PostgreSQL's own error when they cannot be read.
 */
export async function loadVersions(sql: Sql, items: VersionName[]): Promise<(item: VersionName) => Version> {
  const versions = new Map<string, () => Version>()
  for (const item of items) {
    const name = nameOf(item)
    if (!versions.has(name)) versions.set(name, await load(sql, item).catch(keepFault))
  }
  return (item) => {
    const version = versions.get(nameOf(item))
    if (!version) throw new TemplateNotFoundError(item.template_id, item.template_version)
    return version()
  }
}

/** Keeps what is wrong with a version for the items that name it; the others of the call have theirs. */
function keepFault(error: unknown): () => never {
  if (!(error instanceof TicketGenerationError)) throw error
  return () => {
    throw error
  }
}

// With its pictures and fonts a version takes up to two megabytes.
const mostRemembered = 50
const remembered = new Map<string, Version>()

async function load(sql: Sql, item: VersionName): Promise<() => Version> {
  const name = nameOf(item)
  const version = remembered.get(name) ?? (await read(sql, item))
  remembered.delete(name)
  remembered.set(name, version)
  const [oldest] = remembered.keys()
  if (oldest !== undefined && remembered.size > mostRemembered) remembered.delete(oldest)
  return () => version
}

async function read(sql: Sql, { template_id, template_version }: VersionName): Promise<Version> {
  const row = await findTemplateVersion(sql, template_id, template_version)
  if (!row) throw new TemplateNotFoundError(template_id, template_version)
  const template = compileContent(await readVersion(sql, row))
  // Versions that were tried before comparisons were kept have none.
  const { compared } = row.trial ?? {}
  return { template, ...(compared ? { compared } : {}) }
}

function nameOf({ template_id, template_version }: VersionName): string {
  return `${template_id} ${template_version}`
}
