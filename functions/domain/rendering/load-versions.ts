import { LRUCache } from 'lru-cache'
import type { Sql } from '../../database/client.ts'
import type { PendingItem } from '../../database/generation-logs.ts'
import { TicketGenerationError } from '../../errors.ts'
import type { ComparedPrints } from '../../print/compare/compared-prints.ts'
import type { TicketTemplate } from '../../template/compile.ts'
import { TemplateNotFoundError } from '../errors.ts'
import { findVersion } from '../templates/choose-version.ts'
import { compileContent } from '../templates/compile-content.ts'
import { readVersion } from '../templates/template-content.ts'

/** A version of a template, ready to fill; `compared` is its trial's verdict on shared prints, if any. */
export interface Version {
  template: TicketTemplate
  compared?: ComparedPrints
}

type VersionName = Pick<PendingItem, 'template_id' | 'template_version'>

/**
 * Loads the template versions of items, through a cache, since versions are immutable.
 * @returns A function from an item to its version, which throws if there is none or it no longer compiles:
 * other items of the call are unaffected.
 */
export async function loadVersions(sql: Sql, items: VersionName[]): Promise<(item: VersionName) => Version> {
  const versions = new Map<string, Version | TicketGenerationError>()
  for (const item of items) {
    const name = nameOf(item)
    if (!versions.has(name)) versions.set(name, await load(sql, item).catch(returnRefusal))
  }
  return (item) => {
    const version = versions.get(nameOf(item))
    if (!version) throw new TemplateNotFoundError(item.template_id, item.template_version)
    if (version instanceof Error) throw version
    return version
  }
}

function returnRefusal(error: unknown): TicketGenerationError {
  if (error instanceof TicketGenerationError) return error
  throw error
}

// With its images and fonts, a version takes up to two megabytes.
const cache = new LRUCache<string, Version>({ max: 50 })

async function load(sql: Sql, item: VersionName): Promise<Version> {
  const known = cache.get(nameOf(item))
  if (known) return known
  const row = await findVersion(sql, { templateId: item.template_id, templateVersion: item.template_version })
  const template = compileContent(await readVersion(sql, row))
  // Older versions have a trial without a comparison.
  const { compared } = row.trial ?? {}
  const version = { template, ...(compared ? { compared } : {}) }
  cache.set(nameOf(item), version)
  return version
}

function nameOf({ template_id, template_version }: VersionName): string {
  return `${template_id} ${template_version}`
}
